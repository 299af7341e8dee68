/** What a golden case expects of the output, from the words of a person who corrected it. */
import type { NewAssertion, NewCase } from '../../golden/edit/new-case.ts';
import { isJudged } from '../../grade/judged-types.ts';
import { parseJson } from '../../json/json.ts';

/** How an output is compared with a correction. `rubric`: by what the person says instead, which a judge reads. */
export type Criterion = 'factuality' | 'equals' | 'contains' | { readonly rubric: string };

/** Criteria by name, for an option and a list; `rubric` needs words. */
export const CRITERIA = ['factuality', 'equals', 'contains'] as const satisfies readonly Criterion[];

export type Expectation = Pick<NewCase, 'expected' | 'assertions'>;

/**
 * JSON is contained in the output. A text is a criterion: another sentence may say the same. One word, or a text that other cases of the set
 * expect (`labels`), is a label, which is equal or wrong. `given`: what a person chose; null: nothing.
 */
export function expectationOf(correction: string, given: Criterion | null, labels: ReadonlySet<string>): Expectation {
  if (given !== null && typeof given === 'object') return criterion('llm-rubric', given.rubric);
  const data = /^\s*[[{]/.test(correction) ? parseJson(correction) : undefined;
  if (data !== undefined) return { expected: data };
  const text = correction.trim();
  const kind = given ?? (!/\s/.test(text) || labels.has(text) ? 'equals' : 'factuality');
  return kind === 'equals' ? { expected: correction } : criterion(kind, correction);
}

const criterion = (type: string, value: string): Expectation => ({ expected: null, assertions: [{ type, value }] });

/** Whether a person's correction will be compared as prose, where nothing else is chosen. */
export const isProse = (correction: string, labels: ReadonlySet<string>): boolean =>
  expectationOf(correction, null, labels).assertions !== undefined;

/** Whether a model decides. */
export const needsJudge = ({ assertions = [] }: { readonly assertions?: readonly NewAssertion[] }): boolean =>
  assertions.some(({ type }) => isJudged(type));

/** The texts that cases of a set are equal to. */
export const labelsOf = (cases: readonly { readonly expected?: unknown }[]): ReadonlySet<string> =>
  new Set(cases.flatMap(({ expected }) => (typeof expected === 'string' ? [expected.trim()] : [])));
