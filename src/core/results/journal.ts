/** The journal of a run: one JSON object a line, appended, never rewritten. A result is here before it is shown. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json.ts';
import type { PartialSource, PromptDocument } from '../prompt/document.ts';
import type { CandidateHead } from './candidate-head.ts';
import type { CandidateReport } from './candidate-report.ts';
import type { SampleId } from './sample-id.ts';
import type { ModelResponse } from '../model/model-request.ts';
import { isParameterChange } from '../model/sent-without.ts';
import { sampleKey, type Result } from './result.ts';
import { outlineOf, type ResultOutline } from './result-list.ts';
import type { RunVerdict } from './verdict.ts';
import type { Shard } from './shard.ts';

export const JOURNAL_SCHEMA = 'goldset.journal/1';

export interface JournalHead {
  readonly kind: 'run';
  readonly schema: typeof JOURNAL_SCHEMA;
  readonly id: string;
  readonly startedAt: string;
  readonly toolVersion: string;
  /** Identity of the plan: only the same plan can be resumed. */
  readonly plan: string;
  readonly candidates: readonly CandidateHead[];
  readonly cases: readonly { readonly candidate: string; readonly ids: readonly string[] }[];
  readonly repeats: number;
  /** Identity of the suite that a shard is a part of, and which part; absent in journals of older versions. */
  readonly suite?: string;
  readonly shard?: Shard | null;
  /** Candidate ids that are compared. */
  readonly comparisons?: readonly { readonly a: string; readonly b: string }[];
}

/** An answer that has been paid for, before it is graded; `response` is null in older journals, where the response cache has it. */
export interface AnswerRecord {
  readonly kind: 'answer';
  readonly sample: SampleId;
  readonly key: string;
  /** Keyed hash of whose key it was paid with; null: none was needed. */
  readonly account: string | null;
  /** What it cost, USD; null: unknown. */
  readonly usd: number | null;
  readonly response: ModelResponse | null;
}

/** What candidates of the run were asked with, once for all that share it: their requests can be shown wherever the journal goes. */
export interface PromptRecord {
  readonly kind: 'prompt';
  readonly candidates: readonly string[];
  /** Without the golden cases that the format may carry: these are in the results. */
  readonly document: PromptDocument;
  readonly partials: readonly PartialSource[];
}

export interface EndRecord {
  readonly kind: 'end';
  readonly verdict: RunVerdict;
  readonly complete: boolean;
  readonly endedAt: string;
  /** For lists of runs; absent in journals of versions before 0.5. */
  readonly summary?: RunSummary;
}

export interface RunSummary {
  /** USD; null: not known. */
  readonly spentUsd: number | null;
  readonly candidates: readonly CandidateSummary[];
}

export interface CandidateSummary extends Pick<
  CandidateReport,
  'id' | 'cases' | 'passed' | 'errors' | 'passRate' | 'interval' | 'costPerCallUsd'
> {
  /** Absent in journals of versions before 0.6. */
  readonly unjudged?: number;
}

/** A reader skips kinds that it does not know. */
export type JournalRecord =
  | JournalHead
  | { readonly kind: 'resumed'; readonly at: string; readonly toolVersion: string }
  /** With a cap: what a call that leaves can cost at most, USD. */
  | { readonly kind: 'reserved'; readonly call: string; readonly usd: number }
  /** … and what it did cost; null: unknown, so all that was reserved counts, or `atMost`, what the answer shows at most. */
  | { readonly kind: 'settled'; readonly call: string; readonly usd: number | null; readonly atMost?: number }
  | AnswerRecord
  | PromptRecord
  | { readonly kind: 'result'; readonly result: Result }
  | EndRecord;

export interface JournalContent {
  readonly head: JournalHead | null;
  /** One per sample, the latest; in the order of their first lines. */
  readonly outlines: readonly ResultOutline[];
  readonly answers: readonly AnswerRecord[];
  readonly prompts: readonly PromptRecord[];
  /** USD of calls that were settled. */
  readonly settledUsd: number;
  /** USD at most of calls whose end is unknown. */
  readonly unconfirmedUsd: number;
  readonly end: EndRecord | null;
  /** Lines that could not be read: a torn last line, or damage. */
  readonly damaged: number;
  /** Those of them that are longer than any record of ours. */
  readonly tooLong: number;
}

/** Takes a journal line by line; whatever cannot be read is counted, and nothing readable is lost. */
export class JournalReader {
  private head: JournalHead | null = null;
  private end: EndRecord | null = null;
  private damaged = 0;
  private tooLong = 0;
  private readonly outlines = new Map<string, ResultOutline>();
  private readonly answers: AnswerRecord[] = [];
  private readonly prompts: PromptRecord[] = [];
  private readonly reserved = new Map<string, number>();
  private settled = 0;
  private unconfirmed = 0;

  /** `onResult` sees each result whole, with where it stands. */
  constructor(private readonly onResult: (result: Result, position: number) => void = () => undefined) {}

  /** `text` null: the line is longer than any record of ours. */
  line(text: string | null, position: number): void {
    if (text === null) this.tooLong++;
    if (text?.trim() === '') return;
    const record = text === null ? null : recordOf(text);
    if (record === null) this.damaged++;
    else this.take(record, position);
  }

  get content(): JournalContent {
    const open = [...this.reserved.values()].reduce((sum, usd) => sum + usd, 0);
    const { head, end, damaged, tooLong, answers, prompts } = this;
    const outlines = [...this.outlines.values()];
    return { head, end, damaged, tooLong, answers, prompts, outlines, settledUsd: this.settled, unconfirmedUsd: this.unconfirmed + open };
  }

  private take(record: JournalRecord, position: number): void {
    switch (record.kind) {
      case 'run':
        this.head = record;
        break;
      case 'resumed':
        this.end = null;
        // It is unknown how the calls in progress ended.
        for (const usd of this.reserved.values()) this.unconfirmed += usd;
        this.reserved.clear();
        break;
      case 'answer':
        this.answers.push(record);
        break;
      case 'prompt':
        this.prompts.push(record);
        break;
      case 'reserved':
        this.reserved.set(record.call, record.usd);
        break;
      case 'settled':
        if (record.usd === null || !(record.usd >= 0))
          this.unconfirmed += Math.max(this.reserved.get(record.call) ?? 0, record.atMost ?? 0);
        else this.settled += record.usd;
        this.reserved.delete(record.call);
        break;
      case 'result':
        this.outlines.set(sampleKey(record.result), outlineOf(record.result, position));
        this.onResult(record.result, position);
        break;
      case 'end':
        this.end = record;
    }
  }
}

/** A whole journal that is in memory anyway, with its results. */
export function readJournal(text: string): JournalContent & { readonly results: readonly Result[] } {
  const results = new Map<string, Result>();
  const reader = new JournalReader((result) => results.set(sampleKey(result), result));
  text.split('\n').forEach((line, i) => reader.line(line, i));
  return { ...reader.content, results: [...results.values()] };
}

/** Null: this is no record of ours, or a damaged one. */
export function recordOf(line: string): JournalRecord | null {
  const value = parseJson(line);
  if (!isJsonObject(value)) return null;
  const { kind } = value;
  const isWhole = typeof kind === 'string' && (Object.hasOwn(SHAPES, kind) ? SHAPES[kind]?.(value) : true);
  if (isWhole !== true) return null;
  const record = value as unknown as JournalRecord;
  return record.kind === 'result' ? { ...record, result: asJudged(record.result) } : record;
}

/** Versions before 0.6 counted a case that checks nothing as passed. */
const asJudged = (result: Result): Result =>
  result.verdict === 'pass' && result.assertions.length === 0 ? { ...result, verdict: 'unjudged', score: null } : result;

const isSample = (value: JsonValue | undefined): value is JsonObject =>
  isJsonObject(value) && typeof value['candidate'] === 'string' && typeof value['case'] === 'string' && typeof value['repeat'] === 'number';

/** Only strings are parsed as templates. */
function hasTemplate({ template }: JsonObject): boolean {
  if (!isJsonObject(template)) return false;
  const { kind, source, messages } = template;
  if (kind === 'handlebars') return typeof source === 'string';
  return (
    kind === 'messages' && Array.isArray(messages) && messages.every((item) => isJsonObject(item) && typeof item['content'] === 'string')
  );
}

const isCandidate = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  typeof value['id'] === 'string' &&
  typeof value['model'] === 'string' &&
  isJsonObject(value['parameters']) &&
  isJsonObject(value['prompt']) &&
  ['path', 'name', 'version'].every((name) => typeof (value['prompt'] as JsonObject)[name] === 'string');

const isNumberOrNull = (value: JsonValue | undefined): boolean => value === null || typeof value === 'number';

const isListOf = (value: JsonValue | undefined, is: (item: JsonValue) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.every(is));

const isToolCall = (value: JsonValue): boolean =>
  isJsonObject(value) && typeof value['name'] === 'string' && typeof value['arguments'] === 'string';

const isRound = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  Array.isArray(value['calls']) &&
  value['calls'].every(isToolCall) &&
  Array.isArray(value['results']) &&
  value['results'].every((item) => isJsonObject(item) && typeof item['text'] === 'string');

const isJudge = (value: JsonValue | undefined): boolean =>
  value === undefined ||
  (isJsonObject(value) &&
    ['prompt', 'version', 'model'].every((name) => typeof value[name] === 'string') &&
    isNumberOrNull(value['costUsd']) &&
    Array.isArray(value['quotes']) &&
    value['quotes'].every((item) => isJsonObject(item) && typeof item['text'] === 'string'));

const isAssertion = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  typeof value['type'] === 'string' &&
  typeof value['reason'] === 'string' &&
  isJudge(value['judge']) &&
  isListOf(value['members'], isAssertion);

/** A journal may come from anywhere: what the views rely upon is checked once, here. */
const isResult = (value: JsonObject): boolean =>
  ['pass', 'fail', 'error', 'unjudged'].some((verdict) => value['verdict'] === verdict) &&
  (value['output'] === null || typeof value['output'] === 'string') &&
  (value['description'] === null || typeof value['description'] === 'string') &&
  isJsonObject(value['vars']) &&
  Array.isArray(value['assertions']) &&
  value['assertions'].every(isAssertion) &&
  isListOf(value['rounds'], isRound) &&
  isListOf(value['context'], (item) => typeof item === 'string') &&
  isListOf(value['sentWithout'], isParameterChange) &&
  ['cacheMiss', 'service', 'region', 'answeredAt'].every((name) => value[name] === undefined || typeof value[name] === 'string') &&
  ['judgeCostUsd', 'judgePaidUsd'].every((name) => value[name] === undefined || isNumberOrNull(value[name])) &&
  Array.isArray(value['toolCalls']) &&
  value['toolCalls'].every(isToolCall) &&
  Array.isArray(value['attemptLog']) &&
  (value['error'] === null || (isJsonObject(value['error']) && typeof value['error']['message'] === 'string')) &&
  (value['usage'] === null || (isJsonObject(value['usage']) && Object.values(value['usage']).every((item) => typeof item === 'number'))) &&
  ['score', 'costUsd', 'ttftMs', 'latencyMs'].every((name) => isNumberOrNull(value[name]));

/** What of a record is relied upon. */
const SHAPES: Readonly<Record<string, (record: JsonObject) => boolean>> = {
  run: ({ candidates, cases, id, startedAt, repeats }) =>
    typeof id === 'string' &&
    typeof startedAt === 'string' &&
    typeof repeats === 'number' &&
    Array.isArray(candidates) &&
    candidates.every(isCandidate) &&
    Array.isArray(cases) &&
    cases.every(
      (item) =>
        isJsonObject(item) &&
        typeof item['candidate'] === 'string' &&
        Array.isArray(item['ids']) &&
        item['ids'].every((caseId) => typeof caseId === 'string'),
    ),
  result: ({ result }) => isSample(result) && isResult(result),
  prompt: ({ candidates, document, partials }) =>
    Array.isArray(candidates) && isJsonObject(document) && Array.isArray(partials) && hasTemplate(document),
  answer: ({ sample, key }) => isSample(sample) && typeof key === 'string',
  reserved: ({ call, usd }) => typeof call === 'string' && typeof usd === 'number',
  settled: ({ call, usd }) => typeof call === 'string' && (usd === null || typeof usd === 'number'),
};
