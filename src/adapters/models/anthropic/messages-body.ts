/** ModelRequest → the body of Anthropic's Messages API. */
import type { JsonObject, JsonValue } from '../../../core/json.ts';
import type { OutputSpec, Parameters } from '../../../core/prompt/document.ts';
import { reasoningOf, textOf, toolCallsOf, toolResultsOf, type Message, type Part } from '../../../core/prompt/request.ts';
import { parseJson } from '../../../core/json.ts';
import { dataUrlOf } from '../../../core/data-url.ts';
import { kindOfMedia } from '../../../core/media-type.ts';
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

type Input = Pick<ModelRequest, 'messages' | 'tools' | 'output' | 'parameters'>;

/** System text stands apart from the messages, wherever in the prompt it was (Messages API; its compatible endpoint does the same). */
export function messagesBody(model: string, { messages, tools, output, parameters }: Input, cache: MessagesCache): JsonObject {
  const mark = cache.ttl === null ? null : { type: 'ephemeral', ...(cache.ttl === '1h' ? { ttl: '1h' } : {}) };
  const system = messages.filter(({ role }) => role === 'system').flatMap((message) => textBlocks(message));
  const written: JsonObject[] = tools.map(({ name, description, parameters: schema }) => ({
    name,
    ...(description === null ? {} : { description }),
    input_schema: schema,
  }));
  const config = outputConfig(output, parameters);
  return {
    model,
    max_tokens: typeof parameters['maxOutputTokens'] === 'number' ? parameters['maxOutputTokens'] : DEFAULT_LIMIT,
    // Tools come first, then system text: a mark at the end of the one covers the other.
    ...(written.length === 0 ? {} : { tools: system.length === 0 ? marked(written, mark) : written }),
    ...(system.length === 0 ? {} : { system: marked(system, mark) }),
    messages: messages.filter(({ role }) => role !== 'system').flatMap(messageOf),
    ...(config === null ? {} : { output_config: config }),
    ...(cache.comparedWith === null ? {} : { diagnostics: { previous_message_id: cache.comparedWith } }),
    ...messagesParameters(parameters),
  };
}

function marked(blocks: readonly JsonObject[], mark: JsonObject | null): JsonObject[] {
  return blocks.map((block, i) => (mark !== null && i === blocks.length - 1 ? { ...block, cache_control: mark } : block));
}

const textBlocks = (message: Message): JsonObject[] => {
  const text = textOf(message);
  return text === '' ? [] : [{ type: 'text', text }];
};

function messageOf(message: Message): JsonObject[] {
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
  const content = [...reasoningOf(message), ...message.content.flatMap(blockOf), ...calls];
  return content.length === 0 ? [] : [{ role: message.role === 'model' ? 'assistant' : 'user', content }];
}

function blockOf(part: Part): JsonObject[] {
  if ('text' in part) return part.text === '' ? [] : [{ type: 'text', text: part.text }];
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
