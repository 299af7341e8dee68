/** A comparison with what labels of its two sides say of the judge. The raw paired test decides, unless the judge surely errs differently on them. */
import { compareAll, type Comparison, type SidePair } from '../../compare/compare.ts';
import type { Gate } from '../../config/gate.ts';
import { unequalErrors, unequalText, type JudgedComparison, type SignedRange } from '../../compare/judged-difference.ts';
import type { SideInput } from '../../compare/side.ts';
import { groupBy } from '../../collections/group-by.ts';
import type { Hash } from '../../text/hash.ts';
import { judgedByKey, type JudgedBy, type Judgement } from '../../results/judged-sample.ts';
import type { ResultOutline } from '../../results/result-list.ts';
import type { LabelRecord } from '../labels/label-record.ts';
import { lengthEffect, lengthsDiffer, type LabelledAnswer, type LengthEffect } from './length-effect.ts';
import { sideErrors } from './side-errors.ts';

/** Where labels and the texts that they belong to are. */
export interface LabelSource {
  /** Labels of outputs of a prompt, by its path. */
  labelsOf(prompt: string): readonly LabelRecord[];
  readonly hash: Hash;
}

export const NO_LABELS: LabelSource = { labelsOf: () => [], hash: (text) => text };

/** As `compareAll`, each with what labels say of its judges. */
export function compareWithLabels(pairs: readonly SidePair[], gate: Gate, source: LabelSource): Comparison[] {
  return compareAll(pairs, gate).map((comparison, i) => {
    const pair = pairs[i];
    return pair === undefined ? comparison : withJudgedDifference(comparison, pair, source);
  });
}

export const withJudgedDifference = (comparison: Comparison, pair: SidePair, source: LabelSource): Comparison => {
  const judged = judgedDifferences(pair, source);
  if (judged.length === 0) return comparison;
  const unequal = unequalErrors(judged);
  // What is certain by itself stays so: a critical case that failed, and sides that cannot be compared.
  const isDecided = comparison.criticalFailures.length > 0 || comparison.verdict === 'not-comparable' || comparison.verdict === 'error';
  return unequal === null || isDecided || comparison.method === 'identical'
    ? { ...comparison, judged }
    : { ...comparison, judged, verdict: 'inconclusive', reason: unequalText(unequal) };
};

/** One for each judge and criterion that judged both sides; empty: there is none. */
export function judgedDifferences({ a, b }: Pick<SidePair, 'a' | 'b'>, source: LabelSource): JudgedComparison[] {
  const [ofA, ofB] = [judgementsIn(a), judgementsIn(b)];
  const both = [...ofA.keys()].filter((key) => ofB.has(key));
  if (both.length === 0) return [];
  const labels = new Map([...new Set([a, b].map(({ head }) => head.prompt.path))].map((prompt) => [prompt, source.labelsOf(prompt)]));
  const of = (side: SideInput): readonly LabelRecord[] => labels.get(side.head.prompt.path) ?? [];
  return both.flatMap((key) => {
    const [left, right] = [ofA.get(key) ?? [], ofB.get(key) ?? []];
    const by = left[0]?.judgement.by;
    return by === undefined
      ? []
      : [differenceOf(by, left, right, labelled(left, a, of(a), source.hash), labelled(right, b, of(b), source.hash))];
  });
}

interface Judged {
  readonly outline: ResultOutline;
  readonly judgement: Judgement;
}

function judgementsIn({ outlines }: SideInput): Map<string, Judged[]> {
  const active = outlines.filter(({ status, verdict }) => status === 'active' && (verdict === 'pass' || verdict === 'fail'));
  return groupBy(
    active.flatMap((outline) => (outline.judged?.judgements ?? []).map((judgement) => ({ outline, judgement }))),
    ({ judgement }) => judgedByKey(judgement.by),
  );
}

interface Labelled extends Judged {
  /** Share of people who pass it. */
  readonly grade: number;
  /** How many outputs it stands for. */
  readonly weight: number;
}

/** The judged outputs that people graded blind, by what this judge said. Drawn ones and chosen ones are not mixed: the more count. */
function labelled(judged: readonly Judged[], side: SideInput, labels: readonly LabelRecord[], hash: Hash): Labelled[] {
  const [first] = judged;
  if (first === undefined || side.outputOf === undefined || labels.length === 0) return [];
  const key = judgedByKey(first.judgement.by);
  const byHash = groupBy(
    labels.filter((label) => label.blind && label.grade !== 'unknown' && keyOf(label) === key),
    ({ target }) => target.hash,
  );
  if (byHash.size === 0) return [];
  const cases = new Set([...byHash.values()].flatMap((all) => all.map(({ target }) => target.case)));
  const found = judged.flatMap((item): (Labelled & { isDrawn: boolean })[] => {
    const { outline } = item;
    if (!cases.has(outline.case) && !cases.has(null)) return [];
    const output = side.outputOf?.(outline) ?? null;
    const own =
      output === null ? [] : (byHash.get(hash(output)) ?? []).filter(({ target }) => target.case === null || target.case === outline.case);
    if (own.length === 0) return [];
    const newest = new Map(own.map((label) => [label.by, label]));
    const grades = [...newest.values()].map(({ grade }) => (grade === 'pass' ? 1 : 0));
    const draw = own.find((label) => label.draw !== null)?.draw ?? null;
    return [{ ...item, grade: meanOf(grades), weight: draw === null ? 1 : 1 / draw.probability, isDrawn: draw !== null }];
  });
  const drawn = found.filter(({ isDrawn }) => isDrawn);
  return drawn.length * 2 >= found.length ? drawn : found.filter(({ isDrawn }) => !isDrawn);
}

const keyOf = ({ judge, criterion }: LabelRecord): string | null =>
  judge === null || criterion === null ? null : judgedByKey({ judge, criterion });

function differenceOf(
  { judge, criterion }: JudgedBy,
  left: readonly Judged[],
  right: readonly Judged[],
  a: readonly Labelled[],
  b: readonly Labelled[],
): JudgedComparison {
  const byCase = groupBy(right, ({ outline }) => outline.case);
  const pairs = [...groupBy(left, ({ outline }) => outline.case)].flatMap(([id, own]) => {
    const other = byCase.get(id);
    return other === undefined ? [] : [{ own, other }];
  });
  const of = (value: (item: Judged) => number): number[] =>
    pairs.map(({ own, other }) => meanOf(other.map(value)) - meanOf(own.map(value)));
  const passes = of(passed);
  const errors = sideErrors(gapsOf(a), gapsOf(b));
  const raw = meanOf(passes);
  return {
    judge,
    criterion,
    cases: pairs.length,
    raw,
    labels: { a: a.length, b: b.length },
    corrected: errors === null ? null : correctedBy(raw, errorOf(passes), errors.favours),
    favours: errors === null ? null : { ...errors.favours, p: errors.p },
    length: lengthOf(
      of(({ judgement }) => judgement.score),
      pairs,
      a,
      b,
    ),
  };
}

const passed = ({ judgement }: Judged): number => (judgement.verdict === 'pass' ? 1 : 0);

const gapsOf = (side: readonly Labelled[]): { gaps: number[]; weights: number[] } => ({
  gaps: side.map((item) => passed(item) - item.grade),
  weights: side.map(({ weight }) => weight),
});

const Z = 1.959963984540054;

function correctedBy(raw: number, error: number, favours: SignedRange): SignedRange {
  const value = raw - favours.value;
  const spread = Math.hypot(Z * error, (favours.high - favours.low) / 2);
  return { value, low: Math.max(-1, value - spread), high: Math.min(1, value + spread) };
}

function lengthOf(
  scores: readonly number[],
  pairs: readonly { readonly own: readonly Judged[]; readonly other: readonly Judged[] }[],
  a: readonly Labelled[],
  b: readonly Labelled[],
): JudgedComparison['length'] {
  const [meanA, meanB] = [lengthIn(pairs.map(({ own }) => own)), lengthIn(pairs.map(({ other }) => other))];
  const difference = meanOf(scores);
  const [left, right] = [a, b].map((side) => side.flatMap(answerOf));
  const effect: ReturnType<typeof lengthEffect> =
    meanA === null || meanB === null
      ? { missing: { a: 0, b: 0 } }
      : lengthEffect(left ?? [], right ?? [], { value: difference, error: errorOf(scores), longer: meanB - meanA });
  return {
    ...{ a: meanA, b: meanB, differs: meanA !== null && meanB !== null && lengthsDiffer(meanA, meanB), difference },
    ...('missing' in effect
      ? { explained: null, corrected: null, missing: effect.missing }
      : { explained: finite(effect, 'explained'), corrected: finite(effect, 'corrected'), missing: { a: 0, b: 0 } }),
  };
}

const finite = (effect: LengthEffect, name: 'explained' | 'corrected'): SignedRange | null => {
  const { value, low, high } = effect[name];
  return Number.isFinite(low) && Number.isFinite(high) ? { value, low, high } : null;
};

function answerOf({ judgement: { score }, grade, outline }: Labelled): LabelledAnswer[] {
  const length = tokensOf(outline);
  return length === null ? [] : [{ score, grade, length }];
}

/** Of the answer: what a model thought before is not read by the judge. */
const tokensOf = ({ usage }: ResultOutline): number | null => (usage === null ? null : Math.max(0, usage.output - usage.reasoning));

function lengthIn(cases: readonly (readonly Judged[])[]): number | null {
  const means = cases.flatMap((own) => {
    const known = own.flatMap(({ outline }) => tokensOf(outline) ?? []);
    return known.length === 0 ? [] : [meanOf(known)];
  });
  return means.length === 0 || means.length < cases.length ? null : meanOf(means);
}

const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard error of a mean of differences of cases. */
function errorOf(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 1;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n);
}
