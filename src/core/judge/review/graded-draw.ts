/** A draw with the labels that it got: per verdict of the judge, how much was drawn from and what people say of the part that they labelled. */
import { effectiveShare, gradedItems, type GradedItem, type GradedLabel } from '../calibration/graded-items.ts';
import type { DrawFile } from '../labels/draw-file.ts';
import type { LabelRecord } from '../labels/label-record.ts';
import type { Share } from '../../statistics/corrected-rate.ts';
import { targetKey } from '../labels/label-record.ts';

export const DRAWN_VERDICTS = ['pass', 'fail', null] as const;
export type DrawnVerdict = (typeof DRAWN_VERDICTS)[number];

export interface GradedDraw {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** By the judge's verdict; null: it gave none. */
  readonly parts: readonly {
    readonly verdict: DrawnVerdict;
    /** Outputs that were drawn from. */
    readonly n: number;
    readonly items: readonly GradedItem[];
  }[];
  /** Outputs of the draw, and those with a grade other than unknown. */
  readonly drawn: number;
  readonly graded: number;
}

/** Labels that were not given blind, or of other draws, count for nothing here. */
export function gradedDraw(draw: DrawFile, labels: readonly LabelRecord[]): GradedDraw {
  const own = labels.filter((label) => label.draw?.id === draw.id && label.blind).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const parts = DRAWN_VERDICTS.flatMap((verdict) => {
    const n = draw.strata.reduce((sum, stratum) => sum + (stratum.verdict === verdict ? stratum.n : 0), 0);
    // An output without a verdict is counted as passed here: only what people say of it is read.
    const graded = own.flatMap((label) => gradedLabels(label, verdict));
    return n === 0 ? [] : [{ verdict, n, items: gradedItems(graded) }];
  });
  const graded = parts.reduce((sum, { items }) => sum + items.length, 0);
  return { id: draw.id, at: draw.at, parts, drawn: draw.items.length, graded };
}

function gradedLabels({ target, by, grade, judge, draw }: LabelRecord, verdict: DrawnVerdict): GradedLabel[] {
  if (grade === 'unknown' || draw === null || (judge?.verdict ?? null) !== verdict) return [];
  return [{ item: targetKey(target), by, grade, judged: verdict ?? 'pass', draw: { id: draw.id, probability: draw.probability } }];
}

/** Of several draws, the outputs of one verdict: how many there were, and what people pass of the labelled ones. */
export function partOfDraws(draws: readonly GradedDraw[], verdict: DrawnVerdict): { readonly n: number; readonly share: Share } {
  const parts = draws.flatMap((draw) => draw.parts.filter((part) => part.verdict === verdict));
  return {
    n: parts.reduce((sum, part) => sum + part.n, 0),
    share: effectiveShare(parts.flatMap(({ items }) => items)),
  };
}
