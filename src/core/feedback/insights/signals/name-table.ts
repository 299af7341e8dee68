/**
 * Rows of a few numbers, found by names. Names are kept as 64-bit hashes, so that a million of them take some 40 MB and are
 * loaded as they are stored. With a million names, the chance that any two share a hash is one in 37 million.
 */
import type { TextHash } from '../../../text/text-hash.ts';

const HEAD_WORDS = 2;
/** Part of the slots that may be taken. */
const LOAD = 0.6;

export class NameTable {
  private rows: Uint32Array;
  private count = 0;
  /** Both halves of the hash, row + 1; the second half says where to look. */
  private slots: Uint32Array;
  private taken = 0;
  private changed = false;

  /** `width`: numbers of a row, each a whole number below 2³². `like`: a table of about the size that this will have. */
  constructor(
    private readonly width: number,
    like: NameTable | null = null,
  ) {
    this.rows = new Uint32Array((like === null ? 64 : Math.ceil(like.count * 1.1)) * width);
    this.slots = new Uint32Array(like?.slots.length ?? 128 * 3);
  }

  get size(): number {
    return this.count;
  }

  /** The row's number. A name that is known already means the new row from now on. */
  add(names: readonly TextHash[], values: readonly number[]): number {
    if ((this.count + 1) * this.width > this.rows.length) this.rows = grown(this.rows, this.width);
    const row = this.count++;
    this.rows.set(values, row * this.width);
    for (const name of names) this.put(name, row);
    this.changed = true;
    return row;
  }

  /** Null: nothing has that name. */
  find([high, low]: TextHash): number | null {
    const row = this.slots[this.slotOf(high, low) + 2] ?? 0;
    return row === 0 ? null : row - 1;
  }

  get(row: number, column: number): number {
    return this.rows[row * this.width + column] ?? 0;
  }

  set(row: number, column: number, value: number): void {
    this.rows[row * this.width + column] = value;
    this.changed = true;
  }

  /** Whether there is something that `kept` was not told of. */
  get isChanged(): boolean {
    return this.changed;
  }

  /** Its bytes one after the other, as they are in memory: to be written before it changes. */
  pieces(): Uint8Array[] {
    const head = Uint32Array.of(this.count, this.taken);
    return [head, this.rows.subarray(0, this.count * this.width), this.slots].map(bytesOf);
  }

  /** What it is now is stored. */
  kept(): void {
    this.changed = false;
  }

  /** The bytes become the table's. Null: they are none of such a table. */
  static from(bytes: Uint8Array, width: number): NameTable | null {
    if (bytes.length % 4 !== 0 || bytes.length < HEAD_WORDS * 4) return null;
    const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    const words = new Uint32Array(buffer, byteOffset, length / 4);
    const [count = 0, taken = 0] = words;
    const slots = words.subarray(HEAD_WORDS + count * width);
    if (slots.length % 3 !== 0 || slots.length === 0 || !isPowerOfTwo(slots.length / 3 / 128) || taken >= slots.length / 3) return null;
    const table = new NameTable(width);
    table.rows = words.subarray(HEAD_WORDS, HEAD_WORDS + count * width);
    table.count = count;
    table.slots = slots;
    table.taken = taken;
    return table;
  }

  private put([high, low]: TextHash, row: number): void {
    if ((this.taken + 1) * 3 > this.slots.length * LOAD) this.rehash();
    const at = this.slotOf(high, low);
    if (this.slots[at + 2] === 0) this.taken++;
    this.slots.set([high, low, row + 1], at);
  }

  /** Where the name is, or would be. */
  private slotOf(high: number, low: number): number {
    const size = this.slots.length / 3;
    let at = low % size;
    while (this.slots[at * 3 + 2] !== 0 && (this.slots[at * 3] !== high || this.slots[at * 3 + 1] !== low)) at = (at + 1) % size;
    return at * 3;
  }

  private rehash(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] === 0) continue;
      this.slots.set(old.subarray(at, at + 3), this.slotOf(old[at] ?? 0, old[at + 1] ?? 0));
    }
  }
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(n) && n > 0 && Number.isInteger(Math.log2(n));

/** By half: rows are most of what a table takes. */
function grown(rows: Uint32Array, width: number): Uint32Array {
  const larger = new Uint32Array(Math.ceil((rows.length * 1.5) / width + 64) * width);
  larger.set(rows);
  return larger;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** The tables of days that have changed, by day: each counts as kept once its pieces were taken. */
export function* changedTables(tables: ReadonlyMap<string, NameTable>): Generator<readonly [string, readonly Uint8Array[]]> {
  for (const [day, table] of tables) {
    if (!table.isChanged) continue;
    yield [day, table.pieces()];
    table.kept();
  }
}
