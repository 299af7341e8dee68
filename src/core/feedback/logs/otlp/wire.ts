/** The protobuf wire format, read by hand: https://protobuf.dev/programming-guides/encoding. Hostile bytes end in a WireProblem with their place. */
import { brandErrorClass, hasErrorKind } from '../../../problems/errors.ts';

/** UTF-8 of a part of the bytes, in whichever way is quick where it runs. */
export type DecodeText = (bytes: Uint8Array, from: number, to: number) => string;

export class WireProblem extends Error {
  static {
    brandErrorClass(this, 'wire-problem');
  }

  override readonly name = 'WireProblem';

  constructor(what: string, position: number) {
    super(`${what} at byte ${position}.`);
  }
}

/** Whether an error is a `WireProblem`, of whichever bundle. */
export const isWireProblem = (error: unknown): error is WireProblem => hasErrorKind(error, 'wire-problem');

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
const FIXED32 = 5;

/** Goes through the fields of one message. Its end moves as nested messages are entered and left. */
export class WireReader {
  position = 0;
  end: number;
  /** Of the field that `next` has found. */
  field = 0;
  type = 0;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly decode: DecodeText,
  ) {
    this.end = bytes.length;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether there is another field in this message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.type = tag % 8;
    if (this.field === 0 || this.field > 0x1fffffff) throw new WireProblem('There is no protobuf field', this.position);
    return true;
  }

  /** Reads the message that stands here; what it says is what `read` makes of each of its fields. `read` has to consume them. */
  message(read: () => void): void {
    const outer = this.end;
    this.end = this.length();
    while (this.next()) read();
    this.end = outer;
  }

  text(): string {
    const end = this.length();
    const text = this.decode(this.bytes, this.position, end);
    this.position = end;
    return text;
  }

  /** Those bytes themselves, not a copy. */
  piece(): Uint8Array {
    const end = this.length();
    const piece = this.bytes.subarray(this.position, end);
    this.position = end;
    return piece;
  }

  /** An unsigned number; exact up to 2^53. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw new WireProblem('A number is cut off', this.position);
      const byte = this.bytes[this.position++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireProblem('A number is longer than 64 bits', this.position);
  }

  /** int64: two's complement of 64 bits; exact up to 2^53. */
  signed(): number {
    const from = this.position;
    const value = this.varint();
    if (value < 2 ** 63) return value;
    const at = this.position;
    this.position = from;
    let exact = 0n;
    for (let shift = 0n; this.position < at; shift += 7n) exact |= BigInt((this.bytes[this.position++] as number) & 0x7f) << shift;
    return Number(BigInt.asIntN(64, exact));
  }

  double(): number {
    this.need(8);
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  /** ns since 1970 as ms, to a quarter of a µs; null: 0, which says nothing. */
  time(): number | null {
    this.need(8);
    const ns = this.view.getUint32(this.position + 4, true) * 0x1_0000_0000 + this.view.getUint32(this.position, true);
    this.position += 8;
    return ns === 0 ? null : ns / 1e6;
  }

  /** Fields that are not known, or of another type than they should be, are left out. */
  skip(): void {
    if (this.type === VARINT) this.varint();
    else if (this.type === LENGTH) this.position = this.length();
    else if (this.type === FIXED64 || this.type === FIXED32) {
      const size = this.type === FIXED64 ? 8 : 4;
      this.need(size);
      this.position += size;
    } else throw new WireProblem(`There is no protobuf wire type ${this.type}`, this.position);
  }

  /** Where what stands here ends. */
  private length(): number {
    const length = this.varint();
    this.need(length);
    return this.position + length;
  }

  private need(bytes: number): void {
    if (bytes > this.end - this.position) throw new WireProblem(`It is cut off: ${bytes} bytes expected`, this.position);
  }
}
