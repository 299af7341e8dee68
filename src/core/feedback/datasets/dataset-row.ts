/** A row of a dataset as fields that can be mapped: what stands in it, and the turns of its conversation. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { contentText } from '../logs/chat-messages.ts';
import { structured } from '../logs/json-in-text.ts';
import { outputIn } from '../logs/answer-envelope.ts';
import { conversationIn } from '../logs/row-messages.ts';
import { valueAt } from '../logs/rows/mapping.ts';
import type { DatasetShape } from './dataset-shapes.ts';

/** Fields that a conversation has; `messages` is all of it without the answer. */
export const CHAT_FIELDS = { user: 'user', system: 'system', history: 'history', answer: 'answer' } as const;

export interface DatasetRow {
  /** What a mapping names, by path. */
  readonly fields: JsonObject;
  /** The row is a conversation. */
  readonly isChat: boolean;
  /** Turns before the last one of the user, without system messages. */
  readonly earlierTurns: number;
}

/** The fields of a row, or why no case can be made of it. `cellsAreJson`: the row is of a CSV whose writer puts JSON into cells. */
export function datasetRow(given: JsonValue, shape: DatasetShape, cellsAreJson: boolean): DatasetRow | { readonly problem: string } {
  if (!isJsonObject(given)) return { problem: 'It is not an object with fields.' };
  const row = cellsAreJson ? Object.fromEntries(Object.entries(given).map(([name, cell]) => [name, inCell(cell)])) : given;
  if (shape.name === 'Langfuse dataset' && row['status'] === 'ARCHIVED') return { problem: 'It is archived in Langfuse.' };
  const input = shape.input === null ? undefined : valueAt(row, shape.input);
  if (input === undefined || !isConversation(input)) {
    return shape.endsWithAnswer ? { problem: 'It has no messages.' } : { fields: row, isChat: false, earlierTurns: 0 };
  }
  const system = typeof row['system'] === 'string' ? row['system'] : null;
  return chatRow(row, conversationIn(input, system, undefined).messages, shape);
}

/** What a cell says: an object, a list or a quoted text as JSON, else the text. */
function inCell(cell: JsonValue): JsonValue {
  const text = typeof cell === 'string' && /^".*"$/s.test(cell) ? parseJson(cell) : undefined;
  return text ?? structured(cell) ?? cell;
}

function chatRow(
  row: JsonObject,
  messages: readonly JsonObject[],
  { endsWithAnswer }: DatasetShape,
): DatasetRow | { readonly problem: string } {
  const isSystem = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer';
  const turns = messages.filter((message) => !isSystem(message));
  const systems = messages.filter(isSystem).map(contentText);
  const chat: JsonObject = systems.length === 0 ? {} : { [CHAT_FIELDS.system]: systems.join('\n\n') };
  let asked = turns;
  const last = turns.at(-1);
  if (endsWithAnswer && last?.['role'] === 'assistant') {
    const problem = problemOfAnswer(row, last);
    if (problem !== null) return { problem };
    chat[CHAT_FIELDS.answer] = contentText(last) ?? '';
    asked = turns.slice(0, -1);
  }
  const user = asked.at(-1);
  if (user?.['role'] !== 'user') return { problem: 'It does not have a user message before the answer.' };
  if (typeof user['content'] !== 'string') return { problem: 'Its user message has parts that are not text.' };
  chat[CHAT_FIELDS.user] = user['content'];
  const earlier = asked.slice(0, -1);
  if (earlier.length > 0) chat[CHAT_FIELDS.history] = [...earlier];
  return { fields: { ...row, ...chat, messages: [...messages.filter(isSystem), ...asked] }, isChat: true, earlierTurns: earlier.length };
}

/** Weights are of the row as it is: reading messages leaves them out. */
function problemOfAnswer(row: JsonObject, answer: JsonObject): string | null {
  const turns = row['messages'];
  const last = Array.isArray(turns) ? turns.at(-1) : null;
  if (isJsonObject(last) && last['weight'] === 0) return 'Its last assistant turn has weight 0, so nothing says that it is right.';
  if ((contentText(answer) ?? '') !== '') return null;
  return answer['tool_calls'] === undefined ? 'Its last assistant turn is empty.' : 'Its last assistant turn calls tools and has no text.';
}

/** Messages as a list, or in an object `{ messages }`. */
function isConversation(value: JsonValue): boolean {
  const list = isJsonObject(value) ? value['messages'] : value;
  const inner = Array.isArray(list) && list.length === 1 && Array.isArray(list[0]) ? list[0] : list;
  return Array.isArray(inner) && inner.length > 0 && inner.every(isMessageLike);
}

/** A message of OpenAI, of Anthropic, or as LangChain serialises it. */
const isMessageLike = (value: JsonValue): boolean =>
  isJsonObject(value) && (typeof value['role'] === 'string' || isJsonObject(value['kwargs']) || isJsonObject(value['data']));

/** What is expected: the text of a message, data where the text is JSON, else the value. Undefined: nothing is expected. */
export function expectedIn(given: JsonValue | undefined): JsonValue | undefined {
  const value = structured(given);
  if (value === undefined || value === null || value === '') return undefined;
  const isMessage = isMessageLike(value) || isConversation(value) || (isJsonObject(value) && Array.isArray(value['choices']));
  if (!isMessage) return value;
  const text = outputIn(value);
  return text === null || text === '' ? undefined : (structured(text) ?? text);
}
