/** What was sent and what came back, in whatever form a log holds it. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { contentText, messagesOf } from './chat-messages.ts';
import { jsonIn } from './json-in-text.ts';

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
  if (value === undefined || value === null) return { messages: start, variables };
  const messages = messagesIn(value);
  if (messages !== null) return { messages: [...start, ...messages], variables };
  if (isJsonObject(value) && Object.keys(variables).length === 0) return { messages: start, variables: value };
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { messages: [...start, { role: 'user', content: text }], variables };
}

/** Null: these are no messages. */
function messagesIn(value: JsonValue): JsonObject[] | null {
  if (isJsonObject(value)) {
    const inner = value['messages'];
    if (Array.isArray(inner)) {
      const { system } = value;
      const start: JsonObject[] = typeof system === 'string' ? [{ role: 'system', content: system }] : [];
      const messages = messagesIn(inner);
      return messages === null ? null : [...start, ...messages];
    }
    return typeof value['role'] === 'string' && value['content'] !== undefined ? messagesOf(value, 'user') : null;
  }
  if (!Array.isArray(value)) return null;
  // LangChain writes a list of lists.
  const list = value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  if (list.length === 0 || !list.every((item) => isMessage(item))) return null;
  return list.flatMap((item) => messagesOf(langChain(item), 'user'));
}

const isMessage = (value: JsonValue): boolean => {
  if (!isJsonObject(value)) return false;
  const inner = isJsonObject(value['message']) ? value['message'] : value;
  return (
    typeof inner['role'] === 'string' ||
    isJsonObject(value['kwargs']) ||
    isJsonObject(value['data']) ||
    typeof value['message.role'] === 'string'
  );
};

const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  HumanMessage: 'user',
  AIMessage: 'assistant',
  SystemMessage: 'system',
  ToolMessage: 'tool',
};

/** `{ type: human, data }` and `{ id: […, HumanMessage], kwargs }` as LangChain serialises messages, `message.role` as Phoenix does. */
function langChain(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  if (typeof value['message.role'] === 'string') return { role: value['message.role'], content: value['message.content'] ?? null };
  const inner = isJsonObject(value['kwargs']) ? value['kwargs'] : value['data'];
  if (!isJsonObject(inner)) return value;
  const { id, type } = value;
  const name = Array.isArray(id) ? id.at(-1) : type;
  return { ...inner, role: (typeof name === 'string' ? ROLES[name] : undefined) ?? (typeof name === 'string' ? name : 'user') };
}

/** The answer as text; null: there is none. What nobody knows the form of stays JSON. */
export function outputIn(given: JsonValue | undefined): string | null {
  if (given === undefined || given === null || given === '') return null;
  if (typeof given === 'number' || typeof given === 'boolean') return String(given);
  const value = typeof given === 'string' ? jsonIn(given) : given;
  const known = value === undefined ? null : knownOutput(value, 0);
  if (known !== null) return known;
  return typeof given === 'string' ? given : JSON.stringify(given);
}

function knownOutput(value: JsonValue, depth: number): string | null {
  if (depth > 4) return null;
  if (Array.isArray(value)) {
    const list = value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
    const last = list.at(-1);
    if (!isJsonObject(last)) return null;
    if (list.every((item) => isJsonObject(item) && typeof item['type'] === 'string' && item['role'] === undefined && !isMessage(item)))
      return contentText({ content: list });
    const choice = isJsonObject(list[0]) && isJsonObject(list[0]['message']) ? list[0] : last;
    return knownOutput(choice, depth + 1);
  }
  if (!isJsonObject(value)) return null;
  for (const key of ['choices', 'generations', 'messages', 'message']) {
    const inner = value[key];
    if (Array.isArray(inner) || isJsonObject(inner)) return knownOutput(inner, depth + 1);
  }
  const message = langChain(value);
  if (!isJsonObject(message)) return null;
  const { content } = message;
  if (typeof content === 'string' || Array.isArray(content)) return contentText(message);
  // An answer under one name; an object of several may be the JSON that the model was asked for.
  const texts = Object.values(value);
  const [only] = texts;
  const name = Object.keys(value)[0] ?? '';
  const isAnswer = /^(output|text|answer|completion|response|output_text|result|content)$/.test(name);
  return texts.length === 1 && typeof only === 'string' && isAnswer ? only : null;
}
