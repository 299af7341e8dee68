/**
 * `messages:` of a golden case: a conversation, kept verbatim. One that begins with an answer continues what the prompt renders; any other is
 * sent in its place. Its texts stand for themselves: none of them is a template or names a file.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { ToolCall, ToolResult } from '../tool.ts';
import type { Path } from '../yaml/yaml.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

export type CaseMessagePart =
  | { readonly text: string }
  /** Only of a try: a case names files in its variables. */
  | { readonly media: { readonly url: string; readonly contentType?: string } }
  | { readonly toolCall: ToolCall }
  | { readonly toolResult: ToolResult }
  /** Only of a try: a provider's own record, which it wants back. */
  | { readonly reasoning: JsonObject };

export interface CaseMessage {
  /** `system`, `user`, `model` or `tool`. */
  readonly role: string;
  readonly content: readonly CaseMessagePart[];
}

const ROLES = ['system', 'developer', 'user', 'assistant', 'model', 'tool'];

/** Whether a conversation goes on from what the prompt renders. */
export const continuesPrompt = (messages: readonly Pick<CaseMessage, 'role'>[]): boolean => messages[0]?.role === 'model';

/** Problems go to the fields' diagnostics; `null`: there are no messages, or they cannot be read. */
export function readCaseMessages(fields: Fields, value: JsonValue | undefined, at: Path): readonly CaseMessage[] | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || value.length === 0) {
    fields.report(at, '`messages` must be a list of `{ role, content }`.');
    return null;
  }
  const messages = value.map((item, i) => readMessage(fields, item, [...at, i]));
  const read = messages.filter((message) => message !== null);
  return read.length === messages.length ? read : null;
}

function readMessage(fields: Fields, value: JsonValue, at: Path): CaseMessage | null {
  const { role, content } = isJsonObject(value) ? value : {};
  if (!isJsonObject(value) || typeof role !== 'string' || !ROLES.includes(role)) {
    fields.report(at, `A message must be a map with \`content\` and a \`role\`: ${ROLES.join(', ')}.`);
    return null;
  }
  fields.unknownKeys(value, ['role', 'content'], at);
  const read = { role: role === 'assistant' ? 'model' : role };
  if (typeof content === 'string') return { ...read, content: [{ text: content }] };
  const parts = Array.isArray(content) ? content.map(readPart) : [];
  const known = parts.filter((part) => part !== null);
  if (parts.length > 0 && known.length === parts.length) return { ...read, content: known };
  fields.report(
    [...at, 'content'],
    'The `content` of a message must be a text, or a list of `{ text }`, `{ toolCall: { id, name, arguments } }` and `{ toolResult: { id, name, text } }`.',
  );
  return null;
}

function readPart(value: JsonValue): CaseMessagePart | null {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return null;
  const { text, toolCall: call, toolResult: result } = value;
  if (typeof text === 'string') return { text };
  if (isJsonObject(call) && typeof call['name'] === 'string' && typeof call['arguments'] === 'string')
    return { toolCall: { id: idOf(call), name: call['name'], arguments: call['arguments'] } };
  if (isJsonObject(result) && typeof result['name'] === 'string' && typeof result['text'] === 'string')
    return { toolResult: { id: idOf(result), name: result['name'], text: result['text'] } };
  return null;
}

const idOf = ({ id }: JsonObject): string | null => (typeof id === 'string' ? id : null);

/** As a case writes it: one text as a text, anything else as parts. A provider's reasoning is left out. */
export function writtenMessages(messages: readonly CaseMessage[]): JsonValue[] {
  return messages.map(({ role, content }): JsonObject => {
    const parts = content.filter((part) => !('reasoning' in part));
    const [only] = parts;
    const written = role === 'model' ? 'assistant' : role;
    if (parts.length === 1 && only !== undefined && 'text' in only) return { role: written, content: only.text };
    return { role: written, content: parts as unknown as JsonValue[] };
  });
}
