/** What a version is worth, in the words of a tree: pass rate and its change, cost, tokens, cache. */
import { count, percent, quantity, usd } from '../figures.ts';
import { passedText } from '../results/candidate-report.ts';
import type { Score } from './score.ts';

export interface VersionFacts {
  readonly score: Score | null;
  /** Of the version before. */
  readonly older: Score | null;
  /** Null: not known yet, or nothing is cached. */
  readonly cacheableShare: number | null;
}

/** `88.9 % (−2.1) · $0.0021/call · 1,240 + 180 tokens · 83 % cacheable`; empty: not run yet. */
export function versionText({ score, older, cacheableShare }: VersionFacts): string {
  const cache = cacheableShare === null || cacheableShare === 0 ? [] : [`${percent(Math.round(cacheableShare * 100) / 100)} cacheable`];
  if (score === null) return ['not run', ...cache].join(' · ');
  const change = changeOf(score, older);
  return [
    `${percent(score.passRate)}${change === null || change === 0 ? '' : ` (${change > 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(1)})`}`,
    ...(score.costPerCallUsd === null ? [] : [`${usd(score.costPerCallUsd)}/call`]),
    ...(score.inputTokens === null ? [] : [`${count(score.inputTokens)} + ${quantity(score.outputTokens, 'token')}`]),
    ...cache,
  ].join(' · ');
}

/** Of the pass rate, over the same golden set; null: there is nothing to compare. */
export const changeOf = (score: Score, older: Score | null): number | null =>
  older === null || score.passRate === null || older.passRate === null || older.golden !== score.golden
    ? null
    : score.passRate - older.passRate;

/** Surely worse than the version before: its pass rate is above the whole interval of this one. */
export function isRegressed(score: Score | null, older: Score | null): boolean {
  if (score === null || older === null || older.passRate === null || score.interval === null) return false;
  return changeOf(score, older) !== null && older.passRate > score.interval[1];
}

/** Where a score comes from. */
export const scoreSource = ({ at, by, model, run, ...counts }: Score): string =>
  `${passedText(counts)} with ${model}; ${by === 'local' ? 'run here' : `measured by ${by}`}, ${at.slice(0, 16).replace('T', ' ')}, run ${run}`;
