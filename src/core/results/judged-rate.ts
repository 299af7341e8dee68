/** A pass rate that rests on a judge, corrected by people's labels, and the words for it: the same on every surface. */
import { firstNames, percent, quantity } from '../display/figures.ts';
import { isJsonObject, type JsonValue } from '../json/json.ts';
import { judgedByKey, type JudgedBy } from './judged-sample.ts';

/** `stale`: measured, of what was changed since; `missing`: never measured. */
export type JudgedStatus = 'calibrated' | 'provisional' | 'refused' | 'stale' | 'missing';

/** What was changed since the labels were given. */
export type JudgeChange = 'rubric' | 'criterion' | 'prompt' | 'model';

/** What is known of a judge by one criterion, for the cases that it graded here. */
export interface CriterionRate extends JudgedBy {
  readonly cases: number;
  /** Share of these that pass by the judge. */
  readonly raw: number;
  /** Share that people would pass; null: `reason` says why it is not known. */
  readonly value: number | null;
  /** 95 % interval of `value`. */
  readonly low: number | null;
  readonly high: number | null;
  readonly status: JudgedStatus;
  readonly changed: readonly JudgeChange[];
  /** Labels that would make it more than provisional. */
  readonly missing: { readonly pass: number; readonly fail: number };
  /** ISO 8601, of the newest label; null: there is none. */
  readonly labelledAt: string | null;
  readonly reason: string | null;
}

export interface JudgedRate extends Pick<CriterionRate, 'value' | 'low' | 'high' | 'status' | 'labelledAt' | 'reason'> {
  /** The pass rate that the judge alone gives; null: no case has an answer. */
  readonly raw: number | null;
  readonly method: 'rogan-gladen' | null;
  /** One for each judge and criterion. */
  readonly criteria: readonly CriterionRate[];
}

/** Worst first: of several criteria, the worst is that of all. */
export const JUDGED_STATUSES: readonly JudgedStatus[] = ['missing', 'stale', 'refused', 'provisional', 'calibrated'];

/** What is said of a judged rate. */
export type StatedJudgedRate = Pick<JudgedRate, 'value' | 'low' | 'high' | 'status' | 'labelledAt' | 'reason'>;

export const statedOf = ({ value, low, high, status, labelledAt, reason }: JudgedRate): StatedJudgedRate => ({
  ...{ value, low, high, status, labelledAt, reason },
});

/** Whether stored JSON has the shape. */
export const isStatedRate = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  JUDGED_STATUSES.some((status) => status === value['status']) &&
  ['value', 'low', 'high'].every((name) => value[name] === null || typeof value[name] === 'number') &&
  ['labelledAt', 'reason'].every((name) => value[name] === null || typeof value[name] === 'string');

/** `88 % (82–93), judge calibrated 12 Nov 2026`; or why no such rate is known: `judge not calibrated`. */
export function judgedText(judged: StatedJudgedRate): string {
  const { value, low, high } = judged;
  if (value === null || low === null || high === null) return judged.reason ?? 'judge not calibrated';
  return `${rateText({ value, low, high })}, ${calibratedText(judged)}`;
}

/** What is said beside one judgement: where one judge decides alone it is the rate of all cases, as every other place says it. */
export const rateOfJudge = (judged: JudgedRate, by: JudgedBy): StatedJudgedRate | undefined => {
  const own = judged.criteria.find((rate) => judgedByKey(rate) === judgedByKey(by));
  return judged.criteria.length === 1 && own !== undefined ? judged : own;
};

/** `88 % (82–93)`. */
export const rateText = ({ value, low, high }: { readonly value: number; readonly low: number; readonly high: number }): string =>
  `${Math.round(100 * value)} % (${Math.round(100 * low)}–${Math.round(100 * high)})`;

function calibratedText({ status, labelledAt }: StatedJudgedRate): string {
  const day = labelledAt === null ? '' : ` ${labelDay(labelledAt)}`;
  return status === 'provisional' ? `judge provisionally calibrated${day}` : `judge calibrated${day}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12 Nov 2026`, UTC. */
export function labelDay(at: string): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

/** All that stands behind `judgedText`, in sentences; empty: nothing. */
export function judgedSentences({ raw, value, method, status, criteria }: JudgedRate): string[] {
  const [only] = criteria;
  return [
    ...(value !== null && raw !== null
      ? [
          `The judge alone says ${percent(raw)}; the other rate is corrected by how often people agree with it${method === null ? '' : ' (Rogan–Gladen)'}.`,
        ]
      : []),
    ...(criteria.length === 1 && only !== undefined && status === 'provisional' ? [provisionalText(only)] : []),
    ...(criteria.length > 1 ? criteria.map(criterionRateText) : []),
    ...(status === 'missing'
      ? ['To calibrate it, label outputs of a run without seeing its verdicts, then calibrate the judge (docs/judges.md).']
      : []),
  ];
}

/** `llm-rubric 3a91bc02 by judges/strict.prompt: 88 % (82–93), judge calibrated 12 Nov 2026; raw 93.1 % of 58 cases`. */
export const criterionRateText = (rate: CriterionRate): string =>
  `${rate.criterion.type} ${rate.criterion.hash.slice(0, 8)} by ${rate.judge.path}: ${judgedText(rate)}; raw ${percent(rate.raw)} of ${quantity(rate.cases, 'case')}`;

function provisionalText({ missing: { pass, fail } }: CriterionRate): string {
  const wanted = [...(pass > 0 ? [`${pass} more that pass`] : []), ...(fail > 0 ? [`${fail} more that fail`] : [])];
  return `The calibration is provisional: label ${wanted.join(' and ')}.`;
}

const CHANGES: Readonly<Record<JudgeChange, string>> = {
  rubric: 'the rubric',
  criterion: 'the criterion',
  prompt: 'the judge’s prompt',
  model: 'the judge’s model',
};

/** `judge calibration stale: the rubric and the judge’s model changed since 12 Nov 2026`. */
export function staleText(changed: readonly JudgeChange[], labelledAt: string): string {
  const names = changed.map((change) => CHANGES[change]);
  const all = names.length < 2 ? (names[0] ?? 'it') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  return `judge calibration stale: ${all} changed since ${labelDay(labelledAt)}`;
}

/** Why there is no one rate over several criteria. */
export const severalText = (criteria: readonly CriterionRate[]): string => {
  const known = criteria.filter(({ value }) => value !== null).length;
  const open = criteria.filter(({ value }) => value === null).map(({ reason }) => reason ?? '');
  const why = open.length === 0 ? '' : ` (${firstNames([...new Set(open)], 2)})`;
  return `judged by ${quantity(criteria.length, 'criterion', 'criteria')}, calibrated one by one: ${known} of ${criteria.length}${why}`;
};
