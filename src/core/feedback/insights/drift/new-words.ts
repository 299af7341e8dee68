/** Words that more inputs have than before, each with the inputs that have it; words of the same inputs come together. */
import { saysNothing } from '../../../topics/question-words.ts';
import { NUMBER_WORD } from '../../../topics/words.ts';
import type { DriftItem } from './drift-item.ts';
import { compareShares, type DriftComparison, type DriftDays } from './drift-share.ts';

export interface WordTest extends DriftComparison {
  readonly word: string;
  /** Those of the window. */
  readonly inputs: readonly DriftItem[];
}

/** Inputs of both sides together that have the word: fewer are in no test, so that many rare words do not weaken all others. */
const LEAST = 8;

export function wordTests(days: readonly [DriftDays, DriftDays]): WordTest[] {
  const [before, after] = days.map(({ items }) => inputsByWord(items));
  if (before === undefined || after === undefined) return [];
  return [...after].flatMap(([word, inputs]): WordTest[] => {
    const earlier = before.get(word) ?? [];
    if (earlier.length + inputs.length < LEAST) return [];
    const found = compareShares(days, [earlier, inputs], 'more');
    return found === null ? [] : [{ ...found, word, inputs }];
  });
}

function inputsByWord(items: readonly DriftItem[]): Map<string, DriftItem[]> {
  const found = new Map<string, DriftItem[]>();
  for (const item of items)
    for (const word of new Set(item.words.split(' '))) {
      if (word === '' || word === NUMBER_WORD || saysNothing(word)) continue;
      const known = found.get(word);
      if (known === undefined) found.set(word, [item]);
      else known.push(item);
    }
  return found;
}

/** Part of the inputs of the smaller that two have in common. */
const SAME = 0.5;

export function isSameInputs(a: readonly DriftItem[], b: readonly DriftItem[]): boolean {
  const own = new Set(a.map(({ id }) => id));
  const shared = b.filter(({ id }) => own.has(id)).length;
  return shared >= SAME * Math.min(a.length, b.length);
}
