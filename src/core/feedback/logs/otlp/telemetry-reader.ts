/**
 * Telemetry of an application to lines of `.goldset/interactions/`. Requests are taken as they come:
 *
 *   call of a model        → an interaction, with what retrieval had found before it and what is said of it in the same request
 *   retrieval              → chunks of the next call of its trace
 *   failed tool            → signal `tool-failure` of the call that asked for it
 *   feedback, any span     → signals of an interaction, an answer, a trace or a conversation, as follow-ups
 *   goldset.action.*       → the action of every call of its trace
 *   spans around a call    → its user, conversation, prompt and attributes, where they came in the same request
 *   template of a prompt   → variables of the next call beside it
 */
import type { FollowUp, FollowUpTarget, Interaction, Signal, StoredLine } from '../../interactions/interaction.ts';
import type { PersonHash } from '../../redaction/persons.ts';
import { chunksIn } from './chunks.ts';
import { EVALUATION_EVENT, NO_TARGET, feedbackOf, feedbackOfLog, isoTime, type Feedback } from './feedback.ts';
import { actionIn } from './application-facts.ts';
import { exportedRecord, type ExportedRecord } from './exported-record.ts';
import { embeddingOfSpan, interactionOfSpan, filledVariablesIn } from './interaction-of-span.ts';
import { withoutTwins } from './same-call.ts';
import { isPromptTemplate, isReranker, spanRole, type SpanRole } from './span-role.ts';
import { failureOfTool } from './tool-failure.ts';
import type { LogRecord, Span, Telemetry } from './telemetry.ts';
import { TraceMemory, type TraceState } from './trace-memory.ts';

export interface ReadTelemetry {
  readonly lines: readonly StoredLine[];
  /** Spans that are calls of a model and cannot be kept, and why the first. */
  readonly refused: { readonly count: number; readonly first: string | null };
  readonly counts: {
    readonly interactions: number;
    /** Those that have neither messages nor an output. */
    readonly withoutText: number;
    /** Events with messages that came after their call was written: they are in no line. */
    readonly lateMessages: number;
    readonly signals: number;
  };
}

interface Known {
  readonly span: Span;
  readonly role: SpanRole;
}

export class TelemetryReader {
  private readonly memory: TraceMemory;
  /** Lines of what the memory had to let go. */
  private letGo: StoredLine[] = [];

  /** `now`: ms since 1970. `hash`: of a user's name. */
  constructor(
    private readonly hash: PersonHash,
    private readonly now: () => number,
  ) {
    this.memory = new TraceMemory((trace, state) => this.letGo.push(...this.leftOver(trace, state)));
  }

  take({ spans, logs }: Telemetry): ReadTelemetry {
    const batch = new Batch(new Date(this.now()).toISOString());
    const lateMessages = this.takeLogs(logs, batch);
    const known = spans.map((span): Known => ({ span, role: spanRole(span.attributes) }));
    const byId = new Map(spans.map((span) => [`${span.traceId}${span.spanId}`, span]));
    for (const { span, role } of known) {
      if (role === 'embedding' && span.parentSpanId !== null) this.memory.addWrapper(`embeddings ${span.traceId}${span.parentSpanId}`);
      if (role === 'model' && span.parentSpanId !== null) this.memory.addWrapper(`${span.traceId}${span.parentSpanId}`);
      const action = actionIn(span.attributes);
      if (action !== null) this.memory.trace(span.traceId).action ??= action;
      if (isPromptTemplate(span.attributes)) this.memory.addPrompt(span, filledVariablesIn(span.attributes));
    }
    const late = this.takeRetrievals(known);
    const calls = known.filter(({ role }) => role === 'model').sort((a, b) => (a.span.startMs ?? 0) - (b.span.startMs ?? 0));
    for (const item of withoutTwins(calls)) this.takeCall(item, batch, byId);
    for (const { span, role } of known) if (role === 'embedding') this.takeEmbedding(span, batch, byId);
    for (const item of known) if (item.role !== 'model' || this.isWrapping(item)) this.takeOther(item, batch);
    for (const { span, chunks, of } of late) batch.followUp({ ...of, trace: span.traceId }, this.timeOf(span), { chunks });
    const lines = [...batch.lines(), ...this.letGo];
    this.letGo = [];
    return { lines, refused: batch.refused, counts: { ...countsOf(lines), lateMessages } };
  }

  /** What is still remembered and nobody had. */
  close(): readonly StoredLine[] {
    this.memory.clear();
    const lines = this.letGo;
    this.letGo = [];
    return lines;
  }

  /** Gives how many came too late. */
  private takeLogs(logs: readonly LogRecord[], batch: Batch): number {
    let late = 0;
    for (const log of logs) {
      if (log.eventName === EVALUATION_EVENT) batch.feedback.push(...feedbackOfLog(log).map((item) => this.resolved(item, batch)));
      else if (log.eventName?.startsWith('gen_ai.') === true && log.spanId !== null && log.traceId !== null) {
        const key = `${log.traceId}${log.spanId}`;
        if (this.memory.isKnown(key)) late++;
        else this.memory.wait(key, log);
      }
    }
    return late;
  }

  /** Remembers what was found for calls to come; gives what was found for calls that are written already. */
  private takeRetrievals(known: readonly Known[]): { span: Span; chunks: FollowUp['chunks']; of: FollowUpTarget }[] {
    const late: { span: Span; chunks: FollowUp['chunks']; of: FollowUpTarget }[] = [];
    const retrievals = known.filter(({ role }) => role === 'retrieval').sort((a, b) => (a.span.startMs ?? 0) - (b.span.startMs ?? 0));
    for (const { span } of retrievals) {
      const chunks = chunksIn(span.attributes);
      if (chunks.length === 0 || !this.memory.isNew(`chunks of ${span.traceId}${span.spanId}`)) continue;
      const startMs = span.startMs ?? this.now();
      const endMs = span.endMs ?? startMs;
      const state = this.memory.trace(span.traceId);
      const call = state.calls.find((item) => item.startMs >= endMs);
      if (call !== undefined) late.push({ span, chunks, of: { ...NO_TARGET, interaction: call.id } });
      else {
        // What is left of the documents after they were ranked anew is what the model gets.
        if (isReranker(span.attributes)) this.memory.dropRetrievals(span.traceId, startMs);
        this.memory.addRetrieval(span.traceId, { startMs, endMs, chunks, untilMs: null });
      }
    }
    return late;
  }

  private takeCall(item: Known, batch: Batch, byId: ReadonlyMap<string, Span>): void {
    const { span } = item;
    if (this.isWrapping(item)) return;
    const time = isoTime(span.startMs);
    if (time === null || span.startMs === null) return batch.refuse(`The span "${span.name.slice(0, 80)}" has no start time.`);
    const key = `${span.traceId}${span.spanId}`;
    if (!this.memory.isNew(key)) return;
    const interaction = interactionOfSpan(span, time, this.memory.takeWaiting(key), this.hash, spansAround(span, byId));
    const variables = Object.keys(interaction.variables).length > 0 ? interaction.variables : this.memory.variablesFor(span);
    const state = this.memory.trace(span.traceId);
    const endMs = span.endMs ?? span.startMs;
    const exported = exportedRecord(span.attributes, interaction, this.hash);
    if (exported !== null) {
      const { id, action } = exported.interaction;
      this.memory.addCall(span.traceId, { id, startMs: span.startMs, endMs, hasAction: action !== null });
      return batch.addWhole(exported);
    }
    const chunks = interaction.chunks.length > 0 ? interaction.chunks : chunksFor(state, span.startMs, endMs);
    const action = interaction.action ?? state.action;
    this.memory.addCall(span.traceId, { id: interaction.id, startMs: span.startMs, endMs, hasAction: action !== null });
    batch.add({ ...interaction, action, variables, chunks });
    batch.feedback.push(...feedbackOf(span, false).map((item) => named(item, span.spanId, interaction.id)));
  }

  /** Embeddings around embeddings are the same ones, told by two instrumentations. */
  private takeEmbedding(span: Span, batch: Batch, byId: ReadonlyMap<string, Span>): void {
    const time = isoTime(span.startMs);
    const key = `${span.traceId}${span.spanId}`;
    if (time === null || this.memory.isWrapper(`embeddings ${key}`) || !this.memory.isNew(`embeddings ${key}`)) return;
    const record = embeddingOfSpan(span, time, this.hash, spansAround(span, byId));
    batch.add({ ...record, action: record.action ?? this.memory.trace(span.traceId).action });
  }

  /** What a span says that is no interaction itself. */
  private takeOther({ span, role }: Known, batch: Batch): void {
    const { traceId } = span;
    const feedback = feedbackOf(span, role === 'evaluator');
    const failure = role === 'tool' ? failureOfTool(span, this.memory.known(traceId)) : null;
    const action = actionIn(span.attributes);
    if (feedback.length === 0 && failure === null && action === null) return;
    if (!this.memory.isNew(`${traceId}${span.spanId}`)) return;
    batch.feedback.push(...feedback.map((item) => this.resolved(item, batch)));
    if (failure !== null) batch.feedback.push({ ...failure, signal: { ...failure.signal, time: this.timeOf(span) } });
    const state = this.memory.trace(traceId);
    if (action === null || state.isActionSaid || (state.calls.length > 0 && state.calls.every(({ hasAction }) => hasAction))) return;
    state.isActionSaid = true;
    batch.followUp({ ...NO_TARGET, trace: traceId }, this.timeOf(span), { action });
  }

  /** A call of a model around a call of a model is the same one, told by two instrumentations. */
  private isWrapping({ span, role }: Known): boolean {
    return role === 'model' && this.memory.isWrapper(`${span.traceId}${span.spanId}`);
  }

  /** Where the answer's own id is known, a span that is no call of a model says nothing better. */
  private resolved(feedback: Feedback, batch: Batch): Feedback {
    const { interaction, response, trace } = feedback.of;
    if (interaction === null || response === null) return feedback;
    const isCall =
      batch.has(interaction) || (trace !== null && this.memory.known(trace)?.calls.some(({ id }) => id === interaction) === true);
    return isCall ? feedback : { ...feedback, of: { ...feedback.of, interaction: null } };
  }

  private timeOf(span: Span): string {
    return isoTime(span.endMs ?? span.startMs) ?? new Date(this.now()).toISOString();
  }

  private leftOver(trace: string, { retrievals }: TraceState): StoredLine[] {
    return retrievals
      .filter(({ untilMs }) => untilMs === null)
      .map(({ endMs, chunks }) => ({
        followUp: followUp({ ...NO_TARGET, trace }, isoTime(endMs) ?? new Date(this.now()).toISOString(), { chunks }),
      }));
  }
}

/** Feedback about a span is about the interaction that it became. */
const named = (feedback: Feedback, span: string, id: string): Feedback =>
  feedback.of.interaction === span && span !== id ? { ...feedback, of: { ...feedback.of, interaction: id } } : feedback;

/** How far around a call is looked. */
const MOST_AROUND = 16;

/** Those that came with it, the nearest first. */
function spansAround(span: Span, byId: ReadonlyMap<string, Span>): Span[] {
  const around: Span[] = [];
  for (let at = span; at.parentSpanId !== null && around.length < MOST_AROUND;) {
    const parent = byId.get(`${at.traceId}${at.parentSpanId}`);
    if (parent === undefined || parent === span) break;
    around.push(parent);
    at = parent;
  }
  return around;
}

const followUp = (of: FollowUpTarget, time: string, what: Partial<Pick<FollowUp, 'signals' | 'chunks' | 'action'>>): FollowUp => ({
  ...{ of, time, signals: [], chunks: [], action: null, triage: null, reason: null },
  ...what,
});

/** Of the retrievals that ended before the call began; calls that ran beside the first one have them too. */
function chunksFor(state: TraceState, startMs: number, endMs: number): FollowUp['chunks'] {
  const found = state.retrievals.filter((item) => item.endMs <= startMs && (item.untilMs === null || startMs < item.untilMs));
  for (const item of found) item.untilMs ??= endMs;
  return found.flatMap(({ chunks }) => chunks);
}

/** What one request makes. Feedback about an interaction of it goes into its line. */
class Batch {
  readonly feedback: Feedback[] = [];
  refused: { count: number; first: string | null } = { count: 0, first: null };
  private readonly interactions = new Map<string, Interaction>();
  private readonly followUps: FollowUp[] = [];

  /** ISO 8601. */
  constructor(private readonly now: string) {}

  add(interaction: Interaction): void {
    this.interactions.set(interaction.id, interaction);
  }

  /** With what became known of it. */
  addWhole({ interaction, followUps }: ExportedRecord): void {
    this.add(interaction);
    this.followUps.push(...followUps);
  }

  has(id: string): boolean {
    return this.interactions.has(id);
  }

  refuse(problem: string): void {
    this.refused = { count: this.refused.count + 1, first: this.refused.first ?? problem };
  }

  followUp(of: FollowUpTarget, time: string, what: Parameters<typeof followUp>[2]): void {
    this.followUps.push(followUp(of, time, what));
  }

  lines(): StoredLine[] {
    const own = new Map<string, Signal[]>();
    for (const { of, signal } of this.feedback) {
      if (of.interaction !== null && this.interactions.has(of.interaction))
        own
          .set(of.interaction, own.get(of.interaction) ?? [])
          .get(of.interaction)
          ?.push(signal);
      else this.followUp(of, signal.time ?? this.now, { signals: [signal] });
    }
    for (const [id, signals] of own) {
      const interaction = this.interactions.get(id);
      if (interaction !== undefined) this.interactions.set(id, { ...interaction, signals });
    }
    return [
      ...[...this.interactions.values()].map((interaction) => ({ interaction })),
      ...this.followUps.map((item) => ({ followUp: item })),
    ];
  }
}

function countsOf(lines: readonly StoredLine[]): Omit<ReadTelemetry['counts'], 'lateMessages'> {
  let interactions = 0;
  let withoutText = 0;
  let signals = 0;
  for (const line of lines) {
    const said: readonly Signal[] = 'interaction' in line ? line.interaction.signals : line.followUp.signals;
    signals += said.length;
    if (!('interaction' in line)) continue;
    interactions++;
    if (line.interaction.messages.length === 0 && line.interaction.output === null) withoutText++;
  }
  return { interactions, withoutText, signals };
}
