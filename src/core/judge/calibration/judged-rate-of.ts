/** The calibration that belongs to what a run judged, or what was changed since; and the pass rate that it gives. */
import type { CandidateReport } from '../../results/candidate-report.ts';
import { groupBy } from '../../collections/group-by.ts';
import {
  JUDGED_STATUSES,
  severalText,
  staleText,
  type CriterionRate,
  type JudgeChange,
  type JudgedRate,
  type JudgedStatus,
} from '../../results/judged-rate.ts';
import { judgedByKey, type JudgedBy, type Judgement } from '../../results/judged-sample.ts';
import type { ResultOutline } from '../../results/result-list.ts';
import { equivalentShare, rateWithKnown, type KnownCases } from '../../statistics/carried-rate.ts';
import { rateFromElsewhere, type Judged, type RateEstimate } from '../../statistics/corrected-rate.ts';
import { scoredModel } from '../../versions/score.ts';
import { isByRubric } from '../criterion.ts';
import { judgeKindOf } from '../judge-kinds.ts';
import type { KnownCalibration } from './read-calibration.ts';

/** What is known of a judge, by its path or name; empty: nothing. */
export type Calibrations = (judge: string) => readonly KnownCalibration[];

export const NO_CALIBRATIONS: Calibrations = () => [];

/** The report with what judges said of the candidate, corrected where that is known. `outlines`: all of the candidate's. */
export function withJudgedRate(report: CandidateReport, outlines: readonly ResultOutline[], calibrations: Calibrations): CandidateReport {
  const judged = judgedRate(report, outlines, calibrations);
  return judged === null ? report : { ...report, judged, uncalibrated: judged.value === null };
}

/** Null: no judge decided anything. */
export function judgedRate(
  { passRate, interval }: Pick<CandidateReport, 'passRate' | 'interval'>,
  outlines: readonly ResultOutline[],
  calibrations: Calibrations,
): JudgedRate | null {
  const counted = outlines.filter(({ status, verdict }) => status === 'active' && (verdict === 'pass' || verdict === 'fail'));
  const judgements = counted.flatMap(({ case: id, judged }) => (judged?.judgements ?? []).map((item) => ({ ...item, case: id })));
  if (judgements.length === 0) return null;
  const groups = [...groupBy(judgements, ({ by, isNegated }) => `${judgedByKey(by)}${isNegated ? '!' : ''}`).values()];
  const casesOf = groupBy(judgements, ({ by }) => judgedByKey(by));
  const inRun = new Set(judgements.map(({ by }) => criterionKey(by)));
  const weight = passRate === null || interval === null || !hasGroups(counted) ? 1 : weightOf(passRate, interval, counted.length);
  const criteria = groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { by, isNegated } = first;
    const cases = new Set((casesOf.get(judgedByKey(by)) ?? []).map((item) => item.case));
    const found = belonging(by, calibrations(by.judge.path), cases, inRun);
    return [{ found, isNegated, rate: criterionRate(by, group, found, { isNegated, weight }) }];
  });
  const rates = criteria.map(({ rate }) => rate);
  const common = {
    raw: passRate,
    criteria: rates,
    status: JUDGED_STATUSES.find((status) => rates.some((rate) => rate.status === status)) ?? 'missing',
    labelledAt: rates.map(({ labelledAt }) => labelledAt ?? '').sort()[0] ?? '',
  };
  const none = (reason: string): JudgedRate => ({
    ...common,
    labelledAt: common.labelledAt === '' ? null : common.labelledAt,
    ...{ value: null, low: null, high: null, method: null, reason },
  });
  const [only] = criteria;
  if (only === undefined || criteria.length > 1) return none(severalText(rates));
  const { rate, found, isNegated } = only;
  if (rate.value === null) return none(rate.reason ?? 'judge not calibrated');
  if (counted.some(({ repeat }) => repeat > 0)) return none(`judge calibrated for one output of a case, and cases here have several`);
  if (counted.some(({ judged }) => judged?.isEach === false))
    return none('judge calibrated, but a score of several assertions decides here');
  const whole = wholeRate(counted, found, isNegated, weight);
  if (whole === null) return none('judge calibrated, but it tells too little to correct this rate');
  return { ...common, ...whole, method: 'rogan-gladen', reason: null };
}

/** The report as it is after an edit of rubric, judge or model: what was measured of something else is stale at once. `now`: what judges as the files are; null: not known. */
export function withEdits(report: CandidateReport, now: readonly JudgedBy[] | null): CandidateReport {
  const { judged } = report;
  if (judged === undefined || now === null) return report;
  const criteria = judged.criteria.map((rate) => editedRate(rate, now));
  const [only] = criteria;
  if (only === undefined || criteria.every((rate, i) => rate === judged.criteria[i])) return report;
  const reason = criteria.length > 1 ? severalText(criteria) : only.reason;
  return { ...report, uncalibrated: true, judged: { ...judged, ...NO_RATE, method: null, status: 'stale', reason, criteria } };
}

const NO_RATE = { value: null, low: null, high: null };

function editedRate(rate: CriterionRate, now: readonly JudgedBy[]): CriterionRate {
  if (rate.value === null || rate.labelledAt === null || judgeKindOf(rate.criterion.type) === null) return rate;
  const found = now.map((by) => changesOf(by, rate)).sort((a, b) => a.length - b.length)[0] ?? ['criterion' as const];
  if (found.length === 0) return rate;
  return { ...rate, ...NO_RATE, status: 'stale', changed: found, reason: staleText(found, rate.labelledAt) };
}

/** Cases of a group hang together: as many independent ones as give the interval. */
const weightOf = (value: number, [low, high]: readonly [number, number], n: number): number =>
  equivalentShare({ value, low, high }, n).total / n;

const hasGroups = (outlines: readonly ResultOutline[]): boolean => {
  const groups = outlines.flatMap(({ group, case: id }) => (group === null ? [] : [JSON.stringify([group, id])]));
  return new Set(groups).size > new Set(outlines.flatMap(({ group }) => group ?? [])).size;
};

interface Belonging {
  readonly record: KnownCalibration | null;
  readonly status: JudgedStatus;
  readonly changed: readonly JudgeChange[];
}

/** `cases`: that are judged so; `inRun`: all criteria that this candidate is judged by. */
function belonging(by: JudgedBy, records: readonly KnownCalibration[], cases: ReadonlySet<string>, inRun: ReadonlySet<string>): Belonging {
  const found = records.flatMap((record) => {
    const changed = changesOf(by, record);
    const isOther = criterionKey(by) !== criterionKey(record);
    // Another rubric of the same judge is no change of this one, unless it was that of these cases.
    const isChange =
      !isOther || (!inRun.has(criterionKey(record)) && (record.cases.length === 0 || record.cases.some((id) => cases.has(id))));
    return isChange ? [{ record, changed }] : [];
  });
  const [best] = found.sort(
    (a, b) => a.changed.length - b.changed.length || Date.parse(b.record.labelledAt) - Date.parse(a.record.labelledAt),
  );
  if (best === undefined) return { record: null, status: 'missing', changed: [] };
  return { ...best, status: best.changed.length > 0 ? 'stale' : best.record.status };
}

const criterionKey = ({ criterion: { type, hash } }: Pick<JudgedBy, 'criterion'>): string => JSON.stringify([type, hash]);

function changesOf({ judge, criterion }: JudgedBy, record: JudgedBy): JudgeChange[] {
  const isSameType = criterion.type === record.criterion.type;
  const isSame = isSameType && criterion.hash === record.criterion.hash;
  return [
    ...(isSame ? [] : ([isSameType && isByRubric(criterion.type) ? 'rubric' : 'criterion'] as const)),
    ...(judge.path === record.judge.path && judge.version === record.judge.version ? [] : (['prompt'] as const)),
    ...(scoredModel(judge.model) === scoredModel(record.judge.model) ? [] : (['model'] as const)),
  ];
}

interface Counting {
  readonly isNegated: boolean;
  readonly weight: number;
}

function criterionRate(
  by: JudgedBy,
  judgements: readonly Judgement[],
  { record, status, changed }: Belonging,
  counting: Counting,
): CriterionRate {
  const cases = judgements.length;
  const passed = judgements.filter(({ verdict, isNegated }) => (verdict === 'pass') !== isNegated).length;
  const estimate = status === 'calibrated' || status === 'provisional' ? corrected(judgements, record, counting) : null;
  return {
    judge: by.judge,
    criterion: by.criterion,
    cases,
    raw: passed / cases,
    value: estimate?.value ?? null,
    low: estimate?.low ?? null,
    high: estimate?.high ?? null,
    status,
    changed,
    missing: record?.missing ?? { pass: 0, fail: 0 },
    labelledAt: record?.labelledAt ?? null,
    reason: estimate === null ? reasonOf(by, { record, status, changed }) : null,
  };
}

function reasonOf({ criterion }: JudgedBy, { record, status, changed }: Belonging): string {
  if (record === null)
    return criterion.hash === '' ? 'judge not calibrated, for this run does not say by which rubric it judged' : 'judge not calibrated';
  if (status === 'stale') return staleText(changed, record.labelledAt);
  if (status === 'refused') return `judge refused: ${record.refusal ?? 'it hardly tells good outputs from bad ones.'}`.replace(/\.$/, '');
  return 'judge calibrated with too few labels of outputs that people pass, or fail';
}

/** The share that people would pass, of outputs that the judge graded. */
function corrected(
  judgements: readonly Judgement[],
  record: KnownCalibration | null,
  { isNegated, weight }: Counting,
): RateEstimate | null {
  if (record === null || record.tpr === null || record.tnr === null) return null;
  const judged: Judged = {
    passed: weight * judgements.filter(({ verdict }) => verdict === 'pass').length,
    total: weight * judgements.length,
  };
  const rate = rateFromElsewhere(judged, equivalentShare(record.tpr, record.items), equivalentShare(record.tnr, record.items));
  return rate === null || !isNegated ? rate : { value: 1 - rate.value, low: 1 - rate.high, high: 1 - rate.low };
}

/** Over all cases: what other assertions fail has failed, and cases without a judge are what they are. */
function wholeRate(counted: readonly ResultOutline[], { record }: Belonging, isNegated: boolean, weight: number): RateEstimate | null {
  const known = { passed: 0, failed: 0, judged: 0 };
  const open: Judgement[] = [];
  let isSure = true;
  for (const { judged, verdict } of counted) {
    if (judged === undefined || judged.others !== null) isSure = false;
    if (judged === undefined) known[verdict === 'pass' ? 'passed' : 'failed'] += weight;
    else if (judged.others === false) known.failed += weight;
    else {
      known.judged += weight;
      open.push(...judged.judgements.slice(0, 1));
    }
  }
  const rate = open.length === 0 ? { value: 0, low: 0, high: 0 } : corrected(open, record, { isNegated, weight });
  return rate === null || isSure ? rate : rateWithKnown(rate, known satisfies KnownCases);
}
