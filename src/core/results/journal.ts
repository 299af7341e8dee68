/** The journal of a run: one JSON object a line, appended, never rewritten. A result is here before it is shown. */
import { FILE_KINDS, schemaOf, versionProblem } from '../files/file-version.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json/json.ts';
import type { PartialSource, PromptDocument } from '../prompt/document.ts';
import type { CandidateHead } from './candidate-head.ts';
import type { CandidateReport } from './candidate-report.ts';
import { isActiveCounts, isErrorCauses, type ActiveCounts, type ErrorCause } from './case-counts.ts';
import { isObservedSummary, type ObservedSummary } from '../economics/observed.ts';
import type { SampleId } from './sample-id.ts';
import type { ModelResponse } from '../model/model-request.ts';
import { sampleKey, type Result } from './result.ts';
import { KnownJudges } from './judged-sample.ts';
import { outlineOf, type ResultOutline } from './result-list.ts';
import { isStoredResult } from './stored-result.ts';
import type { RunVerdict } from './verdict.ts';
import type { Shard } from './shard.ts';

export const JOURNAL_SCHEMA = schemaOf(FILE_KINDS.journal);

export interface JournalHead {
  readonly kind: 'run';
  /** `JOURNAL_SCHEMA`. */
  readonly schema: string;
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
  /** Byte where the record of the answers begins; absent in journals of versions before 0.6. */
  readonly index?: number;
}

/** Where each answer stands, so that a later run finds it without reading the journal. The writer adds it before the end. */
export interface IndexRecord {
  readonly kind: 'index';
  /** The key of the request, its account, the byte where the answer's line begins. */
  readonly answers: readonly (readonly [string, string | null, number])[];
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
  /** Absent in journals of versions before 0.6, and so are the other counts. */
  readonly unjudged?: number;
  readonly failed?: number;
  readonly knownFailing?: number;
  readonly unverified?: number;
  readonly active?: ActiveCounts;
  readonly errorCauses?: readonly ErrorCause[];
  /** Results of the candidate in the journal: whoever reads fewer has lost some. Absent in journals of versions before 0.6. */
  readonly results?: number;
  /** What the answers say about the prompt; absent in journals of versions before 0.6. */
  readonly observed?: ObservedSummary;
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
  | IndexRecord
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
  /** Why nothing of it is read: its first line is of a version that this one does not know. Null: it is known. */
  readonly unknownVersion: string | null;
}

/** Takes a journal line by line; whatever cannot be read is counted, and nothing readable is lost. */
export class JournalReader {
  private head: JournalHead | null = null;
  private end: EndRecord | null = null;
  private damaged = 0;
  private tooLong = 0;
  private unknownVersion: string | null = null;
  private readonly outlines = new Map<string, ResultOutline>();
  private readonly judges = new KnownJudges();
  private readonly answers: AnswerRecord[] = [];
  private readonly prompts: PromptRecord[] = [];
  private readonly reserved = new Map<string, number>();
  private settled = 0;
  private unconfirmed = 0;

  /** `onResult` sees each result whole, with where it stands; `onAnswer` each answer. */
  constructor(
    private readonly onResult: (result: Result, position: number) => void = () => undefined,
    private readonly onAnswer: (answer: AnswerRecord, position: number) => void = () => undefined,
  ) {}

  /** `text` null: the line is longer than any record of ours. */
  line(text: string | null, position: number): void {
    if (this.unknownVersion !== null) return;
    if (text === null) this.tooLong++;
    if (text?.trim() === '') return;
    const record = text === null ? null : recordOf(text);
    if (record === null) this.damaged++;
    else if (record.kind === 'run' && versionOf(record) !== null) this.refuse(versionOf(record));
    else this.take(record, position);
  }

  get content(): JournalContent {
    const open = [...this.reserved.values()].reduce((sum, usd) => sum + usd, 0);
    const { head, end, damaged, tooLong, unknownVersion, answers, prompts } = this;
    const outlines = [...this.outlines.values()];
    const unconfirmedUsd = this.unconfirmed + open;
    return { head, end, damaged, tooLong, unknownVersion, answers, prompts, outlines, settledUsd: this.settled, unconfirmedUsd };
  }

  /** What stands before the head is not believed either. */
  private refuse(problem: string | null): void {
    this.unknownVersion = problem;
    this.head = null;
    this.end = null;
    this.outlines.clear();
    this.answers.length = 0;
    this.prompts.length = 0;
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
        this.onAnswer(record, position);
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
        this.outlines.set(sampleKey(record.result), outlineOf(record.result, position, this.judges));
        this.onResult(record.result, position);
        break;
      case 'end':
        this.end = record;
    }
  }
}

/**
 * Results of each candidate that the run had and that can no longer be read, or that it never had because it did not end or was stopped.
 * A run that decided early lacks none: it is complete, and its end says how many it had.
 */
export function missingResults({ head, end, outlines, damaged }: JournalContent): Map<string, number> {
  const had = new Map(end?.summary?.candidates.map(({ id, results }) => [id, results]));
  return new Map(
    (head?.candidates ?? []).map(({ id }) => {
      const found = outlines.reduce((sum, { candidate }) => sum + (candidate === id ? 1 : 0), 0);
      const planned = (head?.cases.find(({ candidate }) => candidate === id)?.ids.length ?? 0) * (head?.repeats ?? 1);
      // Journals of older versions do not say how many there were, so each damaged line may be one.
      const expected = end?.complete === true ? (had.get(id) ?? Math.min(planned, found + damaged)) : planned;
      return [id, Math.max(0, expected - found)];
    }),
  );
}

/** A whole journal that is in memory anyway, with its results. */
export function readJournal(text: string): JournalContent & { readonly results: readonly Result[] } {
  const results = new Map<string, Result>();
  const reader = new JournalReader((result) => results.set(sampleKey(result), result));
  text.split('\n').forEach((line, i) => reader.line(line, i));
  return { ...reader.content, results: [...results.values()] };
}

/** Why a journal with this head is not read; null: it is read. */
export const versionOf = ({ schema }: JournalHead): string | null => versionProblem(schema, FILE_KINDS.journal);

/** Null: this is no record of ours, or a damaged one. */
export function recordOf(line: string): JournalRecord | null {
  const value = parseJson(line);
  if (!isJsonObject(value)) return null;
  const { kind } = value;
  const isWhole = typeof kind === 'string' && (Object.hasOwn(SHAPES, kind) ? SHAPES[kind]?.(value) : true);
  if (isWhole !== true) {
    // The head of another version has another shape: it is named, not called damaged.
    const isOfOther = kind === 'run' && typeof value['schema'] === 'string' && versionProblem(value['schema'], FILE_KINDS.journal) !== null;
    return isOfOther ? (value as unknown as JournalRecord) : null;
  }
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
  if (kind === 'built') return isBuildFunction(template['build']) && typeof template['content'] === 'string';
  const hasText = typeof kind === 'string' && Object.hasOwn(MESSAGE_TEXTS, kind) ? MESSAGE_TEXTS[kind] : undefined;
  return hasText !== undefined && Array.isArray(messages) && messages.every((item) => isJsonObject(item) && hasText(item));
}

const isBuildFunction = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) &&
  (value['language'] === 'javascript' || value['language'] === 'python') &&
  typeof value['file'] === 'string' &&
  (value['name'] === null || typeof value['name'] === 'string');

/** What a message needs, by the kind of its template. */
const MESSAGE_TEXTS: Readonly<Record<string, (message: JsonObject) => boolean>> = {
  messages: ({ content }) => typeof content === 'string',
  text: ({ source }) => typeof source === 'string',
  parts: ({ parts }) =>
    Array.isArray(parts) &&
    parts.every((part) => isJsonObject(part) && (typeof part['text'] === 'string' || typeof part['variable'] === 'string')),
};

const isCandidate = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  typeof value['id'] === 'string' &&
  typeof value['model'] === 'string' &&
  isJsonObject(value['parameters']) &&
  isJsonObject(value['prompt']) &&
  ['path', 'name', 'version'].every((name) => typeof (value['prompt'] as JsonObject)[name] === 'string');

const isNumberOrNull = (value: JsonValue | undefined): boolean => value === null || typeof value === 'number';

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
  result: ({ result }) => isSample(result) && isStoredResult(result),
  prompt: ({ candidates, document, partials }) =>
    Array.isArray(candidates) && isJsonObject(document) && Array.isArray(partials) && hasTemplate(document),
  answer: ({ sample, key }) => isSample(sample) && typeof key === 'string',
  reserved: ({ call, usd }) => typeof call === 'string' && typeof usd === 'number',
  settled: ({ call, usd }) => typeof call === 'string' && (usd === null || typeof usd === 'number'),
  index: ({ answers }) =>
    Array.isArray(answers) &&
    answers.every(
      (item) =>
        Array.isArray(item) &&
        typeof item[0] === 'string' &&
        (item[1] === null || typeof item[1] === 'string') &&
        Number.isSafeInteger(item[2]) &&
        Number(item[2]) >= 0,
    ),
  end: ({ verdict, complete, summary, index }) =>
    typeof verdict === 'string' &&
    typeof complete === 'boolean' &&
    (index === undefined || (Number.isSafeInteger(index) && Number(index) >= 0)) &&
    (summary === undefined || isSummary(summary)),
};

const isSummary = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  isNumberOrNull(value['spentUsd']) &&
  Array.isArray(value['candidates']) &&
  value['candidates'].every(
    (item) =>
      isJsonObject(item) &&
      typeof item['id'] === 'string' &&
      ['cases', 'passed', 'errors'].every((name) => typeof item[name] === 'number') &&
      ['unjudged', 'results', 'failed', 'knownFailing', 'unverified'].every(
        (name) => item[name] === undefined || typeof item[name] === 'number',
      ) &&
      (item['active'] === undefined || isActiveCounts(item['active'])) &&
      (item['errorCauses'] === undefined || isErrorCauses(item['errorCauses'])) &&
      isNumberOrNull(item['passRate']) &&
      isNumberOrNull(item['costPerCallUsd']) &&
      (item['observed'] === undefined || isObservedSummary(item['observed'])),
  );
