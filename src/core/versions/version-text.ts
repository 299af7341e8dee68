/** What a version is worth, in the words of a tree: pass rate and its change, cost, tokens, cache. */
import { count, percent, quantity, usd } from '../figures.ts';
import { activeCounts, errorsText, scoreText } from '../results/case-counts.ts';
import { isComparable, isOwn, type Score, type ScoreOwner } from './score.ts';

export interface VersionFacts {
  readonly score: Score | null;
  /** Of the version before. */
  readonly older: Score | null;
  /** What the version itself has: a score of something else says so. */
  readonly owner: ScoreOwner;
  /** Null: not known yet, or nothing is cached. */
  readonly cacheableShare: number | null;
}

/** `88.9 % (−2.1) · $0.0021/call · 1,240 + 180 tokens · 83 % cacheable`; `88.9 % with openai:gpt-6-luna, over other cases`. */
export function versionText({ score, older, owner, cacheableShare }: VersionFacts): string {
  const cache = cacheableShare === null || cacheableShare === 0 ? [] : [`${percent(Math.round(cacheableShare * 100) / 100)} cacheable`];
  if (score === null) return ['not run', ...cache].join(' · ');
  const change = changeOf(score, older);
  const rate = score.passRate === null ? scoreText(score) : percent(score.passRate);
  return [
    `${rate}${change === null || change === 0 ? '' : ` (${change > 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(1)})`}${otherThan(score, owner)}`,
    ...(score.passRate === null ? [] : withoutVerdict(score)),
    ...(score.costPerCallUsd === null ? [] : [`${usd(score.costPerCallUsd)}/call`]),
    ...(score.inputTokens === null ? [] : [`${count(score.inputTokens)} + ${quantity(score.outputTokens, 'token')}`]),
    ...cache,
  ].join(' · ');
}

/** Cases that the pass rate is not of: one pass and 59 errors are 100 %. */
function withoutVerdict(score: Score): string[] {
  const errors = errorsText(score);
  const { unjudged } = activeCounts(score);
  return [...(errors === null ? [] : [errors]), ...(unjudged === 0 ? [] : [`${count(unjudged)} unjudged`])];
}

/** What of a score is not the version's own, after the number. */
function otherThan(score: Score, owner: ScoreOwner): string {
  const settings = isOwn(score, owner) ? '' : score.model === owner.model ? ' with other parameters' : ` with ${score.model}`;
  return `${settings}${score.golden === owner.golden || owner.golden === null ? '' : `${settings === '' ? '' : ','} over other cases`}`;
}

/** Of the pass rate, with the same model and parameters over the same golden set; null: there is nothing to compare. */
export const changeOf = (score: Score, older: Score | null): number | null =>
  older === null || score.passRate === null || older.passRate === null || !isComparable(score, older)
    ? null
    : score.passRate - older.passRate;

/** Surely worse than the version before: its pass rate is above the whole interval of this one. */
export function isRegressed(score: Score | null, older: Score | null): boolean {
  if (score === null || older === null || older.passRate === null || score.interval === null) return false;
  return changeOf(score, older) !== null && older.passRate > score.interval[1];
}

/** Where a score comes from. */
export const scoreSource = ({ at, by, model, run, ...counts }: Score): string =>
  `${scoreText(counts)} with ${model}; ${by === 'local' ? 'run here' : `measured by ${by}`}, ${at.slice(0, 16).replace('T', ' ')}, run ${run}`;
