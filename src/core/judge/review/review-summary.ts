/** What a review says when its labels are given: the rate, where the judge was wrong, why answers fail, and what to do next. */
import type { RateEstimate } from '../../statistics/corrected-rate.ts';
import type { DrawFile } from '../labels/draw-file.ts';
import { CAUSES, type LabelCause, type LabelRecord, type LabelTarget } from '../labels/label-record.ts';
import { DRAWN_VERDICTS, gradedDraw, partOfDraws, type GradedDraw } from './graded-draw.ts';
import { judgeDrift, type JudgeDrift } from './judge-drift.ts';
import { targetKey } from '../labels/label-record.ts';
import { failureModes, queueOf, standingLabels } from './review-queue.ts';
import { agreementRate, weekRate } from './week-rate.ts';

export const REVIEW_SCHEMA = 'goldset.review/1';

export interface ReviewSummary {
  readonly id: string;
  /** ISO 8601, when it was drawn. */
  readonly at: string;
  readonly query: string;
  readonly judge: DrawFile['frame']['judge'];
  readonly criterion: DrawFile['frame']['criterion'];
  /** Outputs that were drawn from, drawn, graded by anyone, and left for this person. */
  readonly frame: number;
  readonly drawn: number;
  readonly graded: number;
  readonly left: number;
  /** Share that people pass of all outputs that were drawn from; null: too few labels. */
  readonly rate: RateEstimate | null;
  /** Share that the judge passes of what it graded; null: it graded nothing. */
  readonly judged: number | null;
  /** Share of what the judge graded where people say the same, weighted likewise; null: it graded nothing, or too few labels. */
  readonly agreement: RateEstimate | null;
  /** This review and those before it of the same prompt and criterion, oldest first. */
  readonly weeks: readonly { readonly id: string; readonly at: string; readonly graded: number; readonly rate: RateEstimate | null }[];
  /** Where people and the judge disagree; null while this person has outputs to label, since it would tell what the judge said. */
  readonly errors: readonly JudgeError[] | null;
  readonly modes: readonly { readonly mode: string; readonly count: number }[];
  /** Causes that people named of what fails, most frequent first. */
  readonly causes: readonly { readonly cause: LabelCause; readonly count: number }[];
  readonly drift: readonly JudgeDrift[];
  /** In one sentence. */
  readonly next: string;
}

export interface JudgeError {
  /** Place in the draw. */
  readonly index: number;
  readonly target: LabelTarget;
  readonly judged: 'pass' | 'fail';
  readonly grade: 'pass' | 'fail';
  readonly by: string;
  readonly failureMode: string | null;
  readonly critique: string | null;
}

/** `draws`: of the repository; `person`: as labels name them. */
export function reviewSummary(draw: DrawFile, draws: readonly DrawFile[], labels: readonly LabelRecord[], person: string): ReviewSummary {
  const graded = gradedDraw(draw, labels);
  const standing = standingLabels(labels.filter((label) => label.draw?.id === draw.id && label.blind));
  const until = draws.filter(({ id, at }) => id !== draw.id && Date.parse(at) <= Date.parse(draw.at));
  const before = [...until, draw].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const left = queueOf(draw, labels, person).filter(({ label }) => label === null).length;
  const figures = {
    rate: weekRate(graded),
    judged: judgedShare(graded),
    agreement: agreementRate(graded),
    weeks: before.filter((other) => isSame(other, draw)).map((other) => weekOf(gradedDraw(other, labels))),
    errors: left > 0 ? null : errorsOf(draw, standing),
    modes: failureModes(standing),
    causes: causesOf(standing),
    drift: judgeDrift(before.filter((other) => isSame(other, draw) && isOfJudge(other, draw)).map((other) => gradedDraw(other, labels))),
  };
  const { id, at, frame } = draw;
  return {
    ...{ id, at, query: frame.query, judge: frame.judge, criterion: frame.criterion },
    ...{ frame: frame.n, drawn: graded.drawn, graded: graded.graded, left },
    ...figures,
    next: nextStep({ ...figures, left, graded: graded.graded, judge: frame.judge }),
  };
}

const isSame = (a: DrawFile, b: DrawFile): boolean =>
  a.frame.prompt === b.frame.prompt &&
  a.frame.criterion?.hash === b.frame.criterion?.hash &&
  a.frame.criterion?.type === b.frame.criterion?.type;

const isOfJudge = ({ frame: { judge: a } }: DrawFile, { frame: { judge: b } }: DrawFile): boolean =>
  a !== null && b !== null && a.path === b.path && a.version === b.version && a.model === b.model;

const weekOf = (draw: GradedDraw): ReviewSummary['weeks'][number] => ({
  id: draw.id,
  at: draw.at,
  graded: draw.graded,
  rate: weekRate(draw),
});

function judgedShare(draw: GradedDraw): number | null {
  const [passed, failed] = DRAWN_VERDICTS.map((verdict) => partOfDraws([draw], verdict).n);
  const total = (passed ?? 0) + (failed ?? 0);
  return total === 0 ? null : (passed ?? 0) / total;
}

function causesOf(labels: readonly LabelRecord[]): { readonly cause: LabelCause; readonly count: number }[] {
  return CAUSES.map((cause) => ({ cause, count: labels.filter((label) => label.grade === 'fail' && label.cause === cause).length }))
    .filter(({ cause, count }) => cause !== 'none' && count > 0)
    .sort((a, b) => b.count - a.count);
}

function errorsOf(draw: DrawFile, labels: readonly LabelRecord[]): JudgeError[] {
  const places = new Map(draw.items.map(({ target }, index) => [targetKey(target), index]));
  return labels
    .flatMap(({ target, grade, judge, by, failureMode, critique }): JudgeError[] => {
      const [index, judged] = [places.get(targetKey(target)), judge?.verdict ?? null];
      if (index === undefined || judged === null || grade === 'unknown' || grade === judged) return [];
      return [{ index, target, judged, grade, by, failureMode, critique }];
    })
    .sort((a, b) => a.index - b.index);
}

const FALLEN: Readonly<Record<JudgeDrift['rate'], string>> = {
  tpr: 'share of good outputs that it passes',
  tnr: 'share of bad outputs that it fails',
  agreement: 'share of outputs where it agrees with people',
};

/** Errors of the judge, of what was graded, from which its rubric is looked at first. */
const MANY_ERRORS = 0.25;
/** Times from which a failure mode is worth a golden case. */
const OFTEN = 2;

/** What is most certain comes first: outputs that are left, a judge that became worse, one that is often wrong, the most frequent failure. */
function nextStep({
  left,
  graded,
  judge,
  errors,
  modes,
  drift,
}: Pick<ReviewSummary, 'left' | 'graded' | 'judge' | 'errors' | 'modes' | 'drift'>): string {
  if (left > 0) return `Label the ${left === 1 ? 'output that is' : `${left} outputs that are`} left.`;
  const [fall] = drift;
  if (judge !== null && fall !== undefined) {
    const what = FALLEN[fall.rate];
    return `The judge became worse (${what}: ${share(fall.before)} before, ${share(fall.now)} now): look at its errors, edit its rubric, and calibrate it again.`;
  }
  if (judge !== null && errors !== null && graded > 0 && errors.length / graded > MANY_ERRORS)
    return `The judge was wrong in ${errors.length} labels of this sample: look at its errors, and calibrate it.`;
  const [mode] = modes;
  if (mode !== undefined && mode.count >= OFTEN) return `Make golden cases of the outputs that fail by “${mode.mode}” (${mode.count}).`;
  if (judge === null) return 'Let a judge grade production, so that the next sample has more of what fails.';
  return 'Nothing stands out: label the next sample when it is due.';
}

const share = (value: number): string => `${Math.round(100 * value)} %`;
