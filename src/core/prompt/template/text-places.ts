/** Moves places in the text of a message to where they stand in its file. */
import type { TextRange } from '../../text/text.ts';
import type { TextMessage } from '../document.ts';

/** Of a range in `source` itself, from 0. */
export function rangeInFile({ offset, pieces }: TextMessage, { start, end }: TextRange): TextRange {
  const placeOf = (at: number): number => {
    const piece = pieces?.findLast(({ from }) => from <= at);
    return piece === undefined ? offset + at : piece.isWhole === true ? piece.at : piece.at + (at - piece.from);
  };
  // The end is behind its last character: what follows may stand elsewhere.
  return { start: placeOf(start), end: end > start ? placeOf(end - 1) + 1 : placeOf(end) };
}
