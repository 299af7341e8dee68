/** What has happened to a batch, one JSON object a line, appended before and after every step that cannot be taken twice. */
import { isJsonObject, parseJson } from '../json.ts';
import type { ProviderFailure } from '../errors.ts';
import type { BatchProgress } from './batch-endpoint.ts';

export const BATCH_SCHEMA = 'goldset.batch/1';

export interface BatchHead {
  readonly kind: 'batch';
  readonly schema: typeof BATCH_SCHEMA;
  /** That of the run whose answers it makes. */
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  /** Paths of the prompts. */
  readonly prompts: readonly string[];
  readonly models: readonly string[];
  readonly samples: number;
  /** USD; null: no cap. */
  readonly cap: number | null;
  /** Whether answers that are known already are asked for anew. */
  readonly refresh: boolean;
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
      /** USD that it can cost at most; null: not known. */
      readonly atMostUsd: number | null;
    }
  /** From here on it may be at the provider. */
  | { readonly kind: 'submitting'; readonly part: number; readonly at: string }
  /** `isSure` false: found by its size and time alone. */
  | { readonly kind: 'submitted'; readonly part: number; readonly job: string; readonly at: string; readonly isSure: boolean }
  /** The job was somebody else's. */
  | { readonly kind: 'not-ours'; readonly part: number; readonly job: string }
  | ({ readonly kind: 'progress'; readonly part: number; readonly at: string } & BatchProgress)
  /** Every answer of it is in the run's journal. */
  | { readonly kind: 'collected'; readonly part: number; readonly answered: number; readonly failures: readonly RecordedFailure[] }
  | { readonly kind: 'cancelling'; readonly at: string }
  | BatchEnd;

export interface BatchEnd {
  readonly kind: 'ended';
  readonly at: string;
  readonly state: 'graded' | 'cancelled';
  readonly verdict: string;
  readonly passed: number;
  readonly cases: number;
  /** USD; null: not known. */
  readonly spentUsd: number | null;
}

export interface PartState {
  readonly part: number;
  readonly tag: string;
  readonly lane: string;
  readonly model: string;
  readonly requests: number;
  readonly atMostUsd: number | null;
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
  readonly end: BatchEnd | null;
}

/** Null: the log has no head. */
export function batchStateOf(lines: Iterable<string>): BatchState | null {
  let head: BatchHead | null = null;
  let end: BatchEnd | null = null;
  let isCancelling = false;
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
        const { part, tag, lane, model, requests, atMostUsd } = record;
        const blank = { submittingAt: null, job: null, isSure: true, notOurs: [], progress: null, collected: null };
        parts.set(part, { part, tag, lane, model, requests, atMostUsd, ...blank });
        break;
      }
      case 'submitting':
        change(record.part, { submittingAt: record.at });
        break;
      case 'submitted':
        change(record.part, { job: record.job, isSure: record.isSure });
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
      case 'ended':
        end = record;
        break;
      default:
    }
  }
  return head === null ? null : { head, parts: [...parts.values()], failures, isCancelling, end };
}

const KINDS: ReadonlySet<string> = new Set([
  'batch',
  'part',
  'submitting',
  'submitted',
  'not-ours',
  'progress',
  'collected',
  'cancelling',
  'ended',
] satisfies BatchRecord['kind'][]);

/** Null: a torn or damaged line, or a kind of a later version. */
function recordOf(line: string): BatchRecord | null {
  const value = parseJson(line);
  return isJsonObject(value) && typeof value['kind'] === 'string' && KINDS.has(value['kind']) ? (value as unknown as BatchRecord) : null;
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
