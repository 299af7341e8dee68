/** ModelRequest → the body of OpenAI's Responses API. */
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import { reasoningOf, textOf, toolCallsOf, toolResultsOf, type CacheMark, type Message, type Part } from '../../../core/prompt/request.ts';
import { dataUrlOf } from '../../../core/files/data-url.ts';
import { kindOfMedia } from '../../../core/files/media-type.ts';
import { CHAT_ONLY } from '../../../core/economics/parameter-fit.ts';
import { cutAtMarks, marksIn } from '../../../core/economics/prefix/prefix-ends.ts';
import { BREAKPOINT, leadingSystemEnd, type ChatInput } from './chat-body.ts';

export interface CacheOptions {
  /** How long the provider keeps the prefix; null: as it does by itself. */
  readonly ttl: '30m' | '12h' | null;
  /** The response whose request this one is compared with, for the reason of a miss. */
  readonly comparedWith: string | null;
}

/**
 * `store`: whether OpenAI keeps the response for later calls. Nothing here needs it but the comparison of two requests, so
 * nothing is stored otherwise.
 */
export function responsesBody(
  model: string,
  { messages, tools, output, parameters, cacheKey, breakpoint, marks }: ChatInput,
  cache: CacheOptions & { readonly store: boolean },
): JsonObject {
  const places = breakpoint === true ? (marks ?? leadingSystemEnd(messages)) : [];
  const format = textFormat(output);
  const options = cacheOptions(cache);
  return {
    model,
    input: messages.flatMap((message, i) => inputItems(message, i, places)),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ name, description, parameters: schema }) => ({
            type: 'function',
            name,
            ...(description === null ? {} : { description }),
            parameters: schema,
            strict: false,
          })),
          // What is not stored there has to come back with the results of tools.
          ...(cache.store ? {} : { include: ['reasoning.encrypted_content'] }),
        }),
    ...(format === null ? {} : { text: { format } }),
    ...(cacheKey === undefined ? {} : { prompt_cache_key: cacheKey }),
    ...(options === null ? {} : { prompt_cache_options: options }),
    store: cache.store,
    ...responsesParameters(parameters),
  };
}

function inputItems(message: Message, at: number, marks: readonly CacheMark[]): JsonObject[] {
  const results = toolResultsOf(message);
  if (results.length > 0) return results.map(({ id, text }) => ({ type: 'function_call_output', call_id: id ?? '', output: text }));
  const calls: JsonObject[] = toolCallsOf(message).map(({ id, name, arguments: text }) => ({
    type: 'function_call',
    call_id: id ?? '',
    name,
    arguments: text,
  }));
  const role = message.role === 'model' ? 'assistant' : message.role;
  // What an assistant said is text; parts of the other kinds are for input only.
  const content: JsonValue =
    role === 'assistant' ? textOf(message) : message.content.flatMap((part, p) => inputPart(part, marksIn(marks, at, p)));
  const before = reasoningOf(message);
  if (content.length === 0) return [...before, ...calls];
  const [only] = content;
  const isPlain =
    Array.isArray(content) &&
    content.length === 1 &&
    (only as JsonObject)['type'] === 'input_text' &&
    (only as JsonObject)['prompt_cache_breakpoint'] === undefined;
  return [...before, { role, content: isPlain ? textOf(message) : content }, ...calls];
}

function inputPart(part: Part, marks: readonly number[]): JsonObject[] {
  if ('text' in part)
    return cutAtMarks(part.text, marks).map(({ text, isMarked }) => ({ type: 'input_text', text, ...(isMarked ? BREAKPOINT : {}) }));
  if (!('media' in part)) return [];
  const { url } = part.media;
  if (kindOfMedia(part.media) !== 'pdf') return [{ type: 'input_image', image_url: url, detail: 'auto' }];
  return [{ type: 'input_file', ...(dataUrlOf(url) === null ? { file_url: url } : { filename: 'document.pdf', file_data: url }) }];
}

function textFormat({ format, schema, name, strict }: OutputSpec): JsonObject | null {
  if (format !== 'json') return null;
  return schema === null ? { type: 'json_object' } : { type: 'json_schema', name: name ?? 'output', schema, strict };
}

function cacheOptions({ ttl, comparedWith }: CacheOptions): JsonObject | null {
  if (ttl === null && comparedWith === null) return null;
  return { ...(ttl === null ? {} : { ttl }), ...(comparedWith === null ? {} : { comparison_response_id: comparedWith }) };
}

/** A prompt with a parameter that only Chat Completions has is sent there. */
export const needsChat = (parameters: Parameters): boolean => CHAT_ONLY.some((name) => parameters[name] !== undefined);

const NAMES: Readonly<Record<string, string>> = { topP: 'top_p', topK: 'top_k', maxOutputTokens: 'max_output_tokens' };

function responsesParameters(parameters: Parameters): JsonObject {
  const body: JsonObject = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (name === 'reasoning_effort' || name === 'reasoningEffort') body['reasoning'] = { effort: value as JsonValue };
    else body[NAMES[name] ?? name] = value as JsonValue;
  }
  return body;
}
