/** Messages of every convention in the form of OpenAI's chat: role, content, tool_calls, tool_call_id. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { partKind, partText, readToolCall } from '../../model/answer-content.ts';
import type { ToolCall } from '../../tool.ts';
import { structured } from './json-in-text.ts';

/** One message, or several: results of tools are messages of their own. A text is one of `role`. */
export function messagesOf(given: JsonValue, role: string): JsonObject[] {
  const value = unwrapped(given);
  if (typeof value === 'string') return value === '' ? [] : [{ role, content: value }];
  if (!isJsonObject(value)) return [];
  const ownRole = textOf(value['role']) ?? role;
  const parts = partsOf(value['parts'] ?? value['contents'] ?? value['content']);
  if (parts === null) {
    const { content } = value;
    return [withCalls({ ...rest(value, ownRole), role: ownRole, content: content ?? null }, callsIn(value))];
  }
  return fromParts(parts, ownRole, value);
}

/** OpenInference wraps each in `message`, choices of older events hold one. */
function unwrapped(value: JsonValue): JsonValue {
  const inner = isJsonObject(value) ? value['message'] : undefined;
  return isJsonObject(inner) ? { ...(value as JsonObject), ...inner, message: null } : value;
}

/** A list of parts, also as JSON in a text; null: the content is a plain text, or there is none. */
function partsOf(content: JsonValue | undefined): readonly JsonValue[] | null {
  const value = structured(content);
  if (!Array.isArray(value)) return null;
  return typeof content !== 'string' || value.every((part) => isJsonObject(part) && typeof part['type'] === 'string') ? value : null;
}

function fromParts(parts: readonly JsonValue[], role: string, message: JsonObject): JsonObject[] {
  const texts: string[] = [];
  const kept: JsonValue[] = [];
  const reasoning: string[] = [];
  const calls = callsIn(message);
  const results: JsonObject[] = [];
  for (const given of parts) {
    const inner = isJsonObject(given) ? given['message_content'] : undefined;
    const part = isJsonObject(inner) ? inner : given;
    if (typeof part === 'string') texts.push(part);
    if (!isJsonObject(part)) continue;
    const kind = part['thought'] === true ? 'reasoning' : (nestedKind(part) ?? partKind(part));
    const text = partText(part) || null;
    if (kind === 'call') calls.push(call(part));
    else if (kind === 'result') results.push(toolResult(part));
    else if (kind === 'reasoning') reasoning.push(text ?? textOf(part['thinking']) ?? '');
    else if (kind === 'refusal') texts.push(textOf(part['refusal']) ?? text ?? '');
    else if (kind === 'text') texts.push(text ?? '');
    else kept.push(media(part));
  }
  if (texts.length === 0 && kept.length === 0 && calls.length === 0 && reasoning.length === 0 && results.length > 0) return results;
  const content = kept.length === 0 ? texts.join('\n') : [...texts.map((text) => ({ type: 'text', text })), ...kept];
  const own: JsonObject = { ...rest(message, role), role, content: content === '' && calls.length > 0 ? null : content };
  if (reasoning.length > 0) own['reasoning_content'] = reasoning.join('\n');
  return [...results, withCalls(own, calls)];
}

/** Gemini and Bedrock say what a part is by the key that holds it. */
function nestedKind(part: JsonObject): 'call' | 'result' | null {
  if (isJsonObject(part['functionCall']) || isJsonObject(part['toolUse'])) return 'call';
  return isJsonObject(part['functionResponse']) || isJsonObject(part['toolResult']) ? 'result' : null;
}

const withCalls = (message: JsonObject, calls: readonly JsonValue[]): JsonObject =>
  calls.length === 0 ? message : { ...message, tool_calls: [...calls] };

/** What OpenAI's messages have beside role and content. */
function rest(message: JsonObject, role: string): JsonObject {
  const found: JsonObject = {};
  const name = textOf(message['name']);
  if (name !== null) found['name'] = name;
  const id = textOf(message['tool_call_id']) ?? (role === 'tool' ? textOf(message['id']) : null);
  if (id !== null) found['tool_call_id'] = id;
  const refusal = textOf(message['refusal']);
  if (refusal !== null) found['refusal'] = refusal;
  return found;
}

function callsIn(message: JsonObject): JsonValue[] {
  const calls = structured(message['tool_calls'] ?? message['toolCalls']);
  const legacy = structured(message['function_call']);
  return [...(Array.isArray(calls) ? calls : []), legacy]
    .filter(isJsonObject)
    .map((item) => call(isJsonObject(item['tool_call']) ? item['tool_call'] : item));
}

/** Arguments are JSON in a text, as OpenAI has them. */
function call(given: JsonObject): JsonObject {
  const inner = given['toolUse'];
  const part = isJsonObject(inner) ? { ...inner, id: inner['toolUseId'] ?? null } : given;
  const { id, name, arguments: text } = readToolCall(part);
  return { ...(id === null ? {} : { id }), type: 'function', function: { name, arguments: text ?? '{}' } };
}

function toolResult(given: JsonObject): JsonObject {
  const inner = [given['functionResponse'], given['toolResult']].find(isJsonObject);
  const part = inner ?? given;
  const id =
    textOf(part['call_id']) ??
    textOf(part['id']) ??
    textOf(part['tool_use_id']) ??
    textOf(part['toolCallId']) ??
    textOf(part['toolUseId']) ??
    (inner === undefined ? null : textOf(part['name']));
  const said = part['response'] ?? part['result'] ?? part['output'] ?? part['content'] ?? null;
  // The AI SDK wraps it: { type: text | json | error-text | …, value }.
  const isWrapped = isJsonObject(said) && typeof said['type'] === 'string' && said['value'] !== undefined && Object.keys(said).length === 2;
  const value = isWrapped ? (said['value'] ?? null) : said;
  const isWrappedError = isWrapped && textOf(said['type'])?.startsWith('error') === true;
  const isError = part['is_error'] === true || part['isError'] === true || isWrappedError;
  return {
    role: 'tool',
    ...(id === null ? {} : { tool_call_id: id }),
    content: typeof value === 'string' ? value : JSON.stringify(value),
    ...(isError ? { is_error: true } : {}),
  };
}

/** Pictures in OpenAI's form where they are known by an address or their bytes; anything else as it came. */
function media(part: JsonObject): JsonObject {
  const image = part['image'];
  const url = isJsonObject(image) ? (isJsonObject(image['image']) ? image['image']['url'] : image['url']) : part['uri'];
  if (typeof url === 'string' && (isJsonObject(image) || part['modality'] === 'image')) return { type: 'image_url', image_url: { url } };
  const { content } = part;
  const type = textOf(part['mime_type']);
  if (part['modality'] === 'image' && typeof content === 'string' && type !== null)
    return { type: 'image_url', image_url: { url: `data:${type};base64,${content}` } };
  return part;
}

/** Texts of a message's content; null: it has none, perhaps because it calls tools instead. */
export function contentText(message: JsonObject | undefined): string | null {
  const content = message?.['content'];
  if (typeof content === 'string') return content === '' && message?.['tool_calls'] !== undefined ? null : content;
  if (!Array.isArray(content)) return textOf(message?.['refusal']);
  const texts = content.flatMap((part) => {
    if (typeof part === 'string') return [part];
    return isJsonObject(part) && partKind(part) !== 'reasoning' ? (textOf(part['refusal']) ?? (partText(part) || [])) : [];
  });
  return texts.length === 0 ? null : texts.join('\n');
}

/** The tools that a message calls, in the form of a run's results. */
export function toolCallsIn(message: JsonObject | undefined): ToolCall[] {
  const calls = message?.['tool_calls'];
  return (Array.isArray(calls) ? calls : []).flatMap((given): ToolCall[] => {
    if (!isJsonObject(given)) return [];
    const { id, name, arguments: text } = readToolCall(given);
    return name === '' && text === null ? [] : [{ id, name, arguments: text ?? '{}' }];
  });
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
