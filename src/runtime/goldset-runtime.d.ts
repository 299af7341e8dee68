/** `goldset/runtime`: prompts of the repository in an application, and a record of what became of them. docs/runtime.md tells it on a page. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// --- Prompts

export interface LoadPromptOptions {
  /** A name of `goldset deploy`: the prompt as it was at the version that the name points at. */
  readonly deployment?: string;
  /** Where goldset.yaml is; otherwise the nearest folder upward from the current one that has it, else the git root. */
  readonly root?: string;
  /** `provider:model` instead of what the prompt and goldset.yaml say. */
  readonly model?: string;
}

/**
 * Reads a prompt with its partials. `name`: its path below the root, with or without its ending, or its bare name where only one has it.
 * @throws {LoadPromptError}
 */
export declare function loadPrompt(name: string, options?: LoadPromptOptions): Promise<LoadedPrompt>;

export interface LoadedPrompt {
  /** Path below the root, with forward slashes. */
  readonly name: string;
  /** SHA-256 of what decides the request, as `goldset versions` shows it. */
  readonly version: string;
  /** `provider:model`, as written. */
  readonly model: string;
  readonly parameters: { readonly [name: string]: Json };
  readonly tools: readonly ToolDefinition[];
  readonly output: { readonly format: 'json' | 'text' | null; readonly schema: { readonly [key: string]: Json } | null };
  /** What the template prints is text, whatever is in it: no value becomes a role or a message. @throws {LoadPromptError} */
  render(variables?: { readonly [name: string]: unknown }): RenderedPrompt;
  /**
   * Sends the prompt by a client of `openai` or `@anthropic-ai/sdk`, as `goldset run` sends it, and gives the answer in one form for all
   * of them. A client of `withCapture` records it with this prompt and these variables.
   * @throws {LoadPromptError} what `render` throws; `ask/client` for a client that cannot send it; `cache/miss` when frozen.
   * Errors of the client pass through as they are.
   */
  ask(client: object, variables?: { readonly [name: string]: unknown }, options?: AskOptions): Promise<Answer>;
}

export interface AskOptions {
  /**
   * The response cache that `goldset run` reads and writes, in `.goldset/cache/` of the prompt's root. `off` (default): not used. `use`:
   * read and written. `refresh`: only written. `frozen`: only read, and a miss is an error.
   */
  readonly cache?: 'use' | 'refresh' | 'off' | 'frozen';
  /** The text as it arrives; from the cache it arrives at once. */
  readonly onText?: (text: string) => void;
  readonly signal?: Signal;
  /** Hears once of each kind of trouble with the cache; otherwise it is a line on standard error. The call goes on. */
  readonly onProblem?: (problem: string) => void;
}

export interface Answer {
  readonly text: string;
  readonly toolCalls: readonly {
    readonly id: string | null;
    readonly name: string;
    /** JSON, as the model wrote it. */ readonly arguments: string;
  }[];
  /** Null: the provider did not say. */
  readonly finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'refusal' | null;
  /** Tokens; `input` includes what was read from and written to the provider's cache. Of the call that was paid for. Null: not reported. */
  readonly usage: {
    readonly input: number;
    readonly cacheRead: number;
    readonly cacheWriteShort: number;
    readonly cacheWriteLong: number;
    readonly output: number;
    readonly reasoning: number;
  } | null;
  /** ms from the request to the first content, and to the end; of the call that was paid for. Null: not known. */
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  /** `cache`: nothing was sent. */
  readonly source: 'model' | 'cache';
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the arguments. */
  readonly parameters: { readonly [key: string]: Json };
}

/** One request in the form of each client, with model, parameters, tools and output schema. */
export interface RenderedPrompt {
  /** For `openai.chat.completions.create`. */
  readonly chat: ChatBody;
  /** For `openai.responses.create`. */
  readonly responses: ResponsesBody;
  /** For `anthropic.messages.create`. */
  readonly anthropic: MessagesBody;
}

export interface ChatBody {
  model: string;
  messages: ChatMessage[];
}

export type ChatMessage =
  | { role: 'system'; content: string }
  | { role: 'developer'; content: string }
  | { role: 'user'; content: string | ({ type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } })[] }
  | {
      role: 'assistant';
      content: string | null;
      tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
    }
  | { role: 'tool'; tool_call_id: string; content: string };

export interface ResponsesBody {
  model: string;
  input: ResponsesMessage[];
}

export type ResponsesMessage = {
  role: 'system' | 'developer' | 'user' | 'assistant';
  content: string | ({ type: 'input_text'; text: string } | { type: 'input_image'; image_url: string; detail: 'auto' })[];
};

export interface MessagesBody {
  model: string;
  max_tokens: number;
  system?: { type: 'text'; text: string }[];
  messages: MessagesMessage[];
}

export interface MessagesMessage {
  role: 'user' | 'assistant';
  content: string | ({ type: 'text'; text: string } | { type: 'image'; source: { type: 'url'; url: string } })[];
}

/** A prompt could not be loaded, rendered or asked: what happened, and in `hint` what to do next. */
export declare class LoadPromptError extends Error {
  constructor(code: string, sentence: string, hint: string | undefined, options?: ErrorOptions);
  readonly name: 'LoadPromptError';
  readonly code: string;
  readonly hint: string | null;
}

// --- Capture

export interface CaptureOptions {
  /** What the user pays attention to: calls of one action have the same `id`. A function is called for each call, such as to read an AsyncLocalStorage. */
  readonly action?: Action | (() => Action | null | undefined);
  readonly conversation?: string;
  /** Only a hash of it is written. */
  readonly user?: string;
  readonly prompt?: LoadedPrompt | { readonly name: string; readonly version?: string };
  readonly variables?: { readonly [name: string]: unknown };
  /** What retrieval found, best first. */
  readonly chunks?: readonly (string | RetrievedChunk)[];
  /** Such as `production`. */
  readonly environment?: string;
  /** As goldset.yaml calls it; otherwise `openai` or `anthropic` at their own addresses, and elsewhere the server's host. */
  readonly provider?: string;
  /** Asks a chat completion's stream to report its usage. It changes the request: the last chunk then has no choices. */
  readonly includeUsage?: boolean;
  /** What else there is to say about a call: tenant, region, release. Values of keys such as `user_id`, `email` or `name` are stored only as a hash. */
  readonly attributes?: Attributes | (() => Attributes | null | undefined);
  /** Taken out of these records besides what goldset.yaml says: by a function for each text, or by fields and patterns as in `capture.redact`. */
  readonly redact?: RedactRules | ((text: string) => string);
  /**
   * The share of actions, else of conversations, else of calls, that is recorded, from 0 to 1. The others wait for a while: one with an error or
   * a bad ending, or that a signal comes for meanwhile, is stored after all. Records have the attributes `goldset.sample_rate` and `goldset.sampled`.
   */
  readonly sampleRate?: number;
  readonly sink?: Sink;
  /** The interaction's id, before the call is sent. */
  readonly onId?: (id: string) => void;
}

export interface Action {
  readonly type: string;
  readonly id: string;
}

export interface Attributes {
  readonly [name: string]: string | number | boolean;
}

export interface RedactRules {
  /** Paths into a record, such as `variables.email`. */
  readonly fields?: readonly string[];
  /** Regular expressions in RE2's syntax. */
  readonly patterns?: readonly string[];
}

export type ActionOptions = Pick<CaptureOptions, 'environment' | 'attributes' | 'redact' | 'sampleRate' | 'sink'>;

export interface CostOptions {
  /** What it was; otherwise what the name says. */
  readonly type?: 'embeddings' | 'rerank' | 'image' | 'other';
  /** `provider:model`. */
  readonly model?: string;
  readonly latencyMs?: number;
}

/** An action that `withCapture` takes, and that is told what it costs besides the calls of captured clients. */
export interface NamedAction extends Action {
  /** Of its options; a captured client that says no other follows it. */
  readonly sampleRate?: number;
  /** Records a cost in US dollars, such as of a search or a reranker. */
  cost(name: string, usd: number, options?: CostOptions): void;
}

/** Names an action. Give it to `withCapture` as `action`, and say what else it costs. */
export declare function action(type: string, id: string, options?: ActionOptions): NamedAction;

/** A client whose calls are recorded. */
export type Captured<Client extends object> = Client & {
  /** The same function. When it throws, rejects, or returns what says that it failed, the call that came before has the signal `tool-failure`. */
  tool<Fn extends (...given: never[]) => unknown>(name: string, fn: Fn): Fn;
};

export interface RetrievedChunk {
  readonly id?: string | null;
  readonly text: string;
  readonly score?: number | null;
}

/**
 * The same client, recording its calls. Wrap it again for one request to add what is known there; what is said later counts, and a
 * call is recorded once. Nothing that goes wrong with the record reaches the application.
 */
export declare function withCapture<Client extends object>(client: Client, options?: CaptureOptions): Captured<Client>;

/**
 * The id of the interaction that this belongs to: a completion, message, response or stream, what a helper made of it, the `Response` of
 * `asResponse()`, or an answer of `ask`. Of a helper that makes several calls: of the last. Null: it was not recorded, or cannot be told.
 */
export declare function interactionOf(answer: object): string | null;

export interface SignalOptions {
  /** Known names have theirs. */
  readonly kind?: 'explicit' | 'implicit' | 'operational';
  readonly annotator?: 'human' | 'model' | 'code';
  /** Who or what said it. It is written as it is. */
  readonly by?: string;
  readonly note?: string;
  /** Where the interaction was written; otherwise where this process last captured to. */
  readonly sink?: Sink;
}

/** Says what became known about an interaction. `id`: the interaction's, or the provider's own id of the answer. */
export declare function signal(id: string, name: string, value?: number | string | boolean | null, options?: SignalOptions): void;

/** Where records go: `.goldset/interactions/` of a root, another folder, or a server that takes OTLP/HTTP. */
export type Sink = FolderSink | OtlpSink;

export interface FolderSink {
  /** Where goldset.yaml is; otherwise it is looked for upward from the current folder. */
  readonly root?: string;
  /** A folder of day files, instead of `.goldset/interactions/` of the root. */
  readonly folder?: string;
  readonly onProblem?: (problem: string) => void;
}

export interface OtlpSink {
  /** Such as `http://127.0.0.1:4318`; `/v1/traces` and `/v1/logs` are below it. */
  readonly endpoint: string;
  readonly headers?: { readonly [name: string]: string };
  /** The name of the service, in `goldset/runtime/otlp`; in Node it is OTEL_SERVICE_NAME. */
  readonly service?: string;
  readonly onProblem?: (problem: string) => void;
}

/** Writes what waits to be written. Never rejects. Wait for it where a process is frozen or ended after each request, as in serverless functions. */
export declare function flush(): Promise<void>;

/** AbortSignal, where an application's types have it. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } } ? Known : unknown;
