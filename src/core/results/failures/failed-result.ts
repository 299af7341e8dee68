/** Why one answer of a run failed, as its record says it: its ending, the class it should have had, or its first assertion that failed. */
import { normalisedText } from '../../topics/words.ts';
import type { AssertionResult } from '../../grade/assertion.ts';
import { comparedFields } from '../classes/compared-fields.ts';
import type { Result } from '../result.ts';

export interface FailedResult {
  /** Equal for answers that failed alike, without numbers and names. */
  readonly key: string;
  /** For people, from this answer. */
  readonly reason: string;
  /** What failed, without the reason: groups answers whose reasons are all different. */
  readonly kind: string;
  /** A judge decided: its words say little, so the words of the answers decide what is alike. */
  readonly isJudged: boolean;
}

/** Characters of a reason that are compared. */
const MOST_REASON = 120;

/** Null: it did not fail. */
export function failedResult(result: Result): FailedResult | null {
  if (result.verdict !== 'fail') return null;
  const ending = ENDINGS.get(result.finish ?? '');
  if (ending !== undefined) return { key: ending, kind: ending, reason: ending, isJudged: false };
  const failed = result.assertions.filter(({ pass, weight }) => !pass && weight > 0).flatMap(leavesOf);
  // A field that has another value than expected says more than that the JSON differs.
  const wrong = failed.some(({ type }) => type === EXPECTED) ? wrongField(result) : null;
  if (wrong !== null) return { key: wrong, kind: wrong, reason: wrong, isJudged: false };
  const [first] = failed;
  if (first === undefined) return { key: 'score', kind: 'score', reason: 'the score is below the threshold', isJudged: false };
  const { type, reason, judge } = first;
  return {
    key: `${type}: ${normalisedText(reason).slice(0, MOST_REASON)}`,
    kind: judge === undefined ? type : `${type} ${judge.criterion?.hash ?? judge.version}`,
    reason: `${type}: ${reason}`,
    isJudged: judge !== undefined,
  };
}

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['length', 'cut off at the output limit'],
  ['refusal', 'refused'],
  ['content-filter', 'stopped by a content filter'],
]);

/** The type that `expected` is graded as. */
const EXPECTED = 'expected';

/** Of a set of assertions those that failed in it. */
const leavesOf = (assertion: AssertionResult): readonly AssertionResult[] => {
  const failed = (assertion.members ?? []).filter(({ pass, weight }) => !pass && weight > 0);
  return failed.length === 0 ? [assertion] : failed.flatMap(leavesOf);
};

/** `label: expected refund, found billing`; null: no field has one of a few values, or all are right. */
function wrongField(result: Result): string | null {
  for (const [field, compared] of Object.entries(comparedFields(result) ?? {})) {
    if (compared.kind !== 'label' || compared.found === compared.expected) continue;
    return `${field === '' ? 'output' : field}: expected ${compared.expected}, found ${compared.found ?? 'none of the classes'}`;
  }
  return null;
}
