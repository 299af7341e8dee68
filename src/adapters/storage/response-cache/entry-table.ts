/**
 * Entries of a segment as one sorted block of bytes, 56 for each: it is read from disk as it is, and a key is found by halving. Two hundred
 * thousand answers take 11 MB and no objects.
 *
 *   KEY(32) ACCOUNT(8) RECORDING(1) -(1) TIME(6) OFFSET(4) LENGTH(4)
 */
import { createHash } from 'node:crypto';
import { MAX_RECORD } from '../../bounded-lines.ts';
import { ANY, type Entry } from './entry.ts';

const SIZE = 56;
const KEY = 32;
/** The first line of an index file: its version, then how much of the segment it covers. */
const HEADER = 64;
const MAGIC = 'goldset.cache-index/1\n';
const MOST = 2 ** 32 - 1;

export class EntryTable {
  private constructor(private readonly bytes: Buffer) {}

  static of(entries: Iterable<Entry>): EntryTable {
    let block = Buffer.allocUnsafe(64 * SIZE);
    let count = 0;
    for (const entry of entries) {
      if (entry.offset > MOST || entry.length > MOST) continue;
      if ((count + 1) * SIZE > block.length) block = Buffer.concat([block, Buffer.allocUnsafe(block.length)]);
      write(block, count++ * SIZE, entry);
    }
    const order = Array.from({ length: count }, (_, i) => i * SIZE);
    order.sort((a, b) => block.compare(block, b, b + KEY, a, a + KEY) || a - b);
    const sorted = Buffer.allocUnsafe(count * SIZE);
    order.forEach((from, i) => block.copy(sorted, i * SIZE, from, from + SIZE));
    return new EntryTable(sorted);
  }

  /** From the bytes of an index file; null: it is damaged, of another version, or the segment has changed. `size`: bytes of the segment. */
  static read(file: Buffer, size: number): { readonly table: EntryTable; readonly covered: number } | null {
    if (file.length < HEADER || file.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
    const covered = file.readUIntBE(24, 6);
    const bytes = file.subarray(HEADER);
    if (covered !== size || bytes.length % SIZE !== 0 || !digest(bytes, covered).equals(file.subarray(32, HEADER))) return null;
    // An index that lies would have as many bytes read as it says.
    const table = new EntryTable(bytes);
    for (const { offset, length } of table) if (offset + length > covered || length > MAX_RECORD) return null;
    return { table, covered };
  }

  /** The bytes of an index file. `covered`: bytes of the segment whose entries are in it. */
  file(covered: number): Buffer {
    const header = Buffer.alloc(HEADER);
    header.write(MAGIC, 'latin1');
    header.writeUIntBE(covered, 24, 6);
    digest(this.bytes, covered).copy(header, 32);
    return Buffer.concat([header, this.bytes]);
  }

  get size(): number {
    return this.bytes.length / SIZE;
  }

  /** Entries of a key, in the order in which they were written. */
  find(key: string): Entry[] {
    const wanted = Buffer.from(key, 'hex');
    if (wanted.length !== KEY) return [];
    let low = 0;
    for (let high = this.size; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.bytes.compare(wanted, 0, KEY, middle * SIZE, middle * SIZE + KEY) < 0) low = middle + 1;
      else high = middle;
    }
    const found: Entry[] = [];
    for (let i = low; i < this.size && wanted.equals(this.bytes.subarray(i * SIZE, i * SIZE + KEY)); i++) found.push(this.at(i));
    return found;
  }

  *[Symbol.iterator](): Generator<Entry> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }

  private at(i: number): Entry {
    const from = i * SIZE;
    const { bytes } = this;
    return {
      key: bytes.toString('hex', from, from + KEY),
      account: bytes[from + 40] === 1 ? ANY : bytes.toString('hex', from + 32, from + 40),
      at: bytes.readUIntBE(from + 42, 6),
      offset: bytes.readUInt32BE(from + 48),
      length: bytes.readUInt32BE(from + 52),
    };
  }
}

function write(block: Buffer, from: number, { key, account, at, offset, length }: Entry): void {
  block.write(key, from, 'hex');
  block.fill(0, from + 32, from + 42);
  if (account === ANY) block[from + 40] = 1;
  else block.write(account, from + 32, 'hex');
  block.writeUIntBE(Math.max(0, Math.min(at, 2 ** 48 - 1)), from + 42, 6);
  block.writeUInt32BE(offset, from + 48);
  block.writeUInt32BE(length, from + 52);
}

const digest = (bytes: Buffer, covered: number): Buffer => createHash('sha256').update(bytes).update(String(covered)).digest();
