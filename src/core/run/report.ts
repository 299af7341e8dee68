/** goldset.run/1: what a run found, from its results. Field by field as in the design's contract. */
import { compareWithLabels, NO_LABELS, type LabelSource } from '../judge/calibration/judged-comparison.ts';
import type { Comparison, SidePair } from '../compare/compare.ts';
import type { CandidateHead } from '../results/candidate-head.ts';
import { sumKnown } from '../collections/sum-known.ts';
import { reportCandidate, withClasses, type CandidateReport } from '../results/candidate-report.ts';
import { caseVerdicts } from '../results/case-outcomes.ts';
import { failureGroups } from '../results/failures/failure-groups.ts';
import { groupBy } from '../collections/group-by.ts';
import { chooseModels, type ModelChoice } from '../compare/model-choice.ts';
import type { ResultList, ResultOutline } from '../results/result-list.ts';
import type { Stop } from '../results/stop.ts';
import { gatedRate, verdictOf, type GatedRate, type RunVerdict } from '../results/verdict.ts';
import type { Gate } from '../config/gate.ts';
import { NO_CALIBRATIONS, withJudgedRate, type Calibrations } from '../judge/calibration/judged-rate-of.ts';

/** Where the answers of a run came from. */
export interface CallCounts {
  /** Samples that this run asked a model for, whatever came back. */
  readonly asked: number;
  /** Answers that had been paid for before: the response cache, an earlier journal, the same request in this run. */
  readonly reused: number;
  /** Of these and those carried over by a resume: graded anew, without a call. */
  readonly regraded: number;
  /** Results of the part of the run before it was interrupted. */
  readonly resumed: number;
}

export interface RunReport {
  readonly schema: 'goldset.run/1';
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  readonly verdict: RunVerdict;
  readonly complete: boolean;
  /** Why it is not complete; null: it is. */
  readonly stopped: Stop | null;
  readonly candidates: readonly CandidateReport[];
  /** How the pass rate of each stands to `gate.minPassRate`; absent: none is required. */
  readonly gated?: readonly GatedCandidate[];
  /** Last in the JSON, since it may be large. */
  readonly results: ResultList;
  readonly comparisons: readonly Comparison[];
  /** Which model to choose, per prompt that ran with several; empty otherwise. */
  readonly choices: readonly ModelChoice[];
  readonly calls: CallCounts;
  readonly spend: {
    /** USD that this run paid; null: not known. */
    readonly usd: number | null;
    readonly cap: number | null;
    /** USD at most of calls whose end is unknown; they count towards the cap. */
    readonly unconfirmedUsd: number;
    /** USD that counts towards a cap: what was paid, as far as is known, and that. */
    readonly countedUsd: number;
  };
}

export interface GatedCandidate {
  readonly candidate: string;
  readonly minPassRate: number;
  /** `corrected`: the interval that counts the judge's errors; `raw`: the pass rate itself. */
  readonly basis: 'corrected' | 'raw';
  readonly rate: Exclude<GatedRate, 'unknown'>;
}

export interface ReportInput {
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  readonly heads: readonly CandidateHead[];
  readonly outlines: readonly ResultOutline[];
  readonly results: ResultList;
  readonly complete: boolean;
  /** It is a shard, of which a merge makes the verdict. */
  readonly isPart?: boolean;
  readonly gate: Gate;
  readonly stopped: Stop | null;
  readonly resumed: number;
  readonly cap: number | null;
  readonly unconfirmedUsd: number;
  readonly countedUsd: number;
  readonly compared: readonly SidePair[];
  /** What people's labels say of its judges; absent: nothing is known. */
  readonly calibrations?: Calibrations;
  /** Labels of what is compared; absent: there are none. */
  readonly labels?: LabelSource;
}

export function reportRun(input: ReportInput): RunReport {
  const {
    id,
    startedAt,
    toolVersion,
    heads,
    outlines,
    results,
    complete,
    gate,
    stopped,
    resumed,
    cap,
    unconfirmedUsd,
    countedUsd,
    compared,
    isPart = false,
    calibrations = NO_CALIBRATIONS,
    labels = NO_LABELS,
  } = input;
  const byCandidate = groupBy(outlines, (outline) => outline.candidate);
  const judged = heads.map((head) => {
    const own = byCandidate.get(head.id) ?? [];
    const cases = caseVerdicts(own);
    return { report: withClasses(withJudgedRate(reportCandidate(head, own, cases), own, calibrations), own), cases };
  });
  const comparisons = compareWithLabels(compared, gate, labels);
  const baselines = new Set(compared.map(({ a }) => a.head.id).filter((id) => !compared.some(({ b }) => b.head.id === id)));
  const candidates = judged.map(({ report }) => (baselines.has(report.id) ? report : withFailureGroups(report, results)));
  const verdict = verdictOf(
    judged
      .filter(({ report }) => !baselines.has(report.id))
      .map(({ report, cases }) => ({
        passRate: report.passRate,
        cases,
        positionConsistency: report.positionConsistency,
        judged: report.judged,
      })),
    gate,
    compared.length === 0 ? null : comparisons.map((comparison) => comparison.verdict),
    isPart,
  );
  const answered = outlines.filter((outline) => outline.answered);
  const paid = answered.filter(({ source }) => source !== 'cache');
  const reused = answered.length - paid.length;
  return {
    schema: 'goldset.run/1',
    id,
    startedAt,
    toolVersion,
    verdict: stopped === null ? verdict : stoppedVerdict(verdict, stopped),
    complete,
    stopped,
    candidates,
    ...gatedField(
      candidates.filter(({ id: own }) => !baselines.has(own)),
      gate,
    ),
    comparisons,
    choices: chooseModels(
      // The golden cases of the base judge the same answers once more.
      candidates.filter(({ id, casesFrom }) => !baselines.has(id) && casesFrom === undefined),
      outlines,
      gate.margin,
    ),
    calls: {
      asked: paid.length + outlines.filter(({ answered, attempts }) => !answered && attempts > 0).length,
      reused,
      regraded: reused,
      resumed,
    },
    spend: {
      usd: sumKnown([
        0,
        ...paid.map(({ costUsd }) => costUsd),
        ...answered.map(({ judgePaidUsd }) => judgePaidUsd ?? (judgePaidUsd === null ? null : 0)),
      ]),
      cap,
      unconfirmedUsd,
      countedUsd,
    },
    results,
  };
}

/** What fails of active cases; only these answers are read. */
function withFailureGroups(report: CandidateReport, results: ResultList): CandidateReport {
  const found = failureGroups(
    results.where(({ candidate, verdict, status }) => candidate === report.id && verdict === 'fail' && status === 'active'),
  );
  return found === null ? report : { ...report, failureGroups: found };
}

function gatedField(candidates: readonly CandidateReport[], gate: Gate): Pick<RunReport, 'gated'> {
  const { minPassRate } = gate;
  if (minPassRate === null) return {};
  return {
    gated: candidates.flatMap(({ id, passRate, judged }): GatedCandidate[] => {
      const rate = gatedRate(passRate, judged, gate);
      const basis = judged === undefined || judged.value === null ? 'raw' : 'corrected';
      return rate === 'unknown' ? [] : [{ candidate: id, minPassRate, basis, rate }];
    }),
  };
}

/** Candidates that the others are only compared with: what fails there is no news. */
export function baselineIds({ comparisons }: Pick<RunReport, 'comparisons'>): ReadonlySet<string> {
  const own = new Set(comparisons.map(({ b }) => b.candidate));
  return new Set(comparisons.map(({ a }) => a.candidate).filter((id) => !own.has(id)));
}

/** What failed has failed; a pass of a part is no pass. */
const stoppedVerdict = (verdict: RunVerdict, { code }: Stop): RunVerdict =>
  verdict !== 'pass' ? verdict : code === 'origin/down' ? 'error' : 'inconclusive';
