/** goldset.run/1: what a run found, from its results. Field by field as in the design's contract. */
import type { JsonValue } from '../json.ts';
import { reportCandidate, sumKnown, type CandidateHead, type CandidateReport } from './candidate-report.ts';
import { caseVerdicts } from './case-outcomes.ts';
import { groupBy } from './group-by.ts';
import { chooseModels, type ModelChoice } from './model-choice.ts';
import type { Result } from './result.ts';
import { verdictOf, type Gate, type RunVerdict } from './verdict.ts';

export interface RunReport {
  readonly schema: 'goldset.run/1';
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  readonly verdict: RunVerdict;
  readonly complete: boolean;
  readonly candidates: readonly CandidateReport[];
  readonly results: readonly Result[];
  readonly comparisons: readonly JsonValue[];
  /** Which model to choose, per prompt that ran with several; empty otherwise. */
  readonly choices: readonly ModelChoice[];
  readonly spend: { readonly usd: number | null; readonly cap: number | null };
}

export interface ReportInput {
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  readonly heads: readonly CandidateHead[];
  readonly results: readonly Result[];
  readonly complete: boolean;
  readonly gate: Gate;
}

export function reportRun({ id, startedAt, toolVersion, heads, results, complete, gate }: ReportInput): RunReport {
  const byCandidate = groupBy(results, (result) => result.candidate);
  const judged = heads.map((head) => {
    const own = byCandidate.get(head.id) ?? [];
    const cases = caseVerdicts(own);
    return { report: reportCandidate(head, own, cases), cases };
  });
  const candidates = judged.map(({ report }) => report);
  const costs = candidates.map((candidate) => candidate.costUsd);
  return {
    schema: 'goldset.run/1',
    id,
    startedAt,
    toolVersion,
    verdict: verdictOf(
      judged.map(({ report, cases }) => ({ passRate: report.passRate, cases })),
      gate,
    ),
    complete,
    candidates,
    results,
    comparisons: [],
    choices: chooseModels(candidates, results, gate.margin),
    spend: { usd: sumKnown(costs), cap: null },
  };
}
