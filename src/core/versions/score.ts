/** What a version scored: one line per prompt, version, golden set and candidate, small enough to travel in git notes. */
import { isJsonObject, parseJson } from '../json.ts';
import type { RunTarget } from '../prompt/run-target.ts';
import type { CandidateReport } from '../results/candidate-report.ts';

type Measured = 'golden' | 'model' | 'parameters' | 'cases' | 'passed' | 'failed' | 'errors' | 'passRate' | 'interval' | 'costPerCallUsd';

export interface Score extends Pick<CandidateReport, Measured> {
  /** Cases that check nothing; absent in scores of versions before 0.6. */
  readonly unjudged?: number;
  readonly schema: 'goldset.score/1';
  /** Path from the workspace's root, with forward slashes. */
  readonly prompt: string;
  readonly version: string;
  /** Mean tokens per call. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Share of the input that was read from the provider's cache. */
  readonly cacheReadShare: number | null;
  readonly ttftMs: number | null;
  /** ISO 8601. */
  readonly at: string;
  readonly run: string;
  /** Where it ran: `local`, or the name of a CI job. */
  readonly by: string;
}

/** What a score belongs to: change any of these and it is another score. */
export type ScoreKey = Pick<Score, 'prompt' | 'version' | 'golden' | 'model' | 'parameters'>;

/** The key of a prompt that runs over its whole golden set with a model and the prompt's own parameters. */
export const scoreKeyOf = ({ document, version, golden }: RunTarget, model: string): ScoreKey => ({
  prompt: document.path,
  version,
  golden,
  model,
  parameters: document.parameters as ScoreKey['parameters'],
});

const keyText = ({ prompt, version, golden, model, parameters }: ScoreKey): string =>
  JSON.stringify([prompt, version, golden, model, parameters]);

export function scoreOf(report: CandidateReport, calls: number, origin: Pick<Score, 'at' | 'run' | 'by'>): Score {
  const { prompt, golden, model, parameters, cases, passed, failed, errors, unjudged, passRate, interval, costPerCallUsd, usage, ttftMs } =
    report;
  const perCall = (tokens: number | undefined): number | null => (tokens === undefined || calls === 0 ? null : tokens / calls);
  return {
    schema: 'goldset.score/1',
    prompt: prompt.path,
    version: prompt.version,
    golden,
    model,
    parameters,
    cases,
    passed,
    failed,
    errors,
    unjudged,
    passRate,
    interval,
    costPerCallUsd,
    inputTokens: perCall(usage?.input),
    outputTokens: perCall(usage?.output),
    cacheReadShare: usage === null || usage.input === 0 ? null : usage.cacheRead / usage.input,
    ttftMs: ttftMs?.p50 ?? null,
    ...origin,
  };
}

/** The scores in lines of JSON, whatever else is there; the last of the same candidate counts. */
export function readScores(lines: Iterable<string>): Score[] {
  const scores = new Map<string, Score>();
  for (const line of lines) {
    const value = parseJson(line);
    if (!isScore(value)) continue;
    const key = keyText(value);
    const known = scores.get(key);
    if (known === undefined || known.at <= value.at) scores.set(key, value);
  }
  return [...scores.values()];
}

function isScore(value: unknown): value is Score {
  if (!isJsonObject(value) || value['schema'] !== 'goldset.score/1') return false;
  const texts = ['prompt', 'version', 'golden', 'model', 'at', 'run', 'by'];
  const numbers = ['cases', 'passed', 'failed', 'errors'];
  const optional = ['passRate', 'costPerCallUsd', 'inputTokens', 'outputTokens', 'cacheReadShare', 'ttftMs'];
  return (
    texts.every((key) => typeof value[key] === 'string') &&
    numbers.every((key) => typeof value[key] === 'number') &&
    optional.every((key) => value[key] === null || typeof value[key] === 'number') &&
    isJsonObject(value['parameters'])
  );
}

/** The newest score with exactly this key, or null. */
export function scoreFor(scores: readonly Score[], key: ScoreKey): Score | null {
  const text = keyText(key);
  return scores
    .filter((score) => keyText(score) === text)
    .reduce<Score | null>((last, score) => (last !== null && last.at > score.at ? last : score), null);
}

/** The score of a version to show: over the golden set of today when there is one, else the newest. */
export function bestScore(scores: readonly Score[], version: string, golden: string | null): Score | null {
  const own = scores.filter((score) => score.version === version).toSorted((a, b) => (a.at < b.at ? 1 : -1));
  return own.find((score) => score.golden === golden) ?? own[0] ?? null;
}
