/**
 * Rows of a few numbers, found by names. Names are kept as 64-bit hashes, so that a million of them take some 40 MB and are
 * loaded as they are stored. With a million names, the chance that any two share a hash is one in 37 million.
 */

/** Both halves of a name's hash. */
export type NameHash = readonly [number, number];

const HEAD_WORDS = 2;
/** Part of the slots that may be taken. */
const LOAD = 0.6;

export class NameTable {
  private rows: Uint32Array<ArrayBuffer>;
  private count = 0;
  /** Second half of the hash, row + 1; the first half says where to look. */
  private slots = new Uint32Array(128 * 3);
  private taken = 0;
  private changed = false;

  /** `width`: numbers of a row, each a whole number below 2³². */
  constructor(private readonly width: number) {
    this.rows = new Uint32Array(64 * width);
  }

  get size(): number {
    return this.count;
  }

  /** The row's number. A name that is known already means the new row from now on. */
  add(names: readonly NameHash[], values: readonly number[]): number {
    if ((this.count + 1) * this.width > this.rows.length) this.rows = grown(this.rows);
    const row = this.count++;
    this.rows.set(values, row * this.width);
    for (const name of names) this.put(name, row);
    this.changed = true;
    return row;
  }

  /** Null: nothing has that name. */
  find([high, low]: NameHash): number | null {
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

  /** Whether there is something that `bytes` has not given yet. */
  get isChanged(): boolean {
    return this.changed;
  }

  bytes(): Uint8Array {
    this.changed = false;
    const rows = this.rows.subarray(0, this.count * this.width);
    const words = new Uint32Array(HEAD_WORDS + rows.length + this.slots.length);
    words.set([this.count, this.taken]);
    words.set(rows, HEAD_WORDS);
    words.set(this.slots, HEAD_WORDS + rows.length);
    return new Uint8Array(words.buffer);
  }

  /** Null: the bytes are none of such a table. */
  static from(bytes: Uint8Array, width: number): NameTable | null {
    if (bytes.length % 4 !== 0 || bytes.length < HEAD_WORDS * 4) return null;
    const words = new Uint32Array(new Uint8Array(bytes).buffer);
    const [count = 0, taken = 0] = words;
    const slots = words.subarray(HEAD_WORDS + count * width);
    if (slots.length % 3 !== 0 || slots.length === 0 || !isPowerOfTwo(slots.length / 3 / 128) || taken >= slots.length / 3) return null;
    const table = new NameTable(width);
    table.rows = words.slice(HEAD_WORDS, HEAD_WORDS + Math.max(count, 1) * width);
    table.count = count;
    table.slots = slots.slice();
    table.taken = taken;
    return table;
  }

  private put([high, low]: NameHash, row: number): void {
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

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}

/** Two halves of 32 bits (Bryc's cyrb53, with both lanes kept whole): for tables, not against an enemy. */
export function hash64(text: string): NameHash {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}
