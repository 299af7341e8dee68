/** One lane of the page: a model, the conversation with it so far, and what waits for a person. */
import type { CallEvent } from '../../core/calls/ports.ts';
import { HumanError, isHumanError, isProviderError } from '../../core/problems/errors.ts';
import type { CaseMessage } from '../../core/golden/case-messages.ts';
import type { ToolMock } from '../../core/golden/tool-mocks.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Parameters } from '../../core/prompt/document.ts';
import type { Message, RenderedRequest } from '../../core/prompt/request.ts';
import type { ToolCall, ToolResult } from '../../core/tool.ts';
import type { TypedInput } from '../../core/try/typed-values.ts';
import type { TriedAnswer, TrySource } from '../../core/try/tried.ts';
import { shownWait } from '../../core/try/waiting.ts';
import type { TryLane } from '../../protocol/try.ts';
import type { RootedLoad, TryWindow } from './try-ports.ts';

/** ms in which pieces of text are gathered for the page. */
const GATHER = 30;

/** What a lane is about to send, or has sent. */
export interface LaneInput {
  readonly loaded: RootedLoad;
  readonly typed: TypedInput;
  /** By field. */
  readonly values: Readonly<Record<string, string>>;
  /** As in a golden case; undefined: what the prompt renders. */
  readonly messages: readonly CaseMessage[] | undefined;
  readonly tools: readonly ToolMock[];
  /** The interaction that the values came from; null: another source. */
  readonly interaction: TrySource | null;
}

export class LaneState {
  /** What the prompt rendered, of the first request. */
  rendered: readonly Message[] = [];
  /** All messages so far. */
  conversation: readonly Message[] = [];
  /** The calls of the last answer that wait, each with its result as soon as there is one. */
  waiting: { readonly call: ToolCall; result: string | null }[] = [];
  /** Results that a person typed, for a golden case. */
  typedResults: ToolMock[] = [];
  request: RenderedRequest | null = null;
  client: ModelClient | null = null;
  parameters: Parameters = {};
  answer: TriedAnswer | null = null;
  text = '';
  thinking = '';
  ttftMs: number | null = null;
  private pending = { text: '', thinking: '' };
  private told = false;
  /** Another lane of the same name took its place: the page hears nothing more of this one. */
  isReplaced = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    readonly lane: TryLane,
    readonly input: LaneInput,
    private readonly page: TryWindow['page'],
  ) {}

  /** Something that happened to the call of this lane. */
  take(event: CallEvent): void {
    if (event.type === 'text' || event.type === 'thinking') {
      if (event.type === 'text' && event.ttftMs !== undefined) {
        // A further attempt, or the next answer after the results of tools, begins again.
        this.text = '';
        this.ttftMs = event.ttftMs;
      }
      this[event.type] += event.text;
      this.pending[event.type] += event.text;
      this.timer ??= setTimeout(() => this.flush(), GATHER);
      return;
    }
    if (event.type === 'retry') this.thinking = '';
    const note = shownWait(event);
    if (note !== null && !this.isReplaced) this.page.waiting({ lane: this.lane.id, note });
  }

  /** Sends what has arrived to the page. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const { text, thinking } = this.pending;
    if (text === '' && thinking === '') return;
    this.pending = { text: '', thinking: '' };
    if (this.isReplaced) return;
    this.page.streamed({ lane: this.lane.id, text, thinking, ttftMs: this.told ? null : this.ttftMs });
    this.told ||= this.ttftMs !== null;
  }

  /** What tools answered, as messages that go on from the conversation; null: a result is missing. */
  results(): Message | null {
    const results = this.waiting.map(({ call, result }): ToolResult | null =>
      result === null ? null : { id: call.id, name: call.name, text: result },
    );
    const known = results.filter((result) => result !== null);
    return known.length === results.length ? { role: 'tool', content: known.map((toolResult) => ({ toolResult })) } : null;
  }
}

/** A call with its result, as a golden case says it. */
export function mockOf({ name, arguments: given }: ToolCall, result: string): ToolMock {
  const read = parseJson(given === '' ? '{}' : given);
  return { name, arguments: isJsonObject(read) ? read : null, result };
}

const ABORTED = 'provider/aborted';

/** Nothing was sent: a person stopped it, or closed the page, before that. */
export const stoppedBefore = (): HumanError => new HumanError(ABORTED, 'The call was cancelled.');

export const isStop = (error: unknown): boolean =>
  isProviderError(error) ? error.failure === 'aborted' : isHumanError(error) && error.code === ABORTED;
