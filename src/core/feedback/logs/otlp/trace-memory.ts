/** What is remembered of traces between requests, for spans of one trace come in several and in any order. Bounded: the oldest are let go. */
import type { Interaction, RetrievedChunk } from '../../interactions/interaction.ts';
import type { JsonObject } from '../../../json/json.ts';
import type { LogRecord, Span } from './telemetry.ts';

export interface TraceState {
  /** Calls of a model that were written; the newest at the end. */
  readonly calls: { readonly id: string; readonly startMs: number; readonly endMs: number; readonly hasAction: boolean }[];
  /** Retrievals whose chunks nobody has yet, or had so shortly before that a call beside it has them too. */
  readonly retrievals: Retrieval[];
  /** Templates that were filled, for the call beside them. */
  readonly prompts: FilledPrompt[];
  action: Interaction['action'];
  /** Whether a line says the action of its calls. */
  isActionSaid: boolean;
}

interface FilledPrompt {
  readonly parent: string;
  readonly endMs: number;
  readonly variables: JsonObject;
}

export interface Retrieval {
  readonly startMs: number;
  readonly endMs: number;
  readonly chunks: readonly RetrievedChunk[];
  /** When the first call that has them ended; null: none has them. */
  untilMs: number | null;
}

const MOST_TRACES = 5_000;
const MOST_CALLS = 64;
const MOST_RETRIEVALS = 32;
const MOST_PROMPTS = 16;
/** Of all chunks together. */
const MOST_CHUNK_CHARACTERS = 32 << 20;
/** Spans that are known to be written, so that what an exporter sends again is not counted again. */
const MOST_SEEN = 100_000;
/** Spans whose events came before them, and characters of those events. */
const MOST_WAITING = { spans: 10_000, characters: 32 << 20 };

export class TraceMemory {
  private readonly traces = new Map<string, TraceState>();
  private seen = new Set<string>();
  private seenBefore = new Set<string>();
  /** Calls of a model by the span that they stand in: that one is only a wrapping of them. */
  private wrappers = new Set<string>();
  private wrappersBefore = new Set<string>();
  private readonly waiting = new Map<string, { readonly logs: LogRecord[]; characters: number }>();
  private waitingCharacters = 0;
  private chunkCharacters = 0;

  /** `letGo`: what is forgotten although nobody had its chunks. */
  constructor(private readonly letGo: (trace: string, state: TraceState) => void) {}

  known(trace: string): TraceState | undefined {
    return this.traces.get(trace);
  }

  trace(trace: string): TraceState {
    const known = this.traces.get(trace);
    if (known !== undefined) return known;
    const state: TraceState = { calls: [], retrievals: [], prompts: [], action: null, isActionSaid: false };
    this.traces.set(trace, state);
    if (this.traces.size > MOST_TRACES) this.forgetOldest();
    return state;
  }

  addCall(trace: string, call: TraceState['calls'][number]): void {
    const { calls } = this.trace(trace);
    calls.push(call);
    if (calls.length > MOST_CALLS) calls.shift();
  }

  addRetrieval(trace: string, retrieval: Retrieval): void {
    const state = this.trace(trace);
    state.retrievals.push(retrieval);
    this.chunkCharacters += charactersOf([retrieval]);
    if (state.retrievals.length > MOST_RETRIEVALS) {
      const oldest = state.retrievals.splice(0, 1);
      this.chunkCharacters -= charactersOf(oldest);
      this.letGo(trace, { ...state, retrievals: oldest });
    }
    while (this.chunkCharacters > MOST_CHUNK_CHARACTERS) this.forgetOldest();
  }

  addPrompt({ traceId, parentSpanId, endMs, startMs }: Span, variables: JsonObject): void {
    if (parentSpanId === null || Object.keys(variables).length === 0) return;
    const { prompts } = this.trace(traceId);
    prompts.push({ parent: parentSpanId, endMs: endMs ?? startMs ?? 0, variables });
    if (prompts.length > MOST_PROMPTS) prompts.shift();
  }

  /** Of the last template that was filled beside a call, before it; empty: there is none. */
  variablesFor({ traceId, parentSpanId, startMs }: Span): JsonObject {
    const before = (this.known(traceId)?.prompts ?? []).filter(({ parent, endMs }) => parent === parentSpanId && endMs <= (startMs ?? 0));
    return before.toSorted((a, b) => a.endMs - b.endMs).at(-1)?.variables ?? {};
  }

  /** Forgets those that nobody has had and that began before: what was found was ranked anew. */
  dropRetrievals(trace: string, beforeMs: number): void {
    const { retrievals } = this.trace(trace);
    const kept = retrievals.filter((item) => item.untilMs !== null || item.startMs > beforeMs);
    this.chunkCharacters += charactersOf(kept) - charactersOf(retrievals);
    retrievals.splice(0, retrievals.length, ...kept);
  }

  /** Whether it is new; it is known from now on. */
  isNew(span: string): boolean {
    if (this.isKnown(span)) return false;
    this.seen.add(span);
    if (this.seen.size >= MOST_SEEN / 2) [this.seenBefore, this.seen] = [this.seen, new Set()];
    return true;
  }

  isKnown(span: string): boolean {
    return this.seen.has(span) || this.seenBefore.has(span);
  }

  addWrapper(span: string): void {
    this.wrappers.add(span);
    if (this.wrappers.size >= MOST_SEEN / 2) [this.wrappersBefore, this.wrappers] = [this.wrappers, new Set()];
  }

  isWrapper(span: string): boolean {
    return this.wrappers.has(span) || this.wrappersBefore.has(span);
  }

  /** Keeps an event of a span that is still to come. */
  wait(span: string, log: LogRecord): void {
    const characters = sizeOf(log);
    const known = this.waiting.get(span) ?? { logs: [], characters: 0 };
    known.logs.push(log);
    known.characters += characters;
    this.waitingCharacters += characters;
    this.waiting.set(span, known);
    while (this.waiting.size > MOST_WAITING.spans || this.waitingCharacters > MOST_WAITING.characters) {
      const [oldest] = this.waiting.keys();
      if (oldest === undefined) return;
      this.takeWaiting(oldest);
    }
  }

  /** The events of a span that have come already; they are given once. */
  takeWaiting(span: string): readonly LogRecord[] {
    const known = this.waiting.get(span);
    if (known === undefined) return [];
    this.waiting.delete(span);
    this.waitingCharacters -= known.characters;
    return known.logs;
  }

  /** Lets everything go. */
  clear(): void {
    while (this.traces.size > 0) this.forgetOldest();
  }

  private forgetOldest(): void {
    const [oldest] = this.traces;
    if (oldest === undefined) return;
    this.traces.delete(oldest[0]);
    this.chunkCharacters -= charactersOf(oldest[1].retrievals);
    this.letGo(...oldest);
  }
}

const charactersOf = (retrievals: readonly Retrieval[]): number =>
  retrievals.reduce((sum, { chunks }) => sum + chunks.reduce((inner, { text }) => inner + text.length + 100, 0), 0);

/** About, and at least something. */
const sizeOf = ({ attributes, body }: LogRecord): number => {
  let size = 200 + (JSON.stringify(body)?.length ?? 0);
  for (const [name, value] of attributes)
    size += name.length + (typeof value === 'string' ? value.length : (JSON.stringify(value)?.length ?? 0));
  return size;
};
