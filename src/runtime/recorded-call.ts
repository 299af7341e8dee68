/** One call on its way to becoming an interaction: takes what arrives of its answer, and is written once, when it ends. */
import { answerReader, type BodyFormat } from '../adapters/models/answer-reader.ts';
import { ArrivingText, type AnswerReader } from '../adapters/models/wire.ts';
import { costInHeaders } from '../core/economics/prices/reported-cost.ts';
import { NO_USAGE } from '../core/economics/prices/usage.ts';
import { answerText } from '../core/feedback/interactions/answer-text.ts';
import type { Interaction, ResponseFacts, Signal } from '../core/feedback/interactions/interaction.ts';
import { newInteraction } from '../core/feedback/interactions/record-fields.ts';
import { mergedFacts, responseFactsIn } from '../core/feedback/interactions/response-facts.ts';
import { isJsonObject, type JsonObject } from '../core/json/json.ts';
import type { ModelResponse } from '../core/model/model-request.ts';
import { nameResponse } from './answer-names.ts';
import { attempt } from './report-once.ts';
import { requestsSentFor } from './sent-requests.ts';

/** What is known before the answer. */
export type BeforeAnswer = Pick<
  Interaction,
  | 'id'
  | 'time'
  | 'action'
  | 'conversation'
  | 'user'
  | 'prompt'
  | 'variables'
  | 'model'
  | 'parameters'
  | 'messages'
  | 'tools'
  | 'chunks'
  | 'environment'
  | 'attributes'
>;

export class RecordedCall {
  private readonly started = performance.now();
  private readonly arriving: ArrivingText;
  private readonly reader: AnswerReader;
  private responseId: string | null = null;
  /** What the answer says of who gave it. */
  private response: ResponseFacts | undefined;
  /** Whether it came in pieces; null: it has not come. */
  private isStream: boolean | null = null;
  /** What the stream itself said went wrong. */
  private failure: Interaction['error'] = null;
  private isEnded = false;
  /** The answer came from the response cache. */
  private fromCache = false;
  /** Requests that were sent for it; undefined: not known. */
  private requests: number | undefined;
  /** USD by the headers of the response; null: they do not say. */
  private headerCost: number | null = null;

  constructor(
    format: BodyFormat,
    private readonly before: BeforeAnswer,
    private readonly errorOf: (error: unknown) => NonNullable<Interaction['error']>,
    private readonly write: (interaction: Interaction) => void,
  ) {
    this.arriving = new ArrivingText(() => this.elapsed, {});
    this.reader = answerReader(format, before.model ?? 'the model', this.arriving);
  }

  get id(): string {
    return this.before.id;
  }

  /** Requests that were sent until a response or an error came; undefined: not known. */
  sent(requests: number | undefined): void {
    this.requests = requests ?? this.requests;
  }

  /** The headers of the response. `get` reads one by its lower-case name. */
  headers(get: (name: string) => string | null): void {
    this.headerCost = costInHeaders(get);
  }

  /** One event of a stream. */
  add(event: unknown): void {
    if (this.isEnded || !isJsonObject(event)) return;
    this.isStream = true;
    this.hear(event);
    try {
      this.reader.add(event);
    } catch (error) {
      this.onMalformed(error);
    }
  }

  /** The whole answer. */
  whole(answer: unknown): void {
    if (this.isEnded) return;
    this.isStream = false;
    if (isJsonObject(answer)) {
      this.hear(answer);
      try {
        this.reader.addWhole(answer, 200);
      } catch (error) {
        this.onMalformed(error);
      }
    }
    this.end();
  }

  /** Nothing more comes. */
  end(): void {
    const { failure, reader } = this;
    if (failure !== null) this.finish(null, failure, []);
    else if (reader.isWhole) this.finishWhole();
    else this.finish(null, { type: 'connection', message: 'The answer ended before it was complete.' }, []);
  }

  /** The application, or its user, did not want the rest. An answer that was whole by then is an answer. */
  abandon(): void {
    if (this.reader.isWhole && this.failure === null) this.finishWhole();
    else this.finish(null, null, [ABANDONED]);
  }

  /** The response cache had the answer: nothing was sent. */
  known(response: ModelResponse): void {
    this.fromCache = true;
    this.finish(response, null, []);
  }

  /** The application took the response as it is, and reads it itself: only it can. */
  unread(): void {
    this.finish(null, null, []);
  }

  fail(error: unknown): void {
    this.sent(requestsSentFor(error));
    if (!this.isEnded) this.finish(null, this.failure ?? this.errorOf(error), []);
  }

  /** The provider ended its answer: as an answer, or by breaking it off, which is an error. */
  private finishWhole(): void {
    let response: ModelResponse | null = null;
    try {
      response = this.reader.finish();
    } catch (error) {
      this.onMalformed(error);
    }
    this.finish(response, this.failure, []);
  }

  private finish(response: ModelResponse | null, error: Interaction['error'], signals: readonly Omit<Signal, 'time'>[]): void {
    if (this.isEnded) return;
    this.isEnded = true;
    attempt(() => this.record(response, error, signals));
  }

  private record(response: ModelResponse | null, error: Interaction['error'], signals: readonly Omit<Signal, 'time'>[]): void {
    const { before, arriving, responseId, fromCache } = this;
    const partial = arriving.text === '' ? null : arriving.text;
    const interaction = newInteraction({
      id: before.id,
      time: before.time,
      action: before.action,
      conversation: before.conversation,
      trace: null,
      responseId,
      user: before.user,
      prompt: before.prompt,
      variables: before.variables,
      model: before.model,
      parameters: before.parameters,
      messages: before.messages,
      tools: before.tools,
      chunks: before.chunks,
      output: response === null ? partial : answerText(response.output, response.toolCalls),
      finish: response?.finish ?? null,
      // What the cache answers costs nothing, and that is known.
      usage: fromCache ? NO_USAGE : this.reader.isWhole ? this.reader.usage : null,
      ...servedOf(fromCache ? null : response),
      costUsd: fromCache ? 0 : (response?.costUsd ?? (response === null ? null : this.headerCost)),
      attempts: fromCache ? undefined : this.requests,
      attributes: before.attributes,
      response: fromCache ? undefined : this.response,
      ttftMs: arriving.ttftMs,
      latencyMs: this.elapsed,
      error,
      environment: before.environment,
      signals: signals.map((signal) => ({ ...signal, time: new Date().toISOString() })),
      isStream: this.isStream,
    });
    this.write(interaction);
  }

  private hear(said: JsonObject): void {
    this.named(said);
    const facts = responseFactsIn(said);
    if (facts !== undefined) this.response = mergedFacts(this.response, facts);
  }

  private named(answer: JsonObject): void {
    if (this.responseId !== null) return;
    this.responseId = idIn(answer);
    if (this.responseId !== null) nameResponse(this.responseId, this.id);
  }

  private onMalformed(error: unknown): void {
    this.failure ??= this.errorOf(error);
  }

  private get elapsed(): number {
    return performance.now() - this.started;
  }
}

/** What changes the price of the call, where the provider says it. */
function servedOf(response: ModelResponse | null): Pick<Interaction, 'served'> {
  if (response === null) return {};
  const { service, region, charges } = response;
  if (service === undefined && region === undefined && charges === undefined) return {};
  return {
    served: {
      ...(service === undefined ? {} : { service }),
      ...(region === undefined ? {} : { region }),
      ...(charges === undefined ? {} : { charges }),
    },
  };
}

const ABANDONED = { kind: 'implicit', name: 'abandoned', value: true, annotator: 'code', by: null, note: null } as const;

/** Of a chunk, a message, or an event that carries one. */
function idIn({ id, message, response }: JsonObject): string | null {
  const found = [id, isJsonObject(message) ? message['id'] : null, isJsonObject(response) ? response['id'] : null];
  return found.find((item): item is string => typeof item === 'string' && item !== '') ?? null;
}
