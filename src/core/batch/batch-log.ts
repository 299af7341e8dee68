/** What has happened to a batch, one JSON object a line, appended before and after every step that cannot be taken twice. */
import { FILE_KINDS, schemaOf, versionProblem } from '../files/file-version.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json/json.ts';
import type { ProviderFailure } from '../problems/errors.ts';
import { count, quantity, usd } from '../display/figures.ts';
import type { BatchProgress } from '../model/batch-endpoint.ts';

export const BATCH_SCHEMA = schemaOf(FILE_KINDS.batch);

export interface BatchHead {
  readonly kind: 'batch';
  /** `BATCH_SCHEMA`. */
  readonly schema: string;
  /** That of the run whose answers it makes. */
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  /** Paths of the prompts; of a judging, the judge's. */
  readonly prompts: readonly string[];
  readonly models: readonly string[];
  readonly samples: number;
  /** Made with a secret of this user's machine from the id and the plan. */
  readonly seal: string;
  /** USD; null: no cap. */
  readonly cap: number | null;
  /** Whether answers that are known already are asked for anew. */
  readonly refresh: boolean;
  /** A judge grades stored answers: its verdicts become signals of them. Absent: an ordinary run. */
  readonly judging?: true;
}

export interface RecordedFailure {
  readonly key: string;
  readonly failure: ProviderFailure;
  readonly message: string;
  readonly mayGoAgain: boolean;
}

export type BatchRecord =
  | BatchHead
  /** Its files are whole. */
  | {
      readonly kind: 'part';
      readonly part: number;
      readonly tag: string;
      readonly lane: string;
      readonly model: string;
      readonly requests: number;
      readonly bytes: number;
      /** What answers, and keyed hash of whose key it is asked with: no other may go on with it. */
      readonly endpoint: string;
      readonly account: string | null;
      /** USD that it can cost at most; null: not known. */
      readonly atMostUsd: number | null;
    }
  /** From here on it may be at the provider. */
  | { readonly kind: 'submitting'; readonly part: number; readonly at: string }
  /** `isSure` false: found by its size and time alone. */
  | { readonly kind: 'submitted'; readonly part: number; readonly job: string; readonly at: string; readonly isSure: boolean }
  /** It is surely not at the provider: refused, or full for now. */
  | { readonly kind: 'not-submitted'; readonly part: number; readonly at: string; readonly reason: string }
  /** The job belongs to someone else. */
  | { readonly kind: 'not-ours'; readonly part: number; readonly job: string }
  | ({ readonly kind: 'progress'; readonly part: number; readonly at: string } & BatchProgress)
  /** Every answer of it is in the run's journal. */
  | { readonly kind: 'collected'; readonly part: number; readonly answered: number; readonly failures: readonly RecordedFailure[] }
  | { readonly kind: 'cancelling'; readonly at: string }
  /** From here on verdicts of a judge may be stored beside the answers, all with this time. */
  | { readonly kind: 'keeping'; readonly at: string }
  | BatchEnd;

export interface BatchEnd {
  readonly kind: 'ended';
  readonly at: string;
  readonly state: 'graded' | 'cancelled';
  readonly verdict: string;
  readonly passed: number;
  /** Active cases that passed or failed. */
  readonly cases: number;
  /** Active cases that are errors; absent in batches that ended before version 0.6. */
  readonly errors?: number;
  /** USD; null: not known. */
  readonly spentUsd: number | null;
}

export interface PartState {
  readonly part: number;
  readonly tag: string;
  readonly lane: string;
  readonly model: string;
  readonly endpoint: string;
  readonly account: string | null;
  readonly requests: number;
  readonly atMostUsd: number | null;
  /** When the provider refused it for now; null: it did not. */
  readonly postponedAt: string | null;
  /** When its submission was last begun; null: never. */
  readonly submittingAt: string | null;
  readonly job: string | null;
  readonly isSure: boolean;
  /** Jobs that turned out to be others'. */
  readonly notOurs: readonly string[];
  readonly progress: BatchProgress | null;
  readonly collected: { readonly answered: number; readonly failed: number } | null;
}

export interface KeyFailure extends RecordedFailure {
  readonly tries: number;
}

export interface BatchState {
  readonly head: BatchHead;
  readonly parts: readonly PartState[];
  /** By request key: those that have no answer yet. */
  readonly failures: ReadonlyMap<string, KeyFailure>;
  readonly isCancelling: boolean;
  /** The time of its verdicts, which may be stored already; null: none is. */
  readonly keepingAt: string | null;
  readonly end: BatchEnd | null;
}

/** Why a log whose first line this is cannot be read; null: it can, or it is damaged. */
export function batchVersionProblem(firstLine: string): string | null {
  const value = parseJson(firstLine);
  return isJsonObject(value) && value['kind'] === 'batch' ? versionProblem(value['schema'], FILE_KINDS.batch) : null;
}

/** Null: the log has no head. */
export function batchStateOf(lines: Iterable<string>): BatchState | null {
  let head: BatchHead | null = null;
  let end: BatchEnd | null = null;
  let isCancelling = false;
  let keepingAt: string | null = null;
  const parts = new Map<number, PartState>();
  const failures = new Map<string, KeyFailure>();
  const change = (part: number, values: Partial<PartState>): void => {
    const known = parts.get(part);
    if (known) parts.set(part, { ...known, ...values });
  };
  for (const line of lines) {
    const record = recordOf(line);
    switch (record?.kind) {
      case 'batch':
        head = record;
        break;
      case 'part': {
        const { part, tag, lane, model, endpoint, account, requests, atMostUsd } = record;
        const blank = { submittingAt: null, postponedAt: null, job: null, isSure: true, notOurs: [], progress: null, collected: null };
        parts.set(part, { part, tag, lane, model, endpoint, account, requests, atMostUsd, ...blank });
        break;
      }
      case 'submitting':
        change(record.part, { submittingAt: record.at });
        break;
      case 'submitted':
        change(record.part, { job: record.job, isSure: record.isSure });
        break;
      case 'not-submitted':
        change(record.part, { submittingAt: null, job: null, progress: null, postponedAt: record.at });
        break;
      case 'not-ours':
        change(record.part, { job: null, progress: null, notOurs: [...(parts.get(record.part)?.notOurs ?? []), record.job] });
        break;
      case 'progress': {
        const { state, answered, failed, total, reason } = record;
        change(record.part, { progress: { state, answered, failed, total, reason } });
        break;
      }
      case 'collected':
        change(record.part, { collected: { answered: record.answered, failed: record.failures.length } });
        for (const failure of record.failures)
          failures.set(failure.key, { ...failure, tries: (failures.get(failure.key)?.tries ?? 0) + 1 });
        break;
      case 'cancelling':
        isCancelling = true;
        break;
      case 'keeping':
        keepingAt ??= record.at;
        break;
      case 'ended':
        end = record;
        break;
      default:
    }
  }
  return head === null ? null : { head, parts: [...parts.values()], failures, isCancelling, keepingAt, end };
}

const isText = (value: JsonValue | undefined): boolean => typeof value === 'string';
const isTime = (value: JsonValue | undefined): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value);
const isNumber = (value: JsonValue | undefined): boolean => typeof value === 'number' && Number.isFinite(value);
const isPart = (value: JsonValue | undefined): boolean => Number.isInteger(value) && Number(value) > 0 && Number(value) < 100_000;
const isNumberOrNull = (value: JsonValue | undefined): boolean => value === null || isNumber(value);
const isTextOrNull = (value: JsonValue | undefined): boolean => value === null || isText(value);
const areTexts = (value: JsonValue | undefined): boolean => Array.isArray(value) && value.every(isText);
const isFailure = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  isText(value['key']) &&
  isText(value['failure']) &&
  isText(value['message']) &&
  typeof value['mayGoAgain'] === 'boolean';

/** What of a record is relied upon: a log may come from anywhere. */
const SHAPES: Readonly<Record<BatchRecord['kind'], (record: JsonObject) => boolean>> = {
  batch: ({ id, startedAt, prompts, models, samples, seal, cap }) =>
    isText(id) && isText(startedAt) && areTexts(prompts) && areTexts(models) && isNumber(samples) && isText(seal) && isNumberOrNull(cap),
  part: ({ part, tag, lane, model, endpoint, account, requests, atMostUsd }) =>
    isPart(part) && [tag, lane, model, endpoint].every(isText) && isTextOrNull(account) && isNumber(requests) && isNumberOrNull(atMostUsd),
  submitting: ({ part, at }) => isPart(part) && isText(at),
  submitted: ({ part, job, isSure }) => isPart(part) && isText(job) && typeof isSure === 'boolean',
  'not-submitted': ({ part, at }) => isPart(part) && isText(at),
  'not-ours': ({ part, job }) => isPart(part) && isText(job),
  progress: ({ part, state, answered, failed, total, reason }) =>
    isPart(part) && isText(state) && [answered, failed, total].every(isNumber) && isTextOrNull(reason),
  collected: ({ part, answered, failures }) => isPart(part) && isNumber(answered) && Array.isArray(failures) && failures.every(isFailure),
  cancelling: ({ at }) => isText(at),
  keeping: ({ at }) => isTime(at),
  ended: ({ state, verdict, passed, cases, errors, spentUsd }) =>
    (state === 'graded' || state === 'cancelled') &&
    isText(verdict) &&
    isNumber(passed) &&
    isNumber(cases) &&
    (errors === undefined || isNumber(errors)) &&
    isNumberOrNull(spentUsd),
};

/** Null: a torn or damaged line, or a kind of a later version. */
function recordOf(line: string): BatchRecord | null {
  const value = parseJson(line);
  if (!isJsonObject(value) || typeof value['kind'] !== 'string' || !Object.hasOwn(SHAPES, value['kind'])) return null;
  return SHAPES[value['kind'] as BatchRecord['kind']](value) ? (value as unknown as BatchRecord) : null;
}

export interface BatchCounts {
  readonly requests: number;
  readonly answered: number;
  readonly failed: number;
  /** Parts that are at the provider and not ended. */
  readonly running: number;
}

export function countBatch({ parts }: BatchState): BatchCounts {
  const sum = (of: (part: PartState) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    requests: sum(({ requests }) => requests),
    answered: sum(({ progress, collected }) => collected?.answered ?? progress?.answered ?? 0),
    failed: sum(({ progress, collected }) => collected?.failed ?? progress?.failed ?? 0),
    running: parts.filter(({ job, progress, collected }) => job !== null && collected === null && progress?.state !== 'ended').length,
  };
}

/** `12 of 65 answered`, or what came of it. */
export function batchProgress(state: BatchState): string {
  const { end } = state;
  if (end !== null) return `${batchScore(end)}${end.spentUsd === null ? '' : `, ${usd(end.spentUsd)}`}`;
  const { requests, answered, failed } = countBatch(state);
  return `${count(answered)} of ${count(requests)} answered${failed > 0 ? `, ${count(failed)} failed` : ''}`;
}

/** In a word or two, for lists. */
export function batchStatus(state: BatchState): string {
  if (state.end !== null) return state.end.state;
  if (state.isCancelling) return 'cancelling';
  if (state.parts.length === 0) return 'preparing';
  const { parts } = state;
  if (parts.some(({ job, collected }) => job === null && collected === null)) return 'submitting';
  if (parts.every(({ collected }) => collected !== null)) return 'grading';
  return parts.every(({ progress, collected }) => collected !== null || progress?.state === 'ended') ? 'ready' : 'running';
}

/** `4 of 4 · 1 error`: of the active cases that passed or failed, and those that did neither. */
export const batchScore = ({ passed, cases, errors = 0 }: Pick<BatchEnd, 'passed' | 'cases' | 'errors'>): string =>
  [
    ...(cases > 0 ? [`${count(passed)} of ${count(cases)}`] : []),
    ...(errors > 0 ? [quantity(errors, 'error')] : []),
    ...(cases + errors === 0 ? ['no case was judged'] : []),
  ].join(' · ');
