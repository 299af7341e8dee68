/** What was sent, in whatever form a log holds it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import { contentText, messagesOf } from './chat-messages.ts';
import { jsonIn } from './json-in-text.ts';
import { isLogMessage, logMessage } from './log-message.ts';

export interface RowConversation {
  readonly messages: JsonObject[];
  readonly variables: JsonObject;
}

/** Messages where there are some; a plain text is the user's; an object of anything else is the variables of a template. */
export function conversationIn(input: JsonValue | undefined, system: string | null, given: JsonValue | undefined): RowConversation {
  const own = typeof given === 'string' ? jsonIn(given) : given;
  const variables = isJsonObject(own) ? own : {};
  const start: JsonObject[] = system === null ? [] : [{ role: 'system', content: system }];
  const value = typeof input === 'string' ? (jsonIn(input) ?? input) : input;
  if (value === undefined || value === null || value === '') return { messages: start, variables };
  const messages = messagesIn(value);
  if (messages !== null) return { messages: [...start, ...messages], variables };
  if (isJsonObject(value) && Object.keys(variables).length === 0) return { messages: start, variables: value };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { messages: [...start, { role: 'user', content: text }], variables };
}

/** Null: these are no messages. */
function messagesIn(value: JsonValue): JsonObject[] | null {
  if (isJsonObject(value)) return requestMessages(value) ?? (isLogMessage(value) ? messagesOf(logMessage(value), 'user') : null);
  if (!Array.isArray(value)) return null;
  // LangChain writes a list of lists.
  const list = value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  if (list.length === 0 || !list.every((item) => isLogMessage(item))) return null;
  return list.flatMap((item) => messagesOf(logMessage(item), 'user'));
}

/** Where requests keep their messages: OpenAI's chat and Anthropic, Gemini, OpenAI's Responses. */
function requestMessages(value: JsonObject): JsonObject[] | null {
  const list = ['messages', 'contents', 'input'].map((key) => value[key]).find((item) => Array.isArray(item) && item.length > 0);
  const messages = list === undefined ? null : messagesIn(list);
  const text = value['input'];
  const isResponse = typeof text === 'string' && typeof value['model'] === 'string';
  if (messages === null && !isResponse) return null;
  const system = systemText(value['system'] ?? value['systemInstruction'] ?? value['system_instruction'] ?? value['instructions']);
  const start: JsonObject[] = system === null ? [] : [{ role: 'system', content: system }];
  return [...start, ...(messages ?? [{ role: 'user', content: text ?? '' }])];
}

/** A text, parts of one, or an object that holds parts. */
function systemText(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  const parts = isJsonObject(value) ? (value['parts'] ?? value['content']) : value;
  return contentText({ content: parts ?? null });
}
