/** What a word that was mistyped was probably meant to be. */
import { distance } from 'fastest-levenshtein';

/** `Did you mean "run"? `, or an empty text when nothing is near: more than two changes, or more than a third of the word. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const far = Math.min(2, Math.ceil(typed.replace(/^-+/, '').length / 3));
  const near = known
    .map((word) => ({ word, changes: changesBetween(typed, word) }))
    .filter(({ changes }) => changes <= far)
    .sort((a, b) => a.changes - b.changes);
  return near[0] === undefined ? '' : `Did you mean ${near[0].word}? `;
}

/** Two letters that changed places are one slip of the fingers. */
function changesBetween(typed: string, word: string): number {
  const swapped = Array.from(typed, (_, i) => `${typed.slice(0, i)}${typed[i + 1] ?? ''}${typed[i] ?? ''}${typed.slice(i + 2)}`);
  return Math.min(distance(typed, word), ...(swapped.includes(word) ? [1] : []));
}
