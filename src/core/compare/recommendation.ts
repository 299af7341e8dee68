/** Whether to switch models, in one sentence with its evidence. */
import { percent, quantity, signedPoints, usd } from '../display/figures.ts';
import type { Comparison } from './compare.ts';

/** What the comparisons advise: a fail anywhere keeps the old model, and what cannot be told is open. */
export function advised(comparisons: readonly Pick<Comparison, 'verdict'>[]): 'switch' | 'keep' | 'open' {
  if (comparisons.some(({ verdict }) => verdict === 'fail')) return 'keep';
  return comparisons.length > 0 && comparisons.every(({ verdict }) => verdict === 'pass') ? 'switch' : 'open';
}

/** The advice in one sentence. */
export function recommendation(before: string, after: string, comparisons: readonly Comparison[]): string {
  const of = (verdict: Comparison['verdict']): string[] =>
    comparisons.filter((item) => item.verdict === verdict).map(({ prompt }) => prompt);
  const evidence = comparisons.map(evidenceOf).join('; ');
  const failed = of('fail');
  const advice = advised(comparisons);
  if (advice === 'keep') return `Keep ${before} for ${failed.join(', ')}: ${after} is worse there (${evidence}).`;
  if (advice === 'switch') return `Switch to ${after}: it is good enough for ${of('pass').join(', ')} (${evidence}).`;
  return `Not enough data to tell whether ${after} is good enough (${evidence}). Add cases or repeats before you switch.`;
}

function evidenceOf({ prompt, difference, metrics, flipped, paired }: Comparison): string {
  const cost = metrics.find(({ name }) => name === 'costPerCallUsd');
  const ttft = metrics.find(({ name }) => name === 'ttftMs');
  const share = cost && cost.a > 0 ? ` (${cost.b >= cost.a ? '+' : '−'}${percent(Math.abs(cost.b / cost.a - 1))})` : '';
  return [
    `${prompt}: ${difference === null ? 'no case answered on both sides' : `${signedPoints(difference)} over ${quantity(paired.n, 'case')}, ${flipped.length} flipped`}`,
    ...(cost ? [`${usd(cost.a)} → ${usd(cost.b)} per call${share}`] : []),
    ...(ttft ? [`TTFT ${Math.round(ttft.a)} → ${Math.round(ttft.b)} ms`] : []),
  ].join(', ');
}
