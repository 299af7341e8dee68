/** ModelRequest → the body of a chat completion. Also what `goldset render --format openai` and Preview Request show. */
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import type { ToolDefinition } from '../../../core/tool.ts';
import { cutAtMarks, markedTexts, marksIn, systemEnd, type MarkedText } from '../../../core/economics/prefix/prefix-ends.ts';
import { textOf, toolCallsOf, toolResultsOf, type CacheMark, type Message, type Part } from '../../../core/prompt/request.ts';
import { dataUrlOf } from '../../../core/files/data-url.ts';
import { kindOfMedia, type MediaAddress } from '../../../core/files/media-type.ts';
import { DIALECTS, type Dialect } from '../../../core/config/dialects.ts';

export interface ChatInput {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
  readonly parameters: Parameters;
  readonly cacheKey?: string;
  /** Mark the prefix for the provider's cache. */
  readonly breakpoint?: boolean;
  readonly marks?: readonly CacheMark[];
}

export function chatBody(
  model: string,
  { messages, tools, output, parameters, cacheKey, breakpoint, marks }: ChatInput,
  dialect: Dialect = DIALECTS.openai,
): JsonObject {
  return {
    model,
    messages: breakpoint === true ? withBreakpoints(messages, marks ?? leadingSystemEnd(messages)) : messages.flatMap(chatMessage),
    ...(tools.length > 0 ? { tools: tools.map(chatTool) } : {}),
    ...responseFormat(output, dialect),
    ...(cacheKey === undefined ? {} : { prompt_cache_key: cacheKey }),
    // What the prompt says comes last, and so first.
    ...chatParameters(parameters, dialect),
  };
}

/** OpenAI, Prompt caching (gpt-5.6 and later): a prefix is found again at marks that an earlier request had too. */
function withBreakpoints(messages: readonly Message[], marks: readonly CacheMark[]): JsonObject[] {
  return messages.flatMap((message, i) => {
    const written = chatMessage(message);
    const [only] = written;
    // What an assistant said takes no mark.
    if (only === undefined || (message.role !== 'system' && message.role !== 'user') || !marks.some((mark) => mark.message === i))
      return written;
    const block = ({ text, isMarked }: MarkedText): JsonObject => ({ type: 'text', text, ...(isMarked ? BREAKPOINT : {}) });
    const content =
      message.role === 'system'
        ? markedTexts(message, i, marks).map(block)
        : message.content.flatMap((part, p) => ('text' in part ? cutAtMarks(part.text, marksIn(marks, i, p)).map(block) : sentPart(part)));
    return [{ ...only, content }];
  });
}

export const BREAKPOINT: JsonObject = { prompt_cache_breakpoint: { mode: 'explicit' } };

/** The end of the leading system messages, of a request of which nothing else is known. */
export function leadingSystemEnd(messages: readonly Message[]): CacheMark[] {
  const first = messages.findIndex(({ role }) => role !== 'system');
  return systemEnd(messages.slice(0, first === -1 ? messages.length : first));
}

const sentPart = (part: Part): JsonObject[] => ('media' in part ? [mediaPart(part.media)] : []);

function chatMessage(message: Message): JsonObject[] {
  const results = toolResultsOf(message);
  if (results.length > 0) return results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id ?? '', content: text }));
  const content = message.content.filter((part) => 'text' in part || 'media' in part);
  const calls = toolCallsOf(message);
  if (content.length === 0 && calls.length === 0) return [];
  const role = message.role === 'model' ? 'assistant' : message.role;
  const onlyText = content.every((part) => 'text' in part);
  const called = calls.map(({ id, name, arguments: text }) => ({ id: id ?? '', type: 'function', function: { name, arguments: text } }));
  return [
    {
      role,
      content: onlyText || role !== 'user' ? (content.length === 0 ? null : textOf(message)) : content.map(chatPart),
      ...(called.length > 0 ? { tool_calls: called } : {}),
    },
  ];
}

function chatPart(part: Part): JsonObject {
  if ('media' in part) return mediaPart(part.media);
  return { type: 'text', text: 'text' in part ? part.text : '' };
}

/** Chat Completions, API reference: a file and audio are held in the request; an image may be at an address. */
function mediaPart(media: MediaAddress): JsonObject {
  const held = dataUrlOf(media.url);
  const kind = kindOfMedia(media);
  if (kind === 'pdf') return { type: 'file', file: { filename: 'document.pdf', file_data: media.url } };
  if (kind === 'audio' && held !== null)
    return { type: 'input_audio', input_audio: { data: held.base64, format: held.type === 'audio/wav' ? 'wav' : 'mp3' } };
  return { type: 'image_url', image_url: { url: media.url } };
}

const chatTool = ({ name, description, parameters }: ToolDefinition): JsonObject => ({
  type: 'function',
  function: { name, ...(description === null ? {} : { description }), parameters },
});

function responseFormat({ format, schema, name, strict }: OutputSpec, { structured }: Dialect): JsonObject {
  if (format !== 'json') return {};
  if (schema === null || structured === 'json_object') return { response_format: { type: 'json_object' } };
  return { response_format: { type: 'json_schema', json_schema: { name: name ?? 'output', schema, ...(strict ? { strict } : {}) } } };
}

const NAMES: Readonly<Record<string, string>> = { topP: 'top_p', topK: 'top_k' };

function chatParameters(parameters: Parameters, { limit, parameters: own }: Dialect): JsonObject {
  const body: JsonObject = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const translate = Object.hasOwn(own, name) ? own[name] : undefined;
    if (translate) Object.assign(body, translate(value));
    else body[name === 'maxOutputTokens' ? limit : (NAMES[name] ?? name)] = value as JsonValue;
  }
  return body;
}
