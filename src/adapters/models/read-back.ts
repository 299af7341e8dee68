/** A body → the request that most likely made it. Messages of text only: where tools have answered, or images are shown, nothing is said. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { OutputSpec, Parameters } from '../../core/prompt/document.ts';
import type { Message } from '../../core/prompt/request.ts';
import type { ToolDefinition } from '../../core/prompt/tool.ts';
import type { ModelRequest } from '../../core/run/model-request.ts';
import { DEFAULT_LIMIT } from './anthropic/messages-body.ts';

type Asked = Pick<ModelRequest, 'messages' | 'tools' | 'output' | 'parameters'>;

/** How an answer travels, who keeps it and whose it is: nothing of what it says. */
export const BESIDE: ReadonlySet<string> = new Set([
  ...['stream', 'stream_options', 'store', 'include', 'user', 'safety_identifier', 'metadata'],
  ...['prompt_cache_key', 'prompt_cache_options', 'diagnostics'],
]);

/** Our names of parameters. */
const NAMES: Readonly<Record<string, string>> = {
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  max_output_tokens: 'maxOutputTokens',
  top_p: 'topP',
  top_k: 'topK',
  stop_sequences: 'stop',
};

/** Null: it says more than can be read back. */
export function readBack(format: 'chat' | 'responses' | 'messages', body: JsonObject): Asked | null {
  const { model: _model, messages, input, system, tools, response_format: responseFormat, text, output_config: config, ...rest } = body;
  const said = messagesIn(format === 'responses' ? input : messages);
  const before = format === 'messages' && system !== undefined ? systemIn(system) : [];
  const read = toolsIn(format, tools);
  const output = outputIn(format === 'chat' ? responseFormat : fieldOf(format === 'responses' ? text : config, 'format'));
  if (said === null || before === null || read === null || output === null) return null;
  return { messages: [...before, ...said], tools: read, output, parameters: parametersIn(format, rest) };
}

function messagesIn(list: JsonValue | undefined): Message[] | null {
  if (typeof list === 'string') return [{ role: 'user', content: [{ text: list }] }];
  if (!Array.isArray(list)) return null;
  const messages = list.map((item): Message | null => {
    if (!isJsonObject(item) || typeof item['role'] !== 'string' || item['tool_calls'] !== undefined) return null;
    const text = textIn(item['content']);
    return text === null ? null : { role: item['role'] === 'assistant' ? 'model' : item['role'], content: [{ text }] };
  });
  return messages.some((message) => message === null) ? null : messages.filter((message) => message !== null);
}

/** Null: it is not one text. */
function textIn(content: JsonValue | undefined): string | null {
  if (typeof content === 'string') return content;
  const [only, ...others] = Array.isArray(content) ? content : [];
  return isJsonObject(only) && others.length === 0 && typeof only['text'] === 'string' ? only['text'] : null;
}

function systemIn(system: JsonValue): Message[] | null {
  const blocks = typeof system === 'string' ? [{ text: system }] : system;
  if (!Array.isArray(blocks)) return null;
  const texts = blocks.map((block) => (isJsonObject(block) && typeof block['text'] === 'string' ? block['text'] : null));
  return texts.includes(null) ? null : texts.map((text) => ({ role: 'system', content: [{ text: text ?? '' }] }));
}

function toolsIn(format: string, tools: JsonValue | undefined): ToolDefinition[] | null {
  if (tools === undefined) return [];
  if (!Array.isArray(tools)) return null;
  const read = tools.map((tool): ToolDefinition | null => {
    const given = format === 'chat' ? fieldOf(tool, 'function') : tool;
    if (!isJsonObject(given) || typeof given['name'] !== 'string') return null;
    const schema = given[format === 'messages' ? 'input_schema' : 'parameters'];
    const { description } = given;
    return isJsonObject(schema)
      ? { name: given['name'], description: typeof description === 'string' ? description : null, parameters: schema }
      : null;
  });
  return read.includes(null) ? null : read.filter((tool) => tool !== null);
}

function outputIn(given: JsonValue | undefined): OutputSpec | null {
  const none = { name: null, schema: null, strict: false };
  if (given === undefined) return { format: null, ...none };
  if (!isJsonObject(given)) return null;
  if (given['type'] === 'json_object') return { format: 'json', ...none };
  if (given['type'] !== 'json_schema') return null;
  const spec = isJsonObject(given['json_schema']) ? given['json_schema'] : given;
  const { name, schema, strict } = spec;
  return isJsonObject(schema)
    ? { format: 'json', name: typeof name === 'string' && name !== 'output' ? name : null, schema, strict: strict === true }
    : null;
}

function parametersIn(format: string, rest: JsonObject): Parameters {
  const parameters: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (BESIDE.has(name)) continue;
    const ours = Object.hasOwn(NAMES, name) ? (NAMES[name] ?? name) : name;
    parameters[ours] = ours === 'stop' && typeof value === 'string' ? [value] : value;
  }
  // A prompt that sets no limit gets one there: a body cannot say whose it is.
  if (format === 'messages' && parameters['maxOutputTokens'] === DEFAULT_LIMIT) delete parameters['maxOutputTokens'];
  return parameters;
}

const fieldOf = (value: JsonValue | undefined, name: string): JsonValue | undefined => (isJsonObject(value) ? value[name] : undefined);
