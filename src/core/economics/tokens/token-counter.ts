/**
 * Counts tokens and remembers what it has counted, so that an edit costs only the lines that it touched.
 *
 * A text is cut after a line end that no token can cross: the next character is neither white space nor a slash
 * (the pattern of o200k_base lets a token run over a line end only into those). So counts and token ids of the
 * pieces, put together, are those of the whole; a property test holds it to that.
 */
import { encodeText } from './tokenizer.ts';

/** Characters of text whose tokens are kept: some 10,000-token prompts with all of their golden cases. */
const MAX_KEPT = 8 * 1024 * 1024;
const CUT = /\n(?=[^\s/])/g;

export class TokenCounter {
  private known = new Map<string, Int32Array>();
  private older = new Map<string, Int32Array>();
  private kept = 0;

  /** Tokens of o200k_base. */
  count(text: string): number {
    let sum = 0;
    for (const piece of linesFor(text)) sum += this.tokens(piece).length;
    return sum;
  }

  /** The token ids of a text. */
  encode(text: string): Int32Array {
    const parts = [...linesFor(text)].map((piece) => this.tokens(piece));
    const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  private tokens(piece: string): Int32Array {
    const found = this.known.get(piece);
    if (found) return found;
    const tokens = this.older.get(piece) ?? Int32Array.from(encodeText(piece));
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

/** A text cut where no token can cross. */
export function* linesFor(text: string): Generator<string> {
  let start = 0;
  for (const match of text.matchAll(CUT)) {
    yield text.slice(start, match.index + 1);
    start = match.index + 1;
  }
  if (start < text.length) yield text.slice(start);
}
