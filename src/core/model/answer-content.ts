/**
 * Content and tool calls of an answer, in every shape that providers and logs write: one reader for model clients, capture,
 * batches and imports. What it cannot read it names, so that nothing unreadable passes for an empty answer.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';

export type PartKind = 'text' | 'refusal' | 'reasoning' | 'call' | 'result' | 'note' | 'unknown';

const KINDS: Readonly<Record<Exclude<PartKind, 'unknown'>, RegExp>> = {
  text: /^(text|input_text|output_text)$/,
  refusal: /^refusal$/,
  reasoning: /^(reasoning|reasoning_text|summary_text|thinking|redacted_thinking)$/,
  call: /^(tool_call|tool_use|function_call|custom_tool_call)$/,
  result: /^(tool_call_response|tool_result|function_call_output)$/,
  // What a provider's own tools did, and where a text is from: beside the answer.
  note: /^(reference|citation|citations|annotation|server_tool_use|mcp_tool_use|\w+_tool_result)$/,
};

/** What a part of a content is, by its `type`; without one by its fields. */
export function partKind(part: JsonObject): PartKind {
  const given = part['type'];
  if (typeof given !== 'string' || given === '') return partText(part) === null ? 'unknown' : 'text';
  const type = given.replaceAll('-', '_');
  const kind = Object.entries(KINDS).find(([, pattern]) => pattern.test(type))?.[0];
  return (kind as PartKind | undefined) ?? 'unknown';
}

/** The text of a part; null: it has none. */
export function partText(part: JsonObject): string | null {
  const { text, content } = part;
  if (typeof text === 'string') return text;
  if (isJsonObject(text) && typeof text['value'] === 'string') return text['value'];
  return typeof content === 'string' ? content : null;
}

export interface AnswerContent {
  readonly texts: readonly string[];
  readonly refusals: readonly string[];
  readonly calls: readonly JsonObject[];
  /** What of it could not be read, for a message; null: everything was. */
  readonly unread: string | null;
}

/** `content` of a message or a delta: a text, a list of parts or texts, one part, or nothing. */
export function readContent(content: JsonValue | undefined): AnswerContent {
  const texts: string[] = [];
  const refusals: string[] = [];
  const calls: JsonObject[] = [];
  let unread: string | null = null;
  for (const part of Array.isArray(content) ? content : [content]) {
    if (part === undefined || part === null) continue;
    if (typeof part === 'string') texts.push(part);
    else if (!isJsonObject(part)) unread ??= `content of the type ${Array.isArray(part) ? 'list' : typeof part}`;
    else {
      const kind = partKind(part);
      const text = partText(part);
      if (kind === 'text' && text !== null) texts.push(text);
      else if (kind === 'refusal' && typeof part['refusal'] === 'string') refusals.push(part['refusal']);
      else if (kind === 'call') calls.push(part);
      else if (kind === 'text' || kind === 'refusal' || kind === 'unknown') unread ??= `a part of the type ${typeName(part)}`;
    }
  }
  return { texts, refusals, calls, unread };
}

const typeName = ({ type }: JsonObject): string => (typeof type === 'string' ? JSON.stringify(type.slice(0, 60)) : 'unknown');

export interface FoundCall {
  readonly id: string | null;
  /** Empty: not said. */
  readonly name: string;
  /** JSON in a text; null: not said. */
  readonly arguments: string | null;
}

/**
 * A tool call, or a piece of one: OpenAI's (Chat, Responses, `function_call`), Anthropic's, Gemini's, the AI SDK's.
 * Arguments that come as an object become JSON.
 */
export function readToolCall(part: JsonObject): FoundCall {
  const inner = [part['function'], part['functionCall'], part['custom']].find(isJsonObject) ?? part;
  const given = inner['arguments'] ?? inner['args'] ?? inner['input'] ?? null;
  const id = nonEmpty(part['call_id']) ?? nonEmpty(part['id']) ?? nonEmpty(part['toolCallId']);
  return {
    id,
    name: nonEmpty(inner['name']) ?? nonEmpty(inner['toolName']) ?? '',
    arguments: given === null || typeof given === 'string' ? given : JSON.stringify(given),
  };
}

/** What some servers send where nothing is called: a call without a name, arguments or id, such as `function_call: {}`. */
export function isNoCall(part: JsonObject): boolean {
  const { id, name, arguments: text } = readToolCall(part);
  return id === null && name === '' && (text === null || text === '');
}

const nonEmpty = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
