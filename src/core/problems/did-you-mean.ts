/** What a word that was mistyped was probably meant to be. */
import { distance } from 'fastest-levenshtein';

/**
 * The known word that was probably meant: the same letters in another case or with other punctuation, else the one with the fewest changes.
 * Null: each needs more than `atMost` changes, or changes more than a third of the word.
 */
export function nearestWord(typed: string, known: readonly string[], atMost = 2): string | null {
  const wanted = letters(typed);
  if (wanted === '') return null;
  const most = Math.min(atMost, Math.ceil(wanted.length / 3));
  const near = known
    .map((word) => ({ word, changes: changesBetween(wanted, letters(word)) }))
    .filter(({ changes }) => changes <= most)
    .sort((a, b) => a.changes - b.changes);
  return near[0]?.word ?? null;
}

/** `Did you mean "run"? `, or an empty text when nothing is near. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = nearestWord(typed, known);
  return near === null ? '' : `Did you mean ${near}? `;
}

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Two letters that changed places are one slip of the fingers. */
function changesBetween(typed: string, word: string): number {
  const swapped = Array.from(typed, (_, i) => `${typed.slice(0, i)}${typed[i + 1] ?? ''}${typed[i] ?? ''}${typed.slice(i + 2)}`);
  return Math.min(distance(typed, word), ...(swapped.includes(word) ? [1] : []));
}
