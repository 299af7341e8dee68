/** goldset.run/1: what a run found, from its results. Field by field as in the design's contract. */
import type { PriceInfo } from '../economics/price.ts';
import { sumUsage, type TotalUsage } from '../economics/usage.ts';
import type { JsonValue } from '../json.ts';
import { caseVerdicts, type CaseOutcome } from './case-outcomes.ts';
import { groupBy } from './group-by.ts';
import { chooseModels, type ModelChoice } from './model-choice.ts';
import type { Candidate } from './plan.ts';
import type { Result } from './result.ts';
import { percentiles, wilsonInterval, type Percentiles } from './summary-statistics.ts';
import { verdictOf, type Gate, type RunVerdict } from './verdict.ts';

export interface CandidateHead {
  readonly id: string;
  readonly prompt: { readonly path: string; readonly name: string; readonly version: string; readonly ref: string | null };
  readonly golden: string;
  readonly model: string;
  readonly parameters: { readonly [key: string]: JsonValue };
  readonly price: PriceInfo | null;
}

export interface CandidateReport extends CandidateHead {
  /** Counts are of cases; a case with repeats passes when every sample does. */
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  /** Of the active cases that gave an answer; null when none did. */
  readonly passRate: number | null;
  /** 95 % Wilson score interval of `passRate`. */
  readonly interval: readonly [number, number] | null;
  readonly knownFailing: number;
  readonly unverified: number;
  readonly usage: TotalUsage | null;
  readonly costUsd: number | null;
  readonly judgeCostUsd: number | null;
  readonly costPerCallUsd: number | null;
  readonly ttftMs: Percentiles | null;
  readonly latencyMs: Percentiles | null;
}

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

export const headOf = ({ id, target, client, parameters }: Candidate): CandidateHead => ({
  id,
  prompt: { path: target.document.path, name: target.document.name, version: target.version, ref: null },
  golden: target.golden,
  model: client.id,
  parameters: parameters as Record<string, JsonValue>,
  price: client.pricing?.info ?? null,
});

function reportCandidate(head: CandidateHead, results: readonly Result[], cases: readonly CaseOutcome[]): CandidateReport {
  const counted = { pass: 0, fail: 0, error: 0 };
  const active = { pass: 0, fail: 0, error: 0 };
  const statuses = { active: 0, 'known-failing': 0, unverified: 0 };
  for (const { verdict, status } of cases) {
    counted[verdict]++;
    statuses[status]++;
    if (status === 'active') active[verdict]++;
  }
  const answered = active.pass + active.fail;
  const calls = results.filter((result) => result.output !== null);
  const usage = sumUsage(known(calls.map((result) => result.usage)));
  const costUsd = sumKnown(calls.map((result) => result.costUsd));
  return {
    ...head,
    cases: cases.length,
    passed: counted.pass,
    failed: counted.fail,
    errors: counted.error,
    passRate: answered === 0 ? null : active.pass / answered,
    interval: wilsonInterval(active.pass, answered),
    knownFailing: statuses['known-failing'],
    unverified: statuses.unverified,
    usage: usage === null ? null : { ...usage, basis: 'reported' },
    costUsd,
    judgeCostUsd: calls.length === 0 ? null : 0,
    costPerCallUsd: costUsd === null || calls.length === 0 ? null : costUsd / calls.length,
    ttftMs: percentiles(known(calls.map((result) => result.ttftMs))),
    latencyMs: percentiles(known(calls.map((result) => result.latencyMs))),
  };
}

const known = <T>(values: readonly (T | null)[]): T[] => values.filter((value): value is T & {} => value !== null);

/** The sum, or null when a part of it is unknown or there is none. */
function sumKnown(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
