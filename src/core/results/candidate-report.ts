/** What a run found about one candidate: field by field as in the design's contract. */
import { addCharges, chargesText, type Charges } from '../economics/prices/charges.ts';
import { sumUsage, type TotalUsage } from '../economics/prices/usage.ts';
import { sumKnown } from '../collections/sum-known.ts';
import { distinctChanges, type ParameterChange } from '../model/sent-without.ts';
import { countActive, errorCauses, retrievalField, type ActiveCounts, type ErrorCause, type RetrievalCounts } from './case-counts.ts';
import type { CandidateHead } from './candidate-head.ts';
import type { CaseOutcome } from './case-outcomes.ts';
import type { ResultOutline } from './result-list.ts';
import { clusteredShareInterval, percentiles, wilsonInterval, type Percentiles } from '../statistics/summary.ts';
import { positionConsistency, type PositionConsistency } from './position-consistency.ts';
import { judgedText, type JudgedRate } from './judged-rate.ts';
import type { FailureGroups } from './failures/failure-groups.ts';
import { candidateClasses, type ClassMetrics, type FieldError } from './classes/class-metrics.ts';
import { groupBy } from '../collections/group-by.ts';

export interface CandidateReport extends CandidateHead {
  /** Counts are of cases; a case with repeats passes when every sample does. */
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  /** Cases that check nothing: neither passed nor failed, and not part of the pass rate. */
  readonly unjudged: number;
  /** Share of the active cases with an answer that passed in every repeat; null: no case has an answer. */
  readonly passRate: number | null;
  /** 95 % interval of `passRate`: Wilson's; by cluster where cases have a `group`. */
  readonly interval: readonly [number, number] | null;
  /** What `passRate` is of, and what stands beside it: the active cases. Absent in reports of older versions. */
  readonly active?: ActiveCounts;
  /** Why cases are errors, the most frequent first. Absent in reports of older versions. */
  readonly errorCauses?: readonly ErrorCause[];
  readonly knownFailing: number;
  readonly unverified: number;
  /** Of what a pipeline retrieves: reported apart, and never deciding. Absent: no such case. */
  readonly retrieval?: RetrievalCounts;
  readonly usage: TotalUsage | null;
  readonly costUsd: number | null;
  /** `reported`: the provider says what each call cost; `mixed`: of some calls; `computed`: by the price. Null: the cost is not known. */
  readonly costBasis: 'reported' | 'mixed' | 'computed' | null;
  readonly judgeCostUsd: number | null;
  /** It depends on a judge, and no rate is known that is corrected by its errors: its rates are what the judge says, not what is true. */
  readonly uncalibrated: boolean;
  /** What its pass rate is when the judge's errors are counted, or why that is not known. Absent: no judge decided, or an older version. */
  readonly judged?: JudgedRate;
  readonly costPerCallUsd: number | null;
  readonly ttftMs: Percentiles | null;
  readonly latencyMs: Percentiles | null;
  /** Thinking tokens of a call, part of its output; null: no usage is known. */
  readonly reasoningTokens: Percentiles | null;
  /** Calls whose answer was cut off because thinking had used up the output limit. */
  readonly limitEaten: number;
  /** Parameters that were not sent as they are written, each once. */
  readonly sentWithout: readonly ParameterChange[];
  /** How often a judge that compared its answers with others' chose the same one in both orders. Absent: nothing was compared. */
  readonly positionConsistency?: PositionConsistency;
  /** By class of the first field of `expected` that has one of a few values. Absent: there is none. */
  readonly classes?: ClassMetrics;
  /** Of further such fields. */
  readonly moreClasses?: readonly ClassMetrics[];
  /** Errors of fields that hold numbers, F1 of those that hold lists. Absent: there is none. */
  readonly fieldErrors?: readonly FieldError[];
  /** Active answers that failed alike. Absent: fewer than two failed, it is a baseline, or an older version. */
  readonly failureGroups?: FailureGroups;
  /** What the provider charged for besides tokens, as it reports it. Absent in reports of older versions. */
  readonly charges?: Charges;
  /** Why the cost of calls is unknown although their model may have a price, each reason once. Absent in reports of older versions. */
  readonly unknownCosts?: readonly UnknownCost[];
}

export interface UnknownCost {
  /** A clause. */
  readonly reason: string;
  readonly calls: number;
}

export function reportCandidate(head: CandidateHead, outlines: readonly ResultOutline[], cases: readonly CaseOutcome[]): CandidateReport {
  const counted = { pass: 0, fail: 0, error: 0, unjudged: 0 };
  const statuses = { active: 0, 'known-failing': 0, unverified: 0 };
  for (const { verdict, status, kind } of cases) {
    counted[verdict]++;
    if (kind !== 'retrieval') statuses[status]++;
  }
  const active = countActive(cases);
  const retrieval = cases.filter(({ kind }) => kind === 'retrieval');
  const answered = active.passed + active.failed;
  const calls = outlines.filter(({ answered }) => answered);
  const usage = sumUsage(known(calls.map((result) => result.usage)));
  const costUsd = sumKnown(calls.map((result) => result.costUsd));
  const orders = positionConsistency(outlines);
  return {
    ...head,
    cases: cases.length,
    passed: counted.pass,
    failed: counted.fail,
    errors: counted.error,
    unjudged: counted.unjudged,
    passRate: answered === 0 ? null : active.passed / answered,
    interval: passRateInterval(cases),
    active,
    errorCauses: errorCauses(cases),
    knownFailing: statuses['known-failing'],
    unverified: statuses.unverified,
    ...retrievalField(retrieval.length, retrieval.filter(({ verdict }) => verdict === 'pass').length),
    usage: usage === null ? null : { ...usage, basis: calls.some((call) => call.usageEstimated === true) ? 'estimated' : 'reported' },
    costUsd,
    costBasis: costUsd === null ? null : costBasis(calls),
    judgeCostUsd:
      calls.length === 0 ? null : sumKnown([0, ...calls.map(({ judgeCostUsd }) => judgeCostUsd ?? (judgeCostUsd === null ? null : 0))]),
    uncalibrated: calls.some(({ judgeCostUsd }) => judgeCostUsd !== undefined),
    costPerCallUsd: costUsd === null || calls.length === 0 ? null : costUsd / calls.length,
    ttftMs: percentiles(known(calls.map((result) => result.ttftMs))),
    latencyMs: percentiles(known(calls.map((result) => result.latencyMs))),
    reasoningTokens: percentiles(known(calls.map((result) => result.usage?.reasoning ?? null))),
    limitEaten: calls.filter(({ isLimitEaten }) => isLimitEaten === true).length,
    sentWithout: distinctChanges(outlines.map((result) => result.sentWithout)),
    charges: calls.reduce<Charges>((sum, { charges = {} }) => addCharges(sum, charges), {}),
    unknownCosts: unknownCosts(calls),
    ...(orders === null ? {} : { positionConsistency: orders }),
  };
}

/** A usage that cannot be read, and charges without a known price. */
function unknownCosts(calls: readonly ResultOutline[]): UnknownCost[] {
  const reasons = calls.flatMap(({ costUsd, usage, usageUnknown, charges }) => {
    if (costUsd !== null) return [];
    if (usage === null) return usageUnknown === undefined ? [] : [usageUnknown];
    return charges === undefined ? [] : [`no price is known for ${chargesText(charges)}`];
  });
  return [...groupBy(reasons, (reason) => reason)].map(([reason, all]) => ({ reason, calls: all.length }));
}

function passRateInterval(cases: readonly CaseOutcome[]): [number, number] | null {
  const judged = cases.filter(({ status, verdict }) => status === 'active' && (verdict === 'pass' || verdict === 'fail'));
  const clusters = [...groupBy(judged, ({ group, case: id }) => group ?? `\u0000${id}`).values()];
  const passes = ({ verdict }: CaseOutcome): number => (verdict === 'pass' ? 1 : 0);
  return clusters.length === judged.length
    ? wilsonInterval(judged.filter(({ verdict }) => verdict === 'pass').length, judged.length)
    : clusteredShareInterval(clusters.map((cluster) => cluster.map(passes)));
}

function costBasis(calls: readonly ResultOutline[]): CandidateReport['costBasis'] {
  const reported = calls.filter((call) => call.costReported === true).length;
  return reported === 0 ? 'computed' : reported === calls.length ? 'reported' : 'mixed';
}

/** With what it does by class and by field, where its cases expect such values. `outlines`: all of the candidate's. */
export function withClasses(report: CandidateReport, outlines: readonly ResultOutline[]): CandidateReport {
  const found = candidateClasses(outlines);
  if (found === null) return report;
  const { fields, errors } = found;
  const [classes, ...moreClasses] = fields;
  return {
    ...report,
    ...(classes === undefined ? {} : { classes }),
    ...(moreClasses.length === 0 ? {} : { moreClasses }),
    ...(errors.length === 0 ? {} : { fieldErrors: errors }),
  };
}

/** What to say of the judge beside a pass rate; null: no judge was asked. */
export function judgeText({ judged, uncalibrated }: Pick<CandidateReport, 'judged' | 'uncalibrated'>): string | null {
  if (judged !== undefined) return judgedText(judged);
  return uncalibrated ? 'judge not calibrated' : null;
}

/** Where a cost comes from. `priced`: the words for the price list, for what is computed. */
export function costSource({ costBasis: basis }: Pick<CandidateReport, 'costBasis'>, priced: string): string {
  if (basis === 'reported') return 'reported by the provider';
  return basis === 'mixed' ? `partly reported by the provider; the rest: ${priced}` : priced;
}

const known = <T>(values: readonly (T | null)[]): T[] => values.filter((value): value is T & {} => value !== null);

/** The model that all candidates ran with; null: they differ, so each prompt had its own. */
export function onlyModel(heads: readonly Pick<CandidateHead, 'model'>[]): string | null {
  const [first] = heads;
  return first !== undefined && heads.every((head) => head.model === first.model) ? first.model : null;
}
