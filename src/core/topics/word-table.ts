/** Numbers of words that stand in texts: found without a string for each of them, of which there would be millions. */

/** Places for each word, at least: a power of two. */
const SPARE = 2;
const EMPTY = -1;

export class WordTable {
  private readonly words: string[] = [];
  private readonly numbers: number[] = [];
  private slots = new Int32Array(1024).fill(EMPTY);

  /** Of the word from `start` up to `end` of the text; null: it was never added. */
  get(text: string, start: number, end: number): number | null {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(text, start, end) & mask; ; slot = (slot + 1) & mask) {
      const at = this.slots[slot] ?? EMPTY;
      if (at === EMPTY) return null;
      const word = this.words[at] ?? '';
      if (word.length === end - start && isAt(word, text, start)) return this.numbers[at] ?? 0;
    }
  }

  /** `word` is not in it yet. */
  add(word: string, number: number): void {
    const at = this.words.push(word) - 1;
    this.numbers.push(number);
    if (this.words.length * SPARE > this.slots.length) {
      this.slots = new Int32Array(2 * this.slots.length).fill(EMPTY);
      for (let i = 0; i < at; i++) this.place(i);
    }
    this.place(at);
  }

  private place(at: number): void {
    const word = this.words[at] ?? '';
    const mask = this.slots.length - 1;
    let slot = hashOf(word, 0, word.length) & mask;
    while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.slots[slot] = at;
  }
}

function isAt(word: string, text: string, start: number): boolean {
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(start + i)) return false;
  return true;
}

/** Of a table, not against an enemy: words that share a place are still told apart. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
