/**
 * Why answers fail, as shares of all failures in a window. What a record says by itself is counted. Of the others, labels say it that were drawn
 * with a known probability, and a judge's verdicts only where labels calibrate them. A retrieval score never says it (DESIGN §4, decision 25).
 */
import { CAUSES, type LabelCause, type LabelRecord } from '../../../judge/labels/label-record.ts';
import { directRate, rateByVerdict, type RateEstimate, type Share } from '../../../statistics/corrected-rate.ts';
import type { Interval } from '../../../statistics/share-interval.ts';
import type { FailedAnswer, FailureCause } from './failure.ts';

export type CauseBasis = 'reviewed' | 'judged' | 'signature';

export interface CauseShare {
  readonly cause: FailureCause;
  /** Of all failures. */
  readonly share: number;
  /** 95 %; of what was counted, the share itself. */
  readonly interval: Interval;
  /** Failures that it rests on: reviewed ones, else those that were counted. */
  readonly n: number;
  readonly basis: CauseBasis;
}

export interface CauseShares {
  /** The largest first. */
  readonly causes: readonly CauseShare[];
  /** Labels of drawn failures with a cause. */
  readonly reviewed: number;
  /** Failures of which the record says the cause. */
  readonly certain: number;
  /** Labels of failures that a person chose: they say nothing of the others. */
  readonly chosen: number;
  /** Failures with a verdict of a judge that too few labels calibrate. */
  readonly uncalibrated: number;
  /** Failures that the draws stand for, by their probabilities; null: nothing was drawn. */
  readonly drawnFrom: number | null;
}

/** A failure that was reviewed: the part of its reviewers for each cause, and how many failures it stands for. */
export interface ReviewedFailure {
  readonly causes: ReadonlyMap<LabelCause, number>;
  readonly weight: number;
}

/** Of each interaction that has labels: by its id. The newest label of each person counts; people who differ have equal parts. */
export function reviewedFailures(labels: readonly LabelRecord[]): {
  readonly drawn: ReadonlyMap<string, ReviewedFailure>;
  readonly chosen: ReadonlySet<string>;
} {
  const byInteraction = new Map<string, LabelRecord[]>();
  for (const label of labels) {
    const { interaction } = label.target;
    if (interaction !== null) byInteraction.set(interaction, [...(byInteraction.get(interaction) ?? []), label]);
  }
  const drawn = new Map<string, ReviewedFailure>();
  const chosen = new Set<string>();
  for (const [interaction, own] of byInteraction) {
    const newest = new Map<string, LabelRecord>();
    for (const label of [...own].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) newest.set(label.by, label);
    const said = [...newest.values()].flatMap((label) => causeOf(label) ?? []);
    if (said.length === 0) continue;
    const draws = new Map(own.flatMap(({ draw }) => (draw === null ? [] : [[draw.id, draw.probability] as const])));
    if (draws.size === 0) {
      chosen.add(interaction);
      continue;
    }
    const causes = new Map<LabelCause, number>();
    for (const cause of said) causes.set(cause, (causes.get(cause) ?? 0) + 1 / said.length);
    // Drawn twice is as likely as that at least one of the draws has it.
    const missed = [...draws.values()].reduce((product, probability) => product * (1 - probability), 1);
    drawn.set(interaction, { causes, weight: 1 / (1 - missed) });
  }
  return { drawn, chosen };
}

/** A pass has no fault; a fail without a cause is another one. Null: the person does not know. */
function causeOf({ grade, cause }: LabelRecord): LabelCause | null {
  if (grade === 'unknown') return null;
  if (cause !== null) return cause;
  return grade === 'pass' ? 'none' : 'other';
}

interface Reviewed extends ReviewedFailure {
  readonly failure: FailedAnswer;
}

export function causeShares(failures: readonly FailedAnswer[], { drawn, chosen }: ReturnType<typeof reviewedFailures>): CauseShares {
  const certain = new Map<FailureCause, number>();
  const [open, judged, reviewed]: [FailedAnswer[], FailedAnswer[], Reviewed[]] = [[], [], []];
  let picked = 0;
  for (const failure of failures) {
    const { id, signature } = failure;
    if (signature !== null) {
      certain.set(signature.cause, (certain.get(signature.cause) ?? 0) + 1);
      continue;
    }
    open.push(failure);
    if (failure.judged !== null) judged.push(failure);
    const own = drawn.size === 0 ? undefined : drawn.get(id);
    if (own !== undefined) reviewed.push({ failure, ...own });
    if (chosen.size > 0 && chosen.has(id)) picked++;
  }
  const isJudged = judged.length > 0 && judged.length >= LEAST_JUDGED * open.length && reviewed.length >= LEAST_LABELS;
  const of = failures.length;
  const estimates = CAUSES.flatMap((cause) => {
    const byJudge = isJudged ? judgedRate(cause, judged, reviewed) : null;
    const estimate = byJudge ?? reviewedRate(cause, reviewed, open.length);
    return estimate === null ? [] : [{ cause, estimate, basis: byJudge === null ? ('reviewed' as const) : ('judged' as const) }];
  });
  const shares = estimates.flatMap(({ cause, estimate: { value, low, high }, basis }): CauseShare[] => {
    const counted = certain.get(cause) ?? 0;
    const share = (part: number): number => (counted + part * open.length) / of;
    // What no label names is counted, or left out.
    if (value === 0) return [];
    return [{ cause, share: share(value), interval: [share(low), share(high)], n: reviewed.length, basis }];
  });
  const named = new Set(shares.map(({ cause }) => cause));
  const counted = [...certain].flatMap(([cause, n]): CauseShare[] =>
    named.has(cause)
      ? []
      : [{ cause, share: n / of, interval: countedInterval(cause, n, estimates, open.length, of), n, basis: 'signature' }],
  );
  return {
    causes: [...shares, ...counted].sort((a, b) => b.share - a.share || (a.cause < b.cause ? -1 : 1)),
    reviewed: reviewed.length,
    certain: failures.length - open.length,
    chosen: picked,
    uncalibrated: isJudged ? 0 : judged.length,
    drawnFrom: reviewed.length === 0 ? null : reviewed.reduce((sum, { weight }) => sum + weight, 0),
  };
}

/** Part of the failures that a judge must have seen, and labels that calibrate it at least. */
const LEAST_JUDGED = 0.9;
const LEAST_LABELS = 20;

/** What is counted has no interval; where labels were drawn and none names the cause, more may have it than the records say. */
function countedInterval(
  cause: FailureCause,
  n: number,
  estimates: readonly { readonly cause: FailureCause; readonly estimate: RateEstimate }[],
  open: number,
  of: number,
): Interval {
  const found = estimates.find((item) => item.cause === cause);
  return [n / of, (n + (found?.estimate.high ?? 0) * open) / of];
}

/** By the weights of the draw (Hájek), with the size of a simple sample that would tell as much (Kish), of a limited number of failures. */
function reviewedRate(cause: LabelCause, reviewed: readonly Reviewed[], of: number): RateEstimate | null {
  return directRate(limited(weightedShare(cause, reviewed), reviewed.length, of));
}

function weightedShare(cause: LabelCause, reviewed: readonly Reviewed[]): Share {
  let [sum, squares, found] = [0, 0, 0];
  for (const { weight, causes } of reviewed) {
    sum += weight;
    squares += weight * weight;
    found += weight * (causes.get(cause) ?? 0);
  }
  const size = squares === 0 ? 0 : (sum * sum) / squares;
  return { successes: sum === 0 ? 0 : (found / sum) * size, total: size };
}

/** When most of the failures were reviewed, the others can change little. */
function limited({ successes, total }: Share, reviewed: number, of: number): Share {
  const left = of <= 1 ? 1 : Math.max((of - reviewed) / (of - 1), 1e-6);
  return { successes: successes / left, total: total / left };
}

/** Null: a verdict that occurs has no label. */
function judgedRate(cause: LabelCause, judged: readonly FailedAnswer[], reviewed: readonly Reviewed[]): RateEstimate | null {
  const says = (failure: FailedAnswer): boolean => failure.judged === cause;
  const labelled = reviewed.filter(({ failure }) => failure.judged !== null);
  return rateByVerdict(
    { passed: judged.filter(says).length, total: judged.length },
    weightedShare(
      cause,
      labelled.filter(({ failure }) => says(failure)),
    ),
    weightedShare(
      cause,
      labelled.filter(({ failure }) => !says(failure)),
    ),
  );
}
