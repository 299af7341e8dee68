/**
 * The playground: one prompt, tried with values that a person types. The page holds the form; the extension renders, sends and keeps the
 * tries. What arrives on either side is checked by its receiver.
 */
import type { ShownRequestPiece, ShownToolCall, OutputFormat } from './detail.ts';

/** What the page calls on the extension. Calls that send reply when all is answered; a problem says why nothing was sent. */
export interface TryHost {
  /** The page is ready: everything that it shows at first. */
  ready(args: null): TryPrompt;
  /** The messages that these values give, with the cacheable prefix marked. Sends nothing. */
  render(
    args: TryInput & {
      /** Whose tokens and price are shown; absent or null: those of the prompt's own model. */ readonly model?: string | null;
    },
  ): RenderedTry;
  /** Sends the request to one to four models, each an own `lane`; `streamed` and `answered` follow. */
  send(args: TryRequest): TryProblem | null;
  /** Continues a conversation: `history` is what stands before, each turn perhaps edited, `text` the next user message. */
  followUp(args: TryFollowUp): TryProblem | null;
  /** What a tool returned, typed by a person; the conversation goes on when every call of the round has its result. */
  answerTool(args: { readonly lane: string; readonly call: number; readonly result: string }): TryProblem | null;
  stop(args: null): null;
  /** Values of a golden case or of an interaction. */
  fill(args: { readonly from: 'case' | 'interaction' | 'last'; readonly id: string }): TryInput;
  /** Opens the picker of files; null: it was closed. @throws when the file is too large or of a type that the model does not accept. */
  pickFile(args: { readonly field: string }): PickedFile | null;
  /** A file that was dropped: its bytes as base64. */
  dropFile(args: { readonly field: string; readonly name: string; readonly base64: string }): PickedFile;
  /** Models to choose from, by where they come from. */
  models(args: null): readonly TryModelGroup[];
  /** Adds a golden case with what this try sent and what the person accepts. Null: the person cancelled. */
  keep(args: { readonly lane: string; readonly expected: string | null }): { readonly case: string; readonly file: string } | null;
  /** The request of a lane as a program that sends the same bytes; copied to the clipboard. */
  copyAs(args: { readonly lane: string; readonly form: 'curl' | 'typescript' | 'python' }): null;
  /** Earlier tries of this prompt, newest first, whose texts contain `search`. */
  history(args: { readonly search: string; readonly from: number; readonly count: number }): {
    readonly total: number;
    readonly tries: readonly TrySummary[];
    /** Why a stored try is not listed, as a sentence; null or absent: all are. */
    readonly note?: string | null;
  };
  openTry(args: { readonly id: string }): KeptTry;
  /** Runs a command of an error's button. */
  act(args: { readonly action: TryAction }): null;
}

/** What the extension tells the page. */
export interface TryPage {
  /** The prompt or its settings changed: the form and the messages are made again, the values stay. */
  changed(args: TryPrompt): void;
  /** Text or thinking that arrived; `ttftMs` with the first. */
  streamed(args: { readonly lane: string; readonly text: string; readonly thinking: string; readonly ttftMs: number | null }): void;
  /** What is happening instead of an answer: "rate limited, retrying in 4 s". */
  waiting(args: { readonly lane: string; readonly note: string }): void;
  answered(args: TryAnswer): void;
}

export interface TryPrompt {
  /** As people name it: its path, with `#NAME` for a prompt in code. */
  readonly name: string;
  /** First eight characters. */
  readonly version: string;
  /** Why it cannot be tried; null: it can. */
  readonly problem: TryProblem | null;
  readonly fields: readonly TryField[];
  /** The model that would be used; null: none is named. */
  readonly model: string | null;
  /** Values to begin with: defaults, else the last try's. */
  readonly input: TryInput;
  readonly cases: readonly { readonly id: string; readonly title: string }[];
  readonly interactions: readonly { readonly id: string; readonly title: string }[];
  readonly tools: readonly string[];
}

export interface TryField {
  readonly name: string;
  /** `json`: an object or a list, typed as JSON. `media`: a file. */
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json' | 'media';
  readonly choices: readonly string[];
  readonly required: boolean;
  /** From the schema; null: none. */
  readonly description: string | null;
}

export interface TryInput {
  /** By field: the text in its control; a JSON field's as JSON, a file's is its path. */
  readonly values: Readonly<Record<string, string>>;
}

export interface PickedFile {
  /** What the field holds from now on. */
  readonly value: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

export interface RenderedTry {
  readonly messages: readonly { readonly role: string; readonly pieces: readonly ShownRequestPiece[] }[];
  /** Problems of the values or of the template, by field where they belong to one. */
  readonly problems: readonly { readonly field: string | null; readonly message: string }[];
  readonly tokens: {
    readonly input: number;
    readonly cacheable: number;
    readonly minimum: number | null;
    readonly basis: 'exact' | 'estimated';
  } | null;
  /** USD of the input of one call of the chosen model; null: no price is known. */
  readonly inputCostUsd: number | null;
}

export interface TryRequest extends TryInput {
  readonly lanes: readonly TryLane[];
  /** Answered from the cache when the same was sent before. */
  readonly useCache: boolean;
}

/** One model at one effort. `id` is the page's. */
export interface TryLane {
  readonly id: string;
  readonly model: string;
  readonly effort: string | null;
}

export interface TryFollowUp {
  readonly lane: string;
  readonly history: readonly TryTurn[];
  readonly text: string;
}

export interface TryTurn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

export interface TryAnswer {
  readonly lane: string;
  readonly text: string;
  readonly thinking: string;
  readonly format: OutputFormat;
  /** Calls that wait for their results; empty: the answer is complete. */
  readonly toolCalls: readonly ShownToolCall[];
  /** What the output's schema says against it; null: there is no schema. */
  readonly schema: { readonly valid: boolean; readonly message: string } | null;
  readonly finish: string | null;
  readonly source: 'model' | 'cache' | 'scripted';
  readonly tokens: {
    readonly input: number;
    readonly cacheRead: number;
    readonly output: number;
    readonly reasoning: number | null;
    readonly basis: 'reported' | 'estimated';
  } | null;
  readonly costUsd: number | null;
  /** The price is of a scripted model: nothing was paid. */
  readonly wouldCost: boolean;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly sentWithout: readonly string[];
  readonly problem: TryProblem | null;
  /** Of the kept try. */
  readonly id: string;
}

export type TryAction = 'manage-keys' | 'choose-model' | 'manage-trust' | 'open-settings' | 'show-log' | 'open-prompt' | 'use-folder';

export interface TryProblem {
  readonly message: string;
  readonly hint: string | null;
  readonly action: TryAction | null;
}

export interface TryModelGroup {
  readonly title: string;
  readonly models: readonly { readonly id: string; readonly note: string | null; readonly efforts: readonly string[] }[];
}

export interface TrySummary {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly model: string;
  readonly version: string;
  /** First line of the most telling input. */
  readonly title: string;
  readonly preview: string;
  readonly costUsd: number | null;
}

export interface KeptTry {
  readonly summary: TrySummary;
  /** The model that was sent to; with its id the conversation can be continued, kept and copied. */
  readonly lane: TryLane;
  readonly input: TryInput;
  readonly turns: readonly TryTurn[];
  readonly answer: TryAnswer;
}
