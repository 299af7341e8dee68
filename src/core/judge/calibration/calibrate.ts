/** How often a judge is right about one criterion, from people's labels: `goldset.calibration/1` without its names. How the labels were drawn decides the estimator. */
import {
  agreementByVerdict,
  directRate,
  LEAST_SUM,
  poweredRate,
  rateByVerdict,
  type Judged,
  type RateEstimate,
} from '../../statistics/corrected-rate.ts';
import { agreementOf, type AgreementTable } from './agreement.ts';
import { effectiveShare, gradedItems, pairsOfPeople, type GradedItem, type GradedLabel } from './graded-items.ts';

/** `by-verdict`: drawn by what the judge said; `random`: a simple random sample; `chosen`: people chose what they graded. */
export type Sampling = 'by-verdict' | 'random' | 'chosen';

/** What a draw was made from: a line of reviews/ID.draw.json. */
export interface DrawnFrame {
  readonly id: string;
  readonly strata: readonly { readonly verdict: 'pass' | 'fail' | null; readonly n: number }[];
  /** What the judge said of the whole frame, where it is known. */
  readonly judged: Judged | null;
}

export interface CalibrationFigures {
  readonly sampling: Sampling;
  /** Outputs that people graded, and those of another kind of sample, which count for nothing here. */
  readonly items: number;
  readonly leftOut: number;
  readonly table: AgreementTable;
  readonly tpr: RateEstimate | null;
  readonly tnr: RateEstimate | null;
  readonly agreement: number;
  readonly kappa: number | null;
  readonly ac1: number;
  readonly prevalence: number;
  /** Of the outputs that the labels were drawn from; null: they were chosen, or the judge is refused. */
  readonly corrected: (RateEstimate & { readonly raw: number; readonly method: RateMethod }) | null;
  readonly status: CalibrationStatus;
  /** Why a judge is refused, in a sentence; null: it is not. */
  readonly refusal: string | null;
  /** Labels of each class that are missing to be more than provisional. */
  readonly missing: { readonly pass: number; readonly fail: number };
  readonly betweenPeople: { readonly agreement: number; readonly pairs: number } | null;
}

export type RateMethod = 'by-verdict' | 'direct' | 'ppi++';
export type CalibrationStatus = 'calibrated' | 'provisional' | 'refused';

/** Labels of each class below which a calibration is provisional. */
export const ENOUGH = 50;

/** `labels`: blind ones with a grade, oldest first. Null: there is none. */
export function calibrationFigures(labels: readonly GradedLabel[], draws: readonly DrawnFrame[]): CalibrationFigures | null {
  const all = gradedItems(labels);
  if (all.length === 0) return null;
  const { sampling, items } = largestSample(all, draws);
  const [passed, failed] = [items.filter(({ judged }) => judged === 'pass'), items.filter(({ judged }) => judged === 'fail')];
  const table = tableOf(items, ({ weight }) => weight);
  const agreement = agreementOf(table);
  if (agreement === null) return null;
  const judged = frameOf(items, draws, table);
  const [ofPassed, ofFailed] = [effectiveShare(passed), effectiveShare(failed)];
  const rates = sampling === 'by-verdict' ? agreementByVerdict(judged, ofPassed, ofFailed) : countedRates(tableOf(items, once));
  const refusal = refusalOf(items, rates);
  const corrected = refusal === null ? correctedOf(sampling, items, judged) : null;
  const missing = missingOf(sampling, items);
  return {
    sampling,
    items: items.length,
    leftOut: all.length - items.length,
    table,
    ...rates,
    ...agreement,
    corrected,
    status: refusal !== null ? 'refused' : missing.pass + missing.fail > 0 ? 'provisional' : 'calibrated',
    refusal,
    missing,
    betweenPeople: peopleOf(labels),
  };
}

/** The largest sample that one estimator may read: mixed ones are right for none. */
function largestSample(
  items: readonly GradedItem[],
  draws: readonly DrawnFrame[],
): { readonly sampling: Sampling; readonly items: readonly GradedItem[] } {
  const kinds = new Map<Sampling, GradedItem[]>([
    ['by-verdict', []],
    ['random', []],
    ['chosen', []],
  ]);
  const samplings = samplingsOf(items, draws);
  for (const item of items) kinds.get(item.draw === null ? 'chosen' : (samplings.get(item.draw) ?? 'chosen'))?.push(item);
  const [best] = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  return { sampling: best?.[0] ?? 'chosen', items: best?.[1] ?? [] };
}

/** By draw: one whose outputs were all as likely, and whose strata have no verdict, is a random sample. */
function samplingsOf(items: readonly GradedItem[], draws: readonly DrawnFrame[]): ReadonlyMap<string, Sampling> {
  const weights = new Map<string, Set<string>>();
  for (const { draw, weight } of items) if (draw !== null) weights.set(draw, (weights.get(draw) ?? new Set()).add(weight.toPrecision(6)));
  return new Map(
    [...weights].map(([draw, seen]) => {
      const strata = draws.find(({ id }) => id === draw)?.strata ?? [];
      return [draw, seen.size > 1 || strata.some(({ verdict }) => verdict !== null) ? 'by-verdict' : 'random'];
    }),
  );
}

/** Every labelled output counts alike. */
const once = (): number => 1;

/** `weightOf`: how much an output counts. */
function tableOf(items: readonly GradedItem[], weightOf: (item: GradedItem) => number): AgreementTable {
  const table = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (const item of items) {
    const weight = weightOf(item);
    const [good, bad] = item.judged === 'pass' ? (['tp', 'fp'] as const) : (['fn', 'tn'] as const);
    table[good] += weight * item.passed;
    table[bad] += weight * (1 - item.passed);
  }
  return table;
}

/** What the judge said of all that was drawn from: by the draws, else by what the labels stand for. */
function frameOf(items: readonly GradedItem[], draws: readonly DrawnFrame[], { tp, fp, tn, fn }: AgreementTable): Judged {
  const ids = new Set(items.map(({ draw }) => draw));
  const frames = draws.filter(({ id }) => ids.has(id));
  const known = frames.flatMap((frame) => frame.judged ?? judgedOf(frame) ?? []);
  return known.length > 0 && known.length === ids.size
    ? { passed: known.reduce((sum, { passed }) => sum + passed, 0), total: known.reduce((sum, { total }) => sum + total, 0) }
    : { passed: tp + fp, total: tp + fp + tn + fn };
}

/** Only strata that are all of one verdict say it. */
function judgedOf({ strata }: DrawnFrame): Judged | null {
  if (strata.length === 0 || strata.some(({ verdict }) => verdict === null)) return null;
  const total = strata.reduce((sum, { n }) => sum + n, 0);
  return { passed: strata.reduce((sum, { verdict, n }) => sum + (verdict === 'pass' ? n : 0), 0), total };
}

/** Of what people pass, how much the judge passes; of what they fail, how much it fails. */
const countedRates = ({ tp, fp, tn, fn }: AgreementTable): { readonly tpr: RateEstimate | null; readonly tnr: RateEstimate | null } => ({
  tpr: directRate({ successes: tp, total: tp + fn }),
  tnr: directRate({ successes: tn, total: tn + fp }),
});

/** Fewer labels than this show neither that a judge always says the same, nor that it tells nothing. */
const TELLING_LABELS = 20;

function refusalOf(
  items: readonly GradedItem[],
  { tpr, tnr }: { readonly tpr: RateEstimate | null; readonly tnr: RateEstimate | null },
): string | null {
  if (items.length < TELLING_LABELS) return null;
  const verdicts = new Set(items.map(({ judged }) => judged));
  const grades = new Set(items.map(({ passed }) => passed >= 0.5));
  const [only] = verdicts;
  if (verdicts.size === 1 && grades.size > 1) return `The judge says ${only ?? ''} to everything, also where people do not.`;
  if (tpr === null || tnr === null || tpr.value + tnr.value >= LEAST_SUM) return null;
  return `The judge hardly tells good outputs from bad ones: it passes ${share(tpr.value)} of what people pass and ${share(1 - tnr.value)} of what they fail.`;
}

const share = (value: number): string => `${Math.round(100 * value)} %`;

function correctedOf(sampling: Sampling, items: readonly GradedItem[], judged: Judged): CalibrationFigures['corrected'] {
  const raw = judged.total === 0 ? 0 : judged.passed / judged.total;
  if (sampling === 'chosen') return null;
  const of = (verdict: 'pass' | 'fail'): readonly GradedItem[] => items.filter((item) => item.judged === verdict);
  if (sampling === 'by-verdict') {
    const rate = rateByVerdict(judged, effectiveShare(of('pass')), effectiveShare(of('fail')));
    return rate === null ? null : { raw, ...rate, method: 'by-verdict' };
  }
  const { tp, fp, tn, fn } = tableOf(items, once);
  const sample = { passPass: tp, passFail: fp, failPass: fn, failFail: tn };
  const labelled = of('pass').length;
  const rest = { passed: Math.max(0, judged.passed - labelled), total: Math.max(0, judged.total - items.length) };
  const powered = poweredRate(rest, sample);
  if (powered !== null) return { raw, ...powered, method: 'ppi++' };
  const direct = directRate({ successes: tp + fn, total: items.length });
  return direct === null ? null : { raw, ...direct, method: 'direct' };
}

/** Of a draw by verdict the judge's verdicts count, else people's grades. */
function missingOf(sampling: Sampling, items: readonly GradedItem[]): { readonly pass: number; readonly fail: number } {
  const passes = items.filter(({ judged, passed }) => (sampling === 'by-verdict' ? judged === 'pass' : passed >= 0.5)).length;
  return { pass: Math.max(0, ENOUGH - passes), fail: Math.max(0, ENOUGH - (items.length - passes)) };
}

function peopleOf(labels: readonly GradedLabel[]): CalibrationFigures['betweenPeople'] {
  const pairs = pairsOfPeople(labels);
  return pairs === null ? null : { agreement: pairs.agree / pairs.pairs, pairs: pairs.pairs };
}
