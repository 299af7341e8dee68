/** What a prompt becomes for one set of variables, before a provider's format is known. */
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { OutputSpec, Parameters, SegmentSource } from './document.ts';
import type { ToolCall, ToolDefinition, ToolResult } from '../tool.ts';

/**
 * A piece of the rendered prompt with its origin. Text of a variable is only ever in a `value`;
 * structure is only ever a `marker`. Nothing reads structure out of text.
 */
export type Segment =
  | { readonly kind: 'literal'; readonly text: string; readonly source: SegmentSource }
  | {
      readonly kind: 'value';
      readonly text: string;
      readonly expression: string;
      readonly source: SegmentSource;
      /** The value is an object, or a list with one, that is printed as `[object Object]`. */
      readonly isObject?: true;
    }
  | { readonly kind: 'marker'; readonly marker: Marker; readonly source: SegmentSource };

export type TextSegment = Exclude<Segment, { kind: 'marker' }>;

export type Marker =
  /** `isWhole`: it begins a message of its own, whose text is kept as it is, also when it is empty. */
  | { readonly type: 'role'; readonly role: string; readonly isWhole?: true }
  | { readonly type: 'history' }
  | { readonly type: 'media'; readonly url: string; readonly contentType: string | null }
  | { readonly type: 'section'; readonly name: string };

export type Part =
  | { readonly text: string }
  | {
      readonly media: {
        readonly url: string;
        readonly contentType?: string;
        /** Of a PDF that was read; null: its bytes do not tell. */
        readonly pages?: number | null;
        /** Of audio that was read; null: its bytes do not tell. */
        readonly seconds?: number | null;
        /** The address is text of a case that stands for itself: no file is read for it. */
        readonly isLiteral?: true;
      };
    }
  | { readonly metadata: JsonObject }
  /** What a model asked for, in a message of its own (`model`). */
  | { readonly toolCall: ToolCall }
  /** What it got, in a message with the role `tool`. */
  | { readonly toolResult: ToolResult }
  /** A provider's own record of its reasoning, which it wants back unchanged with the results of tools. */
  | { readonly reasoning: JsonObject };

/** `role` as the format writes it; model clients translate (`model` is `assistant`). */
export interface Message {
  readonly role: string;
  readonly content: readonly Part[];
  readonly metadata?: JsonObject;
}

/** A place in the text of a request, behind which a provider's cache may end. */
export interface CacheMark {
  /** Of `messages`. */
  readonly message: number;
  readonly part: number;
  /** Characters into the text of the part. */
  readonly at: number;
}

/** A place where text of the template ends that stands in every request with the same values before it. */
export interface PrefixEnd extends CacheMark {
  /** Expressions printed before it, as written; without those that print a day's date. */
  readonly printed: readonly string[];
}

export interface RenderedRequest {
  readonly segments: readonly Segment[];
  readonly messages: readonly Message[];
  /** By message and part: what its text is made of, in order; empty for media and for messages of the history. */
  readonly origins: readonly (readonly (readonly TextSegment[])[])[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  /** In the order in which a provider reads the request; absent: not known. */
  readonly ends?: readonly PrefixEnd[];
  /** Where its prefix is marked for the provider's cache, where a request may have marks; absent: at the end of the system text. */
  readonly marks?: readonly CacheMark[];
  /** Expressions that printed an object as `[object Object]`; absent: none. */
  readonly objects?: readonly string[];
}

/** dotprompt's data argument. */
export interface RenderData {
  readonly input: JsonObject;
  readonly messages?: readonly Message[];
  readonly docs?: readonly JsonValue[];
  /** `@key` in a template. */
  readonly context?: JsonObject;
  /** Put before and after the text of the last user message (promptfoo's `options.prefix` and `suffix`). */
  readonly prefix?: string;
  readonly suffix?: string;
  /** A conversation that goes on from what is rendered, if it begins with an answer, or that is sent in its place. */
  readonly turns?: readonly Message[];
  /** Texts of variables that stand for themselves: none of them is the path of a file. */
  readonly literals?: readonly string[];
}

/** All text of a message's parts. */
export const textOf = (message: Message): string => message.content.map((part) => ('text' in part ? part.text : '')).join('');

export const toolCallsOf = ({ content }: Message): ToolCall[] => content.flatMap((part) => ('toolCall' in part ? [part.toolCall] : []));

export const toolResultsOf = ({ content }: Message): ToolResult[] =>
  content.flatMap((part) => ('toolResult' in part ? [part.toolResult] : []));

export const reasoningOf = ({ content }: Message): JsonObject[] => content.flatMap((part) => ('reasoning' in part ? [part.reasoning] : []));
