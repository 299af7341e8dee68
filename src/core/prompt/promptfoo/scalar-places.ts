/** Where the text of a YAML scalar stands in its file: a block is indented there, a quote is doubled, and lines are folded. */
import type { WrittenPiece } from '../document.ts';

/** `written`: the file from `at` on. Empty: an escape is written in another way than it is read, so only the whole is known. */
export function scalarPieces(value: string, written: string, at: number): WrittenPiece[] {
  const pieces: WrittenPiece[] = [];
  let j = 0;
  for (let i = 0; i < value.length; i++) {
    while (j < written.length && !isSame(value, i, written, j) && isSkipped(written, j)) j++;
    if (!isSame(value, i, written, j)) return value.slice(i).trim() === '' ? pieces : [];
    const last = pieces.at(-1);
    if (last === undefined || i - last.from !== at + j - last.at) pieces.push({ from: i, at: at + j });
    j++;
  }
  return pieces;
}

/** A line that is folded has a space in the text and its end in the file. */
const isSame = (value: string, i: number, written: string, j: number): boolean =>
  value[i] === written[j] || (value[i] === ' ' && written[j] === '\n');

/** Indentation, or the second of a doubled quote. */
const isSkipped = (written: string, j: number): boolean => /\s/.test(written.charAt(j)) || written.slice(j - 1, j + 1) === "''";
