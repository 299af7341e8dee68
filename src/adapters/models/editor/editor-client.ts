/** A language model that the editor offers (`vscode:…`): no key, no price, no reason why an answer ended; usage is counted here. */
import { ConfigurationError, messageOf, ProviderError, type ProviderFailure, isProviderError } from '../../../core/problems/errors.ts';
import { NO_USAGE, type Usage } from '../../../core/economics/prices/usage.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import type { ToolCall, ToolDefinition } from '../../../core/tool.ts';
import type { ModelCallOptions, ModelClient } from '../../../core/model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../../../core/model/model-request.ts';
import { excerpt } from '../../../core/text/text.ts';
import { chatBody } from '../openai/chat-body.ts';
import { ArrivingText } from '../wire.ts';
import { EDITOR_PROVIDER, editorMessages, isUnsendableImage, type EditorMessage } from './editor-messages.ts';
import { untilAborted } from './until-aborted.ts';

export interface EditorRequest {
  readonly messages: readonly EditorMessage[];
  readonly tools: readonly ToolDefinition[];
  /** Sampling parameters as the model's own extension takes them: OpenAI's names. */
  readonly options: JsonObject;
}

/** The port to one language model of the editor. */
export interface EditorModel {
  readonly vendor: string;
  readonly id: string;
  readonly family: string;
  readonly version: string;
  readonly name: string;
  /** Tokens that a request may have. */
  readonly maxInputTokens: number;
  readonly takesImages: boolean;
  /** False: the user refused; null: the editor will ask. */
  mayBeAsked(): boolean | null;
  /** Resolves when the request is accepted; pieces arrive after that. Rejects with what the editor's API throws. */
  send(request: EditorRequest, signal: AbortSignal): Promise<AsyncIterable<{ readonly text: string } | ToolCall>>;
  countTokens(text: string): Promise<number>;
}

/** The port to the editor's language models. */
export interface EditorModels {
  list(): Promise<readonly EditorModel[]>;
}

/** `vscode:vendor/family`, `vscode:vendor/id`, or one of the two without its vendor. @throws {ConfigurationError} */
export async function openEditorModel(
  name: string,
  models: EditorModels | null,
  options: { readonly deadlineMs: number; readonly now: () => number },
): Promise<ModelClient> {
  if (models === null)
    throw new ConfigurationError(
      'model/editor-only',
      `vscode:${name} is a language model of the editor and is available only there.`,
      'Run it in the editor, or choose another model: --model provider:model.',
    );
  const all = await models.list();
  const model = all.find((item) => namesOf(item).includes(name));
  if (model === undefined)
    throw new ConfigurationError(
      'model/unknown',
      `The editor offers no language model ${name}.`,
      all.length === 0
        ? 'It offers none. Sign in to an extension that provides models, such as GitHub Copilot.'
        : `It offers: ${all.map(editorModelId).slice(0, 8).join(', ')}.`,
    );
  if (model.mayBeAsked() === false)
    throw new ConfigurationError('model/refused', `You have not allowed Goldset to use ${model.name}.`, ALLOW);
  return new EditorClient(model, options);
}

const ALLOW = 'Allow it in the editor: "Accounts: Manage Language Model Access".';

const namesOf = ({ vendor, id, family }: EditorModel): string[] => [`${vendor}/${family}`, `${vendor}/${id}`, family, id];

/** As a prompt names it. */
export const editorModelId = ({ vendor, family }: EditorModel): string => `${EDITOR_PROVIDER}:${vendor}/${family}`;

/** The codes of the editor's `LanguageModelError`. */
const FAILURES: Readonly<Record<string, readonly [ProviderFailure, string]>> = {
  NoPermissions: ['authentication', ALLOW],
  NotFound: ['not-found', 'Check that the extension that provides it is installed and that you are signed in.'],
  Blocked: ['quota', 'Its quota is used up, or it is disabled for your account.'],
};

class EditorClient implements ModelClient {
  readonly source = 'model';
  readonly countsAgainstQuota = true;
  readonly pricing = null;
  readonly caching = null;
  readonly takesCacheKeys = false;
  readonly account = null;
  readonly id: string;
  readonly origin: string;
  readonly endpoint: string;
  /** The editor asks the user once: until it has, nobody else goes. */
  private consent: Promise<unknown> | null = null;

  constructor(
    private readonly model: EditorModel,
    private readonly options: { readonly deadlineMs: number; readonly now: () => number },
  ) {
    const { vendor, id, version } = model;
    this.id = editorModelId(model);
    this.origin = `${EDITOR_PROVIDER}:${vendor}`;
    this.endpoint = `${EDITOR_PROVIDER}#${vendor}/${id}#${version}`;
  }

  async complete(request: ModelRequest, { signal, ...callbacks }: ModelCallOptions): Promise<ModelResponse> {
    const { deadlineMs, now } = this.options;
    const sent = this.requestOf(request);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    const started = now();
    const arriving = new ArrivingText(() => now() - started, callbacks);
    const toolCalls: ToolCall[] = [];
    try {
      for await (const piece of untilAborted(this.send(sent, deadline), deadline)) {
        if (deadline.aborted) break;
        if ('text' in piece) arriving.add(piece.text);
        else {
          arriving.begin();
          toolCalls.push(piece);
        }
      }
      if (deadline.aborted) throw this.failure(null, signal, deadline);
      const latencyMs = arriving.elapsedMs;
      const usage = await this.usageOf(sent, arriving.text, toolCalls);
      const { text: output, ttftMs } = arriving;
      return { output, toolCalls, finish: null, usage, ttftMs, latencyMs, ...(usage === null ? {} : { usageEstimated: true }) };
    } catch (error) {
      throw isProviderError(error) ? error : this.failure(error, signal, deadline);
    }
  }

  private send(request: EditorRequest, signal: AbortSignal): ReturnType<EditorModel['send']> {
    if (this.model.mayBeAsked() !== null) return this.model.send(request, signal);
    const before = this.consent ?? Promise.resolve();
    const sent = before.then(() => this.model.send(request, signal));
    // Whoever comes next tries for itself, whatever became of this one.
    this.consent ??= sent.catch(() => null);
    return sent;
  }

  private requestOf({ messages, tools, output, parameters }: ModelRequest): EditorRequest {
    const {
      model: _model,
      messages: _messages,
      tools: _tools,
      response_format: _format,
      ...options
    } = chatBody('', { messages: [], tools: [], output, parameters });
    const converted = this.messagesOf(messages);
    if (!this.model.takesImages && converted.some(({ content }) => content.some((part) => 'image' in part)))
      throw new ProviderError('bad-request', `${this.id}: this version of the editor can’t send images to language models.`);
    return { messages: converted, tools, options };
  }

  private messagesOf(messages: ModelRequest['messages']): EditorMessage[] {
    try {
      return editorMessages(messages);
    } catch (error) {
      if (!isUnsendableImage(error)) throw error;
      throw new ProviderError(
        'bad-request',
        `${this.id}: the image ${excerpt(error.image, 80)} is a URL, and the editor sends only images that are part of the request.`,
      );
    }
  }

  /** By the model's own count, without the overhead of its format. Null: it does not count. */
  private async usageOf({ messages, tools }: EditorRequest, output: string, toolCalls: readonly ToolCall[]): Promise<Usage | null> {
    const asked = messages.flatMap(({ content }) =>
      content.map((part) => ('text' in part ? part.text : 'toolResult' in part ? part.toolResult.text : '')),
    );
    const called = toolCalls.map(({ name, arguments: text }) => `${name} ${text}`);
    try {
      const [input, answered] = await Promise.all([
        this.model.countTokens([...asked, ...(tools.length > 0 ? [JSON.stringify(tools)] : [])].join('\n')),
        this.model.countTokens([output, ...called].join('\n')),
      ]);
      return { ...NO_USAGE, input, output: answered };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return null;
    }
  }

  private failure(error: unknown, signal: AbortSignal, deadline: AbortSignal): ProviderError {
    if (signal.aborted) return new ProviderError('aborted', 'The call was cancelled.');
    if (deadline.aborted) return new ProviderError('timeout', `${this.id} did not finish within ${this.options.deadlineMs / 1000} s.`);
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    const [failure, hint] = FAILURES[code] ?? (['server', undefined] as const);
    return new ProviderError(failure, `${this.id}: ${messageOf(error)}`, null, null, hint);
  }
}
