/** What a version is worth, in the words of a tree: pass rate and its change, cost, tokens, cache. */
import { count, percent, quantity, usd } from '../display/figures.ts';
import { judgedText } from '../results/judged-rate.ts';
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

/** `88.9 % ↓2.1 · $0.0021/call · 1,240 + 180 tokens · 83 % cacheable`; `88.9 % with openai:gpt-6-luna, over other cases`. */
export function versionText(facts: VersionFacts): string {
  const { score, older } = facts;
  const rate = score === null ? 'not run' : `${rateText(score)}${changeText(score, older)}${otherThan(score, facts.owner)}`;
  return [rate, ...costTexts(facts)].join(' · ');
}

/**
 * The row of a version: its own score stands before its name, `88.9 % ↑2 · Wording`; a score of something else, or none, beside it,
 * where the words that say so have room.
 */
export function versionRow(name: string, facts: VersionFacts): { readonly label: string; readonly facts: string } {
  const { score, older, owner } = facts;
  if (score === null || score.passRate === null || otherThan(score, owner) !== '') return { label: name, facts: versionText(facts) };
  return { label: `${rateText(score)}${changeText(score, older)} · ${name}`, facts: costTexts(facts).join(' · ') };
}

const rateText = (score: Score): string => (score.passRate === null ? scoreText(score) : percent(score.passRate));

/** ` ↑2`: points, with one decimal where there is one. */
function changeText(score: Score, older: Score | null): string {
  const points = Math.round((changeOf(score, older) ?? 0) * 1000) / 10;
  return points === 0 ? '' : ` ${points > 0 ? '↑' : '↓'}${Math.abs(points)}`;
}

/** What stands behind the pass rate. */
function costTexts({ score, cacheableShare }: VersionFacts): string[] {
  const cache = cacheableShare === null || cacheableShare === 0 ? [] : [`${percent(Math.round(cacheableShare * 100) / 100)} cacheable`];
  if (score === null) return cache;
  return [
    ...(score.judged === undefined ? [] : [judgedText(score.judged)]),
    ...(score.passRate === null ? [] : withoutVerdict(score)),
    ...(score.costPerCallUsd === null ? [] : [`${usd(score.costPerCallUsd)}/call`]),
    ...(score.inputTokens === null ? [] : [`${count(score.inputTokens)} + ${quantity(score.outputTokens, 'token')}`]),
    ...cache,
  ];
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
