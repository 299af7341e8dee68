/** Counts tokens and remembers what it has counted, so that an edit costs only the lines that it touched. */
import type { MediaDescription } from './request-stream.ts';
import { linesFor } from './token-lines.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Counts a model's tokens: exactly, or as an estimate, which need not be a whole number. */
export interface TextCounter {
  count(text: string): number;
  /** Tokens of the vocabulary that is counted with. */
  encode(text: string): Int32Array;
  /** How many tokens of the model the first `end` of these are; without `end`, all of them. */
  weigh(tokens: ArrayLike<number>, end?: number): number;
  /** Tokens of the model of an image or another file. Absent: not known, so its address is counted. */
  file?(media: MediaDescription): number;
}

/** Characters of text whose tokens are kept: some 10,000-token prompts with all of their golden cases. */
const MAX_KEPT = 8 * 1024 * 1024;

/** Counts exactly in one vocabulary. */
export class TokenCounter implements TextCounter {
  private known = new Map<string, Int32Array>();
  private older = new Map<string, Int32Array>();
  private kept = 0;

  constructor(readonly vocabulary: Vocabulary) {}

  /** Tokens of the vocabulary. */
  count(text: string): number {
    let sum = 0;
    for (const tokens of this.pieces(text)) sum += tokens.length;
    return sum;
  }

  /** The token ids of a text, in pieces that end where a line ends. */
  *pieces(text: string): Generator<Int32Array> {
    for (const line of linesFor(text)) yield this.tokens(line);
  }

  /** The token ids of a text. */
  encode(text: string): Int32Array {
    const parts = [...this.pieces(text)];
    const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  weigh(tokens: ArrayLike<number>, end = tokens.length): number {
    return end;
  }

  private tokens(piece: string): Int32Array {
    const found = this.known.get(piece);
    if (found) return found;
    const tokens = this.older.get(piece) ?? Int32Array.from(this.vocabulary.encode(piece));
    if (this.kept > MAX_KEPT) {
      this.older = this.known;
      this.known = new Map();
      this.kept = 0;
    }
    this.known.set(piece, tokens);
    this.kept += piece.length;
    return tokens;
  }
}
