/** What a judge said of stored answers, counted, and as later lines of their interactions. */
import type { FollowUp } from '../../core/feedback/interactions/interaction.ts';
import type { Result } from '../../core/results/result.ts';
import { judgedFollowUp } from './judge-plan.ts';

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
