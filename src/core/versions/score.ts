/** What a version scored: one line per prompt, version, golden set and candidate, small enough to travel in git notes. */
import canonicalize from 'canonicalize';
import { FILE_KINDS, schemaOf, versionProblem, type Refused } from '../files/file-version.ts';
import { parseModelId } from '../model-id.ts';
import { resolveModelName } from '../model-name.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json/json.ts';
import type { RunTarget } from '../prompt/run-target.ts';
import type { CandidateReport } from '../results/candidate-report.ts';
import { isStatedRate, statedOf, type StatedJudgedRate } from '../results/judged-rate.ts';
import { isActiveCounts, isErrorCauses, type CaseCounts } from '../results/case-counts.ts';

export const SCORE_SCHEMA = schemaOf(FILE_KINDS.score);

type Measured = 'golden' | 'model' | 'parameters' | 'cases' | 'passed' | 'failed' | 'errors' | 'passRate' | 'interval' | 'costPerCallUsd';

export interface Score extends Pick<CandidateReport, Measured>, Omit<CaseCounts, 'passed' | 'failed' | 'errors'> {
  /** The git ref that the prompt was read from; null: the files as they were. Absent in scores of versions before 0.6: unknown. */
  readonly ref?: string | null;
  /** Its pass rate when the judge's errors are counted, as it was known when it ran, or why it is not. Absent: no judge, or an older version. */
  readonly judged?: StatedJudgedRate;
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
  model: scoredModel(model),
  parameters: document.parameters as ScoreKey['parameters'],
});

/** A key as text: equal for equal keys, whatever the order of the parameters. */
export const keyTextOf = ({ prompt, version, golden, model, parameters }: ScoreKey): string =>
  JSON.stringify([prompt, version, golden, settingsText({ model, parameters })]);

/** A model as results name it: prompts also write `openai/gpt-6-luna`, `gpt-6-luna` or `openai:chat:gpt-6-luna`. */
export function scoredModel(id: string): string {
  const parsed = id.startsWith('scripted:') ? null : parseModelId(id);
  if (parsed === null) return id;
  const name = resolveModelName(id);
  return `${parsed.provider}:${name?.api ? name.hostModel : parsed.model}`;
}

/** A model and its parameters, whatever their order. */
const settingsText = ({ model, parameters }: Pick<ScoreKey, 'model' | 'parameters'>): string =>
  canonicalize([scoredModel(model), parameters]) ?? '';

/** Whether a difference of two scores says something about the prompts: they have the same model, parameters and golden cases. */
export const isComparable = (a: Omit<ScoreKey, 'prompt' | 'version'>, b: Omit<ScoreKey, 'prompt' | 'version'>): boolean =>
  a.golden === b.golden && settingsText(a) === settingsText(b);

export function scoreOf(report: CandidateReport, calls: number, origin: Pick<Score, 'at' | 'run' | 'by'>): Score {
  const { prompt, golden, model, parameters, cases, passed, failed, errors, unjudged, passRate, interval, costPerCallUsd, usage, ttftMs } =
    report;
  const { active, errorCauses = [], knownFailing, unverified } = report;
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
    knownFailing,
    unverified,
    ...(active === undefined ? {} : { active }),
    ...(errorCauses.length === 0 ? {} : { errorCauses }),
    ref: prompt.ref,
    ...(report.judged === undefined ? {} : { judged: statedOf(report.judged) }),
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
    const key = keyTextOf(score);
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
    ['unjudged', 'knownFailing', 'unverified'].every((key) => value[key] === undefined || typeof value[key] === 'number') &&
    (value['active'] === undefined || isActiveCounts(value['active'])) &&
    (value['errorCauses'] === undefined || isErrorCauses(value['errorCauses'])) &&
    (value['judged'] === undefined || isStatedRate(value['judged'])) &&
    isJsonObject(value['parameters'])
  );
}

/** The newest score with exactly this key, or null. */
export function scoreFor(scores: readonly Score[], key: ScoreKey): Score | null {
  const text = keyTextOf(key);
  return newest(scores.filter((score) => keyTextOf(score) === text));
}

/**
 * The newest score of the files of a prompt as they were before it was edited, with the model and the parameters that it has now; null: it
 * did not run so. What ran at a git ref was not in the files.
 */
export function scoreBefore(scores: readonly Score[], key: ScoreKey): Score | null {
  const settings = settingsText(key);
  return newest(
    scores.filter(
      (score) =>
        score.prompt === key.prompt &&
        score.ref === null &&
        settingsText(score) === settings &&
        (score.version !== key.version || score.golden !== key.golden),
    ),
  );
}

/** What the score of a version is looked for with: its own model and parameters, and the golden set of today; a null model: it names none. */
export interface ScoreOwner {
  readonly golden: string | null;
  readonly model: string | null;
  readonly parameters: Score['parameters'];
}

/**
 * The score of a version to show: with its own model and parameters and over the golden set of today, else with its own model over another
 * golden set, else of another model. Who shows it says so (`versionText`).
 */
export function bestScore(scores: readonly Score[], version: string, owner: ScoreOwner): Score | null {
  const own = scores.filter((score) => score.version === version);
  const same = own.filter((score) => isOwn(score, owner));
  const today = (list: readonly Score[]): readonly Score[] => list.filter(({ golden }) => golden === owner.golden);
  const [found = own] = [today(same), same, today(own)].filter((list) => list.length > 0);
  return newest(found);
}

/** Whether a score was made with the version's own model and parameters. */
export const isOwn = (score: Score, { model, parameters }: ScoreOwner): boolean =>
  model !== null && settingsText(score) === settingsText({ model, parameters });

const newest = (scores: readonly Score[]): Score | null =>
  scores.reduce<Score | null>((last, score) => (last !== null && last.at > score.at ? last : score), null);
