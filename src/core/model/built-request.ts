/**
 * What a function of the user's program returned → the request that it stands for. It may be what the program passes to its SDK: a list of
 * messages, a text, or an object with them. Nothing of it is dropped in silence: what cannot be sent is an error that names it.
 */
import { HumanError, messageOf } from '../problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { BuiltRequest } from '../prompt/built/built-answer.ts';
import type { OutputSpec, Parameters } from '../prompt/document.ts';
import { parameterFromText } from '../prompt/formats/parameters.ts';
import type { Message, Part } from '../prompt/request.ts';
import type { ToolDefinition } from '../tool.ts';
import { partKind, partText, readToolCall } from './answer-content.ts';

/** Keys of a call that say how it is carried out, and nothing to the model. */
const OF_THE_CALL = ['stream', 'stream_options', 'streamOptions', 'store', 'user', 'metadata', 'timeout', 'n'];
const HINT =
  'Return a list of messages ({ role, content }), or an object with `messages`, and `tools`, `model` and parameters if it has them.';

/** @throws {HumanError} `build/answer` when it is no request. `shown`: the function, for the message. */
export function readBuiltRequest(value: JsonValue, shown: string): BuiltRequest {
  if (typeof value === 'string' || Array.isArray(value)) return requestOf({ messages: value }, shown);
  if (isJsonObject(value)) return requestOf(value, shown);
  throw unreadable(shown, `returned ${value === null ? 'nothing' : `a ${typeof value}`}`);
}

function requestOf(given: JsonObject, shown: string): BuiltRequest {
  const { messages, input, prompt, system, instructions, tools, model, response_format: format, ...rest } = given;
  const content = messages ?? input ?? prompt;
  if (content === undefined || content === null) throw unreadable(shown, 'returned no messages');
  const first = system ?? instructions;
  const list = [
    ...(first === undefined || first === null ? [] : [messageFrom({ role: 'system', content: first }, shown)]),
    ...(Array.isArray(content) ? content : [{ role: 'user', content }]).flatMap((item) => messagesFrom(item, shown)),
  ];
  if (list.length === 0) throw unreadable(shown, 'returned an empty list of messages');
  return {
    messages: list,
    tools: toolsFrom(tools ?? null, shown),
    model: typeof model === 'string' && model !== '' ? model : null,
    parameters: parametersFrom(rest, shown),
    output: outputFrom(format ?? null),
  };
}

function messagesFrom(item: JsonValue, shown: string): Message[] {
  if (!isJsonObject(item)) throw unreadable(shown, `returned a message that is ${JSON.stringify(item).slice(0, 60)}`);
  // The items of the Responses API beside its messages.
  if (item['role'] === undefined && typeof item['type'] === 'string' && partKind(item) !== 'unknown')
    return [{ role: partKind(item) === 'result' ? 'tool' : 'model', content: [partFrom(item, shown)] }];
  const { content } = item;
  const parts = Array.isArray(content) ? content : [];
  const results = parts.filter((part) => isJsonObject(part) && partKind(part) === 'result');
  // Results of tools are messages of their own.
  if (results.length === 0) return [messageFrom(item, shown)];
  const rest = parts.filter((part) => !results.includes(part));
  return [
    { role: 'tool', content: results.map((part) => partFrom(part, shown)) },
    ...(rest.length === 0 ? [] : [messageFrom({ ...item, content: rest }, shown)]),
  ];
}

function messageFrom(item: JsonObject, shown: string): Message {
  const { role, content = null, tool_calls: calls, tool_call_id: answers, name } = item;
  if (typeof role !== 'string' || role === '') throw unreadable(shown, 'returned a message without `role`');
  if (role === 'tool' && typeof content === 'string') {
    const id = typeof answers === 'string' ? answers : null;
    return { role, content: [{ toolResult: { id, name: typeof name === 'string' ? name : '', text: content } }] };
  }
  const own = (Array.isArray(content) ? content : [content]).flatMap((part) => (part === null ? [] : [partFrom(part, shown)]));
  const called = (Array.isArray(calls) ? calls : []).map((call) =>
    partFrom({ type: 'tool_call', ...(isJsonObject(call) ? call : {}) }, shown, true),
  );
  return { role, content: [...own, ...called] };
}

function partFrom(given: JsonValue, shown: string, isCall = false): Part {
  if (typeof given === 'string') return { text: given };
  if (!isJsonObject(given)) throw unreadable(shown, `returned content that is ${JSON.stringify(given).slice(0, 60)}`);
  const kind = isCall ? 'call' : partKind(given);
  if (kind === 'call') {
    const { id, name, arguments: text } = readToolCall(given);
    return { toolCall: { id, name, arguments: text ?? '{}' } };
  }
  if (kind === 'result') {
    const id = [given['tool_use_id'], given['call_id'], given['toolCallId']].find((item) => typeof item === 'string');
    const value = given['content'] ?? given['output'] ?? given['result'] ?? '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return { toolResult: { id: typeof id === 'string' ? id : null, name: '', text } };
  }
  const text = kind === 'text' ? partText(given) : null;
  if (text !== null) return { text };
  const url = mediaUrl(given);
  if (url !== null) return { media: { url } };
  throw unreadable(shown, `returned content of the type ${JSON.stringify(given['type'] ?? null)}, which Goldset cannot send`);
}

/** The address of a picture or a file, as OpenAI, Anthropic and the AI SDK write it; null: it is no such part. */
function mediaUrl(part: JsonObject): string | null {
  const { image_url: image, source, image: plain, file } = part;
  if (typeof image === 'string') return image;
  if (isJsonObject(image) && typeof image['url'] === 'string') return image['url'];
  if (typeof plain === 'string') return plain;
  if (isJsonObject(file) && typeof file['file_data'] === 'string') return file['file_data'];
  if (!isJsonObject(source)) return null;
  if (typeof source['url'] === 'string') return source['url'];
  const { data, media_type: type } = source;
  return typeof data === 'string' && typeof type === 'string' ? `data:${type};base64,${data}` : null;
}

/** Tools as OpenAI (Chat and Responses), Anthropic and the AI SDK write them. */
function toolsFrom(value: JsonValue, shown: string): ToolDefinition[] {
  const listed = Array.isArray(value)
    ? value
    : isJsonObject(value)
      ? Object.entries(value).map(([name, tool]): JsonValue => (isJsonObject(tool) ? { name, ...tool } : tool))
      : [];
  return listed.map((item): ToolDefinition => {
    const tool = isJsonObject(item) && isJsonObject(item['function']) ? item['function'] : item;
    const name = isJsonObject(tool) ? tool['name'] : null;
    if (!isJsonObject(tool) || typeof name !== 'string')
      throw unreadable(shown, `returned a tool without a name: ${JSON.stringify(item).slice(0, 60)}`);
    const parameters = tool['parameters'] ?? tool['input_schema'] ?? tool['inputSchema'] ?? {};
    const description = tool['description'];
    return {
      name,
      description: typeof description === 'string' ? description : null,
      parameters: isJsonObject(parameters) ? parameters : {},
    };
  });
}

function parametersFrom(rest: JsonObject, shown: string): Parameters {
  const parameters: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (OF_THE_CALL.includes(name) || value === null || name === '__proto__') continue;
    if (/^stop(?:_?sequences)?$/i.test(name)) parameters['stop'] = Array.isArray(value) ? value : [value];
    else {
      try {
        const [known, read] = parameterFromText(name, JSON.stringify(value));
        parameters[known] = read;
      } catch (error) {
        throw unreadable(shown, `returned ${messageOf(error)}`);
      }
    }
  }
  return parameters;
}

/** OpenAI's `response_format`. */
function outputFrom(format: JsonValue): OutputSpec | null {
  if (!isJsonObject(format)) return null;
  const { type, json_schema: given } = format;
  if (type === 'text') return { format: 'text', name: null, schema: null, strict: false };
  const { name, schema, strict } = isJsonObject(given) ? given : {};
  return {
    format: 'json',
    name: typeof name === 'string' ? name : null,
    schema: isJsonObject(schema) ? schema : null,
    strict: strict === true,
  };
}

const unreadable = (shown: string, what: string): HumanError => new HumanError('build/answer', `${shown} ${what}.`, HINT);
