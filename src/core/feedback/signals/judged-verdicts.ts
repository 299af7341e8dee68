/** What a judge said of stored answers, counted, and as later lines of their interactions. */
import { judgedCriteria } from '../../judge/labels/judged-criteria.ts';
import type { Result } from '../../results/result.ts';
import { followUpOn } from '../interactions/follow-up.ts';
import { JUDGED, type FollowUp } from '../interactions/interaction.ts';

export interface JudgedVerdicts {
  /** One for each answer with a verdict. */
  readonly followUps: readonly FollowUp[];
  /** Of these. */
  readonly failed: number;
  /** Answers without a verdict, and why the first of them has none. */
  readonly without: number;
  readonly reason: string;
}

/** `criterion`: its words. `time`: ISO 8601. */
export function judgedVerdicts(results: readonly Result[], criterion: string, time: string): JudgedVerdicts {
  const followUps = results.flatMap((result) => judgedFollowUp(result, criterion, time) ?? []);
  const failed = followUps.filter(({ signals }) => signals[0]?.value === 'fail').length;
  return { followUps, failed, without: results.length - followUps.length, reason: firstError(results) };
}

const firstError = (results: readonly Result[]): string =>
  results.flatMap(({ error, assertions }) => error?.message ?? assertions.find((each) => each.error === true)?.reason ?? [])[0] ??
  'the judge did not decide';

/** The verdict as a later line of the interaction, marked as a model's. Null: the judge gave none. `criterion`: its words. */
function judgedFollowUp({ case: id, assertions }: Result, criterion: string, time: string): FollowUp | null {
  const [judged] = judgedCriteria(assertions);
  if (judged === undefined || judged.judge.verdict === null) return null;
  const { path, version, model, verdict, score } = judged.judge;
  const note = assertions[0]?.reason ?? null;
  return followUpOn(id, time, {
    signals: [
      {
        ...{ kind: 'operational', name: JUDGED, value: verdict, annotator: 'model', by: path, time, note },
        judge: { path, version, model, criterion: { ...judged.criterion, text: criterion }, score },
      },
    ],
  });
}
