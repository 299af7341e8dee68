/** A comparison as a person reads it: the verdict and why, then what changed, each with its interval. */
import { shortRef } from '../display/short-ref.ts';
import { milliseconds, percent, pText, quantity, signedPoints, usd } from '../display/figures.ts';
import type { ComparedSide, Comparison } from '../compare/compare.ts';
import { judgedDifferenceLines } from '../compare/judged-difference.ts';
import type { MetricDifference, MetricName } from '../compare/metrics.ts';
import { visibleControls } from '../display/visible-controls.ts';
import { classChangeTexts } from './class-text.ts';

/** Case ids that are listed. */
const MAX_FLIPPED = 20;

export function comparisonLines(comparison: Comparison): string[] {
  const { a, b, verdict, reason, difference, interval, paired, p, method, intervalMethod } = comparison;
  const quality =
    difference === null || interval === null
      ? []
      : [
          `  quality   ${ratesText(comparison)}, ${signedPoints(difference)} (95 % ${signedPoints(interval[0])} to ${signedPoints(interval[1])}, ${intervalMethod ?? ''})`,
          `            ${quantity(paired.n, 'case')}: ${paired.improved} better, ${paired.regressed} worse, ${paired.bothPass} pass and ${paired.bothFail} fail as before${p === null ? '' : `; p ${pText(p)} for a drop (${method ?? ''})`}`,
        ];
  return [
    visibleControls(`${comparedName(comparison)}  ${sideName(a)} → ${sideName(b)}`),
    `  verdict   ${verdict}: ${visibleControls(reason)}`,
    ...quality,
    ...judgedDifferenceLines(comparison.judged ?? []).map((line) => `  judged    ${visibleControls(line)}`),
    ...comparison.metrics.filter(isTold).map((metric) => `  ${LABEL[metric.name].padEnd(10)}${metricText(metric)}`),
    ...classChangeTexts(comparison.classes ?? []).map((text) => `  classes   ${visibleControls(text)}`),
    ...caseLines(comparison),
  ];
}

/** `70 % → 68 %`; with repeats the share of samples too, which the difference is of. */
export function ratesText({ a, b }: Pick<Comparison, 'a' | 'b'>): string {
  const rates = `${percent(a.passRate)} → ${percent(b.passRate)}`;
  const isSame = a.passRate === a.sampleRate && b.passRate === b.sampleRate;
  return isSame ? rates : `${rates} of cases pass in every repeat; samples ${percent(a.sampleRate)} → ${percent(b.sampleRate)}`;
}

/** `triage.prompt`, and where its golden cases come from, if that is not the working tree. */
export const comparedName = ({ prompt, casesFrom }: Pick<Comparison, 'prompt' | 'casesFrom'>): string =>
  casesFrom === null ? prompt : `${prompt} (golden cases of ${shortRef(casesFrom)})`;

/** `main 3a91c0de`, and the model where the two sides have different ones. */
export const sideName = ({ ref, run, version, model }: ComparedSide): string =>
  `${run ?? ref ?? 'working'} ${version.slice(0, 8)} (${model})`;

const LABEL: Readonly<Record<MetricName, string>> = {
  score: 'score',
  costPerCallUsd: 'cost/call',
  ttftMs: 'TTFT',
  latencyMs: 'total',
  inputTokens: 'input',
  outputTokens: 'output',
  reasoningTokens: 'thinking',
  cacheReadShare: 'cached',
};

const FORMAT: Readonly<Record<MetricName, (value: number) => string>> = {
  score: (value) => value.toFixed(3),
  costPerCallUsd: usd,
  ttftMs: milliseconds,
  latencyMs: milliseconds,
  inputTokens: (value) => quantity(value, 'token'),
  outputTokens: (value) => quantity(value, 'token'),
  reasoningTokens: (value) => quantity(value, 'token'),
  cacheReadShare: percent,
};

/** The score is part of the verdict, and that neither side thinks is no news. */
const isTold = ({ name, a, b }: MetricDifference): boolean => name !== 'score' && (name !== 'reasoningTokens' || a > 0 || b > 0);

export function metricText({ name, a, b, interval }: MetricDifference): string {
  const format = FORMAT[name];
  const share = a === 0 || name === 'cacheReadShare' ? '' : ` (${b >= a ? '+' : '−'}${percent(Math.abs(b / a - 1))})`;
  const range =
    interval === null || interval[0] === interval[1] ? '' : `; difference ${signed(format, interval[0])} to ${signed(format, interval[1])}`;
  return `${format(a)} → ${format(b)}${share}${range}`;
}

const signed = (format: (value: number) => string, value: number): string => `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;

function caseLines({
  flipped,
  regressed,
  flaky,
  knownFailing,
  unverified,
  apart,
  errors,
  savedCalls,
  criticalFailures,
}: Comparison): string[] {
  const improved = flipped.filter((id) => !regressed.includes(id));
  const line = (label: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`  ${label.padEnd(10)}${visibleControls(listed(ids))}`];
  return [
    ...line('critical', criticalFailures),
    ...line('worse', regressed),
    ...line('better', improved),
    ...line('flaky', flaky),
    ...(knownFailing.length + unverified.length === 0
      ? []
      : [`  apart     ${knownFailing.length} known-failing, ${unverified.length} unverified: not part of the verdict`]),
    ...line('fixed', apart.fixed),
    ...line('broke', apart.broke),
    ...(errors === 0 ? [] : [`  errors    ${quantity(errors, 'case')} had no answer on one side; excluded`]),
    ...(savedCalls === 0 ? [] : [`  saved     ${quantity(savedCalls, 'call')}, because the comparison was decided early`]),
  ];
}

const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, MAX_FLIPPED).join(', ')}${ids.length > MAX_FLIPPED ? ` and ${ids.length - MAX_FLIPPED} more` : ''}`;
