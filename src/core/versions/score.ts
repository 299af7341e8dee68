/** What a version scored: one line per prompt, version, golden set and candidate, small enough to travel in git notes. */
import { FILE_KINDS, schemaOf, versionProblem, type Refused } from '../file-version.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json.ts';
import type { RunTarget } from '../prompt/run-target.ts';
import type { CandidateReport } from '../results/candidate-report.ts';

export const SCORE_SCHEMA = schemaOf(FILE_KINDS.score);

type Measured = 'golden' | 'model' | 'parameters' | 'cases' | 'passed' | 'failed' | 'errors' | 'passRate' | 'interval' | 'costPerCallUsd';

export interface Score extends Pick<CandidateReport, Measured> {
  /** Cases that check nothing; absent in scores of versions before 0.6. */
  readonly unjudged?: number;
  /** `SCORE_SCHEMA`. */
  readonly schema: string;
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
    schema: SCORE_SCHEMA,
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

/** Takes scores line by line; the last of the same candidate counts. */
export class ScoreReader {
  private readonly newest = new Map<string, Score>();
  private count = 0;
  private first: string | null = null;

  /** `place`: where the line stands, for the case that it is refused. */
  line(text: string, place: () => string): void {
    if (text.trim() === '') return;
    const value = parseJson(text);
    const problem = problemOf(value);
    if (problem !== null) {
      this.count++;
      this.first ??= `${place()}: ${problem}`;
    } else this.take(value as unknown as Score);
  }

  take(score: Score): void {
    const key = keyText(score);
    const known = this.newest.get(key);
    if (known === undefined || known.at <= score.at) this.newest.set(key, score);
  }

  get scores(): Score[] {
    return [...this.newest.values()];
  }

  get refused(): Refused {
    return { count: this.count, first: this.first };
  }
}

/** The lines of scores, each candidate once, the newest; lines that are not scores of this version stay as they are. Sorted. */
export function newestScoreLines(lines: Iterable<string>): string[] {
  const reader = new ScoreReader();
  const others = new Set<string>();
  for (const line of lines) {
    if (line.trim() === '') continue;
    const value = parseJson(line);
    if (problemOf(value) === null) reader.take(value as unknown as Score);
    else others.add(line);
  }
  return [...others, ...reader.scores.map((score) => JSON.stringify(score))].sort();
}

/** Why a value is not a score; null: it is one. */
function problemOf(value: JsonValue | undefined): string | null {
  if (!isJsonObject(value)) return 'It is not a JSON object.';
  return versionProblem(value['schema'], FILE_KINDS.score) ?? (isScore(value) ? null : 'It is not a whole score.');
}

function isScore(value: JsonObject): boolean {
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
