/** What was sent, as the messages of a golden case: in our form, whichever provider's form it was captured in. */
import type { CaseMessage, CaseMessagePart } from '../../golden/case-messages.ts';
import type { ToolMock } from '../../golden/tool-mocks.ts';
import { isJsonObject, jsonEquals, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { partKind } from '../../model/answer-content.ts';
import type { ToolCall } from '../../tool.ts';
import { contentText, messagesOf, toolCallsIn } from '../logs/chat-messages.ts';

export interface CapturedTurns {
  readonly turns: readonly CaseMessage[];
  /** What of the messages a case cannot hold, as a clause; null: it holds everything. */
  readonly unread: string | null;
}

/** Messages without a text, a call or a result are left out. */
export function capturedTurns(messages: readonly JsonValue[]): CapturedTurns {
  const turns: CaseMessage[] = [];
  /** Names of tools by the id of their call: results often have the id alone. */
  const called = new Map<string, string>();
  let unread: string | null = null;
  for (const message of messages.flatMap((item) => messagesOf(asMessage(item), 'user'))) {
    const given = typeof message['role'] === 'string' ? message['role'] : '';
    const role = Object.hasOwn(ROLES, given) ? ROLES[given] : undefined;
    if (role === undefined) {
      unread ??= `a message of the role ${JSON.stringify(given.slice(0, 40))}`;
      continue;
    }
    if (hasMedia(message)) unread ??= 'a picture or a file';
    const calls = toolCallsIn(message);
    for (const { id, name } of calls) if (id !== null) called.set(id, name);
    const content = role === 'tool' ? [resultOf(message, called)] : partsOf(message, calls);
    if (content.length > 0) turns.push({ role, content });
  }
  return { turns, unread };
}

const ROLES: Readonly<Record<string, string>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'model',
  model: 'model',
  ai: 'model',
  tool: 'tool',
  function: 'tool',
};

/** The Responses API has calls and their results beside messages. */
function asMessage(item: JsonValue): JsonValue {
  if (!isJsonObject(item) || item['role'] !== undefined || typeof item['type'] !== 'string') return item;
  const kind = partKind(item);
  if (kind === 'call') return { role: 'assistant', content: [{ ...item, id: item['call_id'] ?? item['id'] ?? null }] };
  return kind === 'result' ? { role: 'tool', content: [{ ...item, id: item['call_id'] ?? item['id'] ?? null }] } : item;
}

const hasMedia = ({ content }: JsonObject): boolean =>
  Array.isArray(content) && content.some((part) => isJsonObject(part) && partKind(part) === 'unknown');

function partsOf(message: JsonObject, calls: readonly ToolCall[]): CaseMessagePart[] {
  const text = contentText(message);
  return [...(text === null || text === '' ? [] : [{ text }]), ...calls.map((toolCall) => ({ toolCall }))];
}

function resultOf(message: JsonObject, called: ReadonlyMap<string, string>): CaseMessagePart {
  const id = typeof message['tool_call_id'] === 'string' ? message['tool_call_id'] : null;
  const named = typeof message['name'] === 'string' ? message['name'] : null;
  return { toolResult: { id, name: named ?? (id === null ? null : called.get(id)) ?? 'tool', text: contentText(message) ?? '' } };
}

/** `asked`: up to the last message of a user; `rounds`: what tools did after it, for the answer. */
export function splitAtLastUser(turns: readonly CaseMessage[]): {
  readonly asked: readonly CaseMessage[];
  readonly rounds: readonly CaseMessage[];
} {
  const last = turns.findLastIndex(({ role }) => role === 'user');
  const rounds = turns.slice(last + 1);
  const isOnlyTools = rounds.every(
    ({ role, content }) => role === 'tool' || (role === 'model' && content.some((part) => 'toolCall' in part)),
  );
  return isOnlyTools ? { asked: turns.slice(0, last + 1), rounds } : { asked: turns, rounds: [] };
}

/** What the tools answered, each call once, in their order: the first that fits a call answers it again. */
export function toolMocksOf(turns: readonly CaseMessage[]): ToolMock[] {
  const parts = turns.flatMap(({ content }) => content);
  const results = parts.flatMap((part) => ('toolResult' in part ? [part.toolResult] : []));
  const used = new Set<number>();
  const mocks: ToolMock[] = [];
  for (const call of parts.flatMap((part) => ('toolCall' in part ? [part.toolCall] : []))) {
    const at = results.findIndex(
      ({ id, name }, i) => !used.has(i) && (id !== null && call.id !== null ? id === call.id : name === call.name || name === 'tool'),
    );
    const result = results[at];
    if (result === undefined) continue;
    used.add(at);
    const given = parseJson(call.arguments === '' ? '{}' : call.arguments);
    const mock = { name: call.name, arguments: isJsonObject(given) ? given : null, result: resultValue(result.text) };
    // The same call with another answer, later in the loop, cannot be told apart by its arguments.
    const isKnown = mocks.some(({ name, arguments: other }) => name === mock.name && jsonEquals(other, mock.arguments));
    if (!isKnown) mocks.push(mock);
  }
  return mocks;
}

/** Data where the same text comes out of it again. */
function resultValue(text: string): JsonValue {
  const value = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return value !== undefined && JSON.stringify(value) === text ? value : text;
}
