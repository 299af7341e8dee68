/** What judges contributed to a result, apart from all that is known for certain: so little that a hundred thousand fit in memory. */
import type { AssertionResult } from '../grade/assertion.ts';
import { isNegated } from '../grade/assertion-types.ts';
import type { Result } from './result.ts';

/** What a calibration belongs to. */
export interface JudgedBy {
  readonly judge: { readonly path: string; readonly version: string; readonly model: string };
  readonly criterion: { readonly type: string; readonly hash: string };
}

/** One judged assertion that decides. */
export interface Judgement {
  /** One object for all samples that are judged alike. */
  readonly by: JudgedBy;
  /** The judge's own word, before `not-` turns it round. */
  readonly verdict: 'pass' | 'fail';
  readonly isNegated: boolean;
  readonly score: number;
}

export interface SampleJudgements {
  readonly judgements: readonly Judgement[];
  /** What the assertions without a judge say together; null: every assertion is judged. */
  readonly others: boolean | null;
  /** It passes exactly when each assertion does; false: a score decides, so no single judgement does. */
  readonly isEach: boolean;
}

/** One object for equal judges of all samples that it was asked about: results of a run are judged alike. */
export class KnownJudges {
  private readonly known = new Map<string, JudgedBy>();

  sameBy(by: JudgedBy): JudgedBy {
    const key = judgedByKey(by);
    const found = this.known.get(key);
    if (found !== undefined) return found;
    this.known.set(key, by);
    return by;
  }
}

/** Undefined: no judge decided anything. `judges`: of the samples that are kept together. */
export function judgedSample(
  { verdict, assertions }: Pick<Result, 'verdict' | 'assertions'>,
  judges: KnownJudges,
): SampleJudgements | undefined {
  const deciding = decidingIn(assertions);
  const judged = deciding.filter(({ judge, error }) => judge !== undefined && error !== true);
  if (judged.length === 0) return undefined;
  const others = deciding.filter(({ judge }) => judge === undefined);
  const each = deciding.every(({ pass }) => pass);
  return {
    judgements: judged.flatMap((assertion) => judgementOf(assertion, judges)),
    others: others.length === 0 ? null : others.every(({ pass }) => pass),
    isEach: (verdict === 'pass') === each && isJudgedAlone(assertions),
  };
}

/** Assertions that can fail the result, those of sets one by one. */
const decidingIn = (assertions: readonly AssertionResult[]): AssertionResult[] =>
  assertions.flatMap((item) => {
    if (item.weight === 0) return [];
    return item.members === undefined || isNegated(item.type) ? [item] : decidingIn(item.members);
  });

/** A set that is turned round, or passes although a member fails, hides what its judges say. */
const isJudgedAlone = (assertions: readonly AssertionResult[]): boolean =>
  assertions.every(
    ({ type, members, pass, weight }) =>
      weight === 0 ||
      members === undefined ||
      !members.some(hasJudge) ||
      (!isNegated(type) && pass === decidingIn(members).every((member) => member.pass) && isJudgedAlone(members)),
  );

const hasJudge = ({ judge, members = [] }: AssertionResult): boolean => judge !== undefined || members.some(hasJudge);

function judgementOf({ type, pass, score, judge }: AssertionResult, judges: KnownJudges): Judgement[] {
  if (judge === undefined) return [];
  const negated = isNegated(type);
  return [
    {
      by: judges.sameBy({
        judge: { path: judge.prompt, version: judge.version, model: judge.model },
        criterion: judge.criterion ?? { type, hash: '' },
      }),
      verdict: pass !== negated ? 'pass' : 'fail',
      isNegated: negated,
      score: negated ? 1 - score : score,
    },
  ];
}

export const judgedByKey = ({ judge, criterion }: JudgedBy): string =>
  JSON.stringify([judge.path, judge.version, judge.model, criterion.type, criterion.hash]);
