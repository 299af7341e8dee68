import { excerpt } from '../../text/text.ts';
import { CannotGrade, failed, passed, type AssertionKind, type AssertionSpec } from '../assertion.ts';
import { emptyText, foldCase, listValue, needsList, type Fold } from '../values.ts';

const quoted = (items: readonly string[]): string => items.map((item) => `"${excerpt(item, 40)}"`).join(', ');

/** @throws {CannotGrade} when an item is empty: every output contains it. */
function wordsOf(spec: AssertionSpec): string[] {
  const words = listValue(spec);
  if (words.includes('')) throw new CannotGrade(emptyText(spec));
  return words;
}

const any = (fold: Fold): AssertionKind => ({
  check: needsList,
  grade(spec, { output }) {
    const wanted = wordsOf(spec);
    const found = wanted.find((item) => fold(output).includes(fold(item)));
    return found === undefined
      ? failed(`Expected the output to contain one of ${quoted(wanted)}, found "${excerpt(output, 200)}".`)
      : passed(`The output contains "${excerpt(found)}".`);
  },
});

const all = (fold: Fold): AssertionKind => ({
  check: needsList,
  grade(spec, { output }) {
    const wanted = wordsOf(spec);
    const missing = wanted.filter((item) => !fold(output).includes(fold(item)));
    return missing.length === 0
      ? passed(`The output contains all of ${quoted(wanted)}.`)
      : failed(`Expected the output to contain all of ${quoted(wanted)}; missing ${quoted(missing)}.`);
  },
});

const exact: Fold = (text) => text;
export const containsAny = any(exact);
export const containsAll = all(exact);
export const icontainsAny = any(foldCase);
export const icontainsAll = all(foldCase);
