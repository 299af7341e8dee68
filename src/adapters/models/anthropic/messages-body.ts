/** ModelRequest → the body of Anthropic's Messages API. */
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import { cutAtMarks, markedTexts, marksIn, systemEnd, type MarkedText } from '../../../core/economics/prefix/prefix-ends.ts';
import { reasoningOf, toolCallsOf, toolResultsOf, type CacheMark, type Message, type Part } from '../../../core/prompt/request.ts';
import { parseJson } from '../../../core/json/json.ts';
import { dataUrlOf } from '../../../core/files/data-url.ts';
import { kindOfMedia } from '../../../core/files/media-type.ts';
import type { ModelRequest } from '../../../core/model/model-request.ts';

export interface MessagesCache {
  /** How long a marked prefix is kept: 5 minutes for 1.25 times the input's price, an hour for 2 times; null: nothing is marked. */
  readonly ttl: '5m' | '1h' | null;
  /** The answer whose request this one is compared with, for the reason of a miss. */
  readonly comparedWith: string | null;
}

/** The API has no default; a prompt that sets no limit gets this many. Tokens. */
export const DEFAULT_LIMIT = 4096;

/** As `@anthropic-ai/sdk` 1.12 sends it. */
export const ANTHROPIC_VERSION = '2026-10-21';

type Input = Pick<ModelRequest, 'messages' | 'tools' | 'output' | 'parameters' | 'marks'>;

/** System text stands apart from the messages, wherever in the prompt it was (Messages API; its compatible endpoint does the same). */
export function messagesBody(model: string, { messages, tools, output, parameters, marks }: Input, cache: MessagesCache): JsonObject {
  const mark = cache.ttl === null ? null : { type: 'ephemeral', ...(cache.ttl === '1h' ? { ttl: '1h' } : {}) };
  const places = mark === null ? [] : (marks ?? systemEnd(messages));
  const block = ({ text, isMarked }: MarkedText): JsonObject => ({
    ...{ type: 'text', text },
    ...(mark !== null && isMarked ? { cache_control: mark } : {}),
  });
  const system = messages.flatMap((message, i) => (message.role === 'system' ? markedTexts(message, i, places).map(block) : []));
  const written: JsonObject[] = tools.map(({ name, description, parameters: schema }) => ({
    name,
    ...(description === null ? {} : { description }),
    input_schema: schema,
  }));
  const config = outputConfig(output, parameters);
  return {
    model,
    max_tokens: typeof parameters['maxOutputTokens'] === 'number' ? parameters['maxOutputTokens'] : DEFAULT_LIMIT,
    // Tools come first, then system text, then messages: a mark behind covers what stands before it.
    ...(written.length === 0 ? {} : { tools: places.length === 0 ? marked(written, mark) : written }),
    ...(system.length === 0 ? {} : { system }),
    messages: messages.flatMap((message, i) => (message.role === 'system' ? [] : messageOf(message, i, places, block))),
    ...(config === null ? {} : { output_config: config }),
    ...(cache.comparedWith === null ? {} : { diagnostics: { previous_message_id: cache.comparedWith } }),
    ...messagesParameters(parameters),
  };
}

function marked(blocks: readonly JsonObject[], mark: JsonObject | null): JsonObject[] {
  return blocks.map((block, i) => (mark !== null && i === blocks.length - 1 ? { ...block, cache_control: mark } : block));
}

function messageOf(message: Message, at: number, marks: readonly CacheMark[], block: (text: MarkedText) => JsonObject): JsonObject[] {
  const results = toolResultsOf(message);
  if (results.length > 0) {
    return [{ role: 'user', content: results.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id ?? '', content: text })) }];
  }
  const calls = toolCallsOf(message).map(({ id, name, arguments: text }): JsonObject => ({
    type: 'tool_use',
    id: id ?? '',
    name,
    input: parseJson(text) ?? {},
  }));
  const parts = message.content.flatMap((part, p) =>
    'text' in part && part.text !== '' ? cutAtMarks(part.text, marksIn(marks, at, p)).map(block) : blockOf(part),
  );
  const content = [...reasoningOf(message), ...parts, ...calls];
  return content.length === 0 ? [] : [{ role: message.role === 'model' ? 'assistant' : 'user', content }];
}

function blockOf(part: Part): JsonObject[] {
  if (!('media' in part)) return [];
  const { url } = part.media;
  const held = dataUrlOf(url);
  const source = held === null ? { type: 'url', url } : { type: 'base64', media_type: held.type, data: held.base64 };
  return [{ type: kindOfMedia(part.media) === 'pdf' ? 'document' : 'image', source }];
}

/** Claude takes a JSON Schema; it has no mode for JSON of any shape, which the prompt itself must ask for. */
function outputConfig({ format, schema }: OutputSpec, parameters: Parameters): JsonObject | null {
  const effort = parameters['reasoningEffort'] ?? parameters['reasoning_effort'];
  const given = parameters['output_config'] as JsonObject | undefined;
  const config = {
    ...(format === 'json' && schema !== null ? { format: { type: 'json_schema', schema } } : {}),
    ...(effort === undefined ? {} : { effort: effort as JsonValue }),
    ...given,
  };
  return Object.keys(config).length === 0 ? null : config;
}

const NAMES: Readonly<Record<string, string>> = { topP: 'top_p', topK: 'top_k', stop: 'stop_sequences' };
const ELSEWHERE = ['maxOutputTokens', 'reasoningEffort', 'reasoning_effort', 'output_config'];

function messagesParameters(parameters: Parameters): JsonObject {
  const given = Object.entries(parameters).filter(([name, value]) => value !== undefined && !ELSEWHERE.includes(name));
  return Object.fromEntries(given.map(([name, value]) => [NAMES[name] ?? name, value as JsonValue]));
}
