/** Random text from a seed, so that a test has the same examples each time. */

export class SeededText {
  /** What `of` has made since this was last emptied. */
  readonly made: string[] = [];

  constructor(private state: number) {}

  /** In [0, 1): mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** From 0 to `limit`, without it. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('Nothing to pick from.');
    return item;
  }

  of(alphabet: string, length: number): string {
    const text = Array.from({ length }, () => alphabet[this.below(alphabet.length)] ?? '').join('');
    this.made.push(text);
    return text;
  }

  digits = (length: number): string => this.of('0123456789', length);
  hex = (length: number): string => this.of('0123456789abcdef', length);
  lower = (length: number): string => this.of('abcdefghijklmnopqrstuvwxyz0123456789', length);
  upper = (length: number): string => this.of('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', length);
  alnum = (length: number): string => this.of('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', length);
  /** Base64 for addresses. */
  word = (length: number): string => this.of('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-', length);
  base64 = (length: number): string => this.of('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', length);
  uuid = (): string => [8, 4, 4, 4, 12].map((length) => this.hex(length)).join('-');
}
