/** The title of an interaction: what was asked, not the passages that came with it. Lists, the page, cases and reports all take it from here. */
import { isJsonObject, readable, type JsonObject, type JsonValue } from '../../json/json.ts';
import { capturedMessages } from './captured-request.ts';
import type { Interaction } from './interaction.ts';

/** Characters of a title. */
const MAX_TITLE = 160;

/**
 * `fields`: variables by their names, such as `question` or `input.question`, the first with a value counts: `title` of goldset.yaml, then what
 * the prompt declares. Else it is the last message of the user, else the first variable that is text.
 */
export function titleOf(interaction: Pick<Interaction, 'variables' | 'messages'>, fields: readonly string[] = []): string {
  const { variables, messages } = interaction;
  for (const field of fields) {
    const title = lineOf(valueAt(variables, field));
    if (title !== '') return title;
  }
  const last = messages.findLast((message) => isJsonObject(message) && message['role'] === 'user') ?? null;
  const title = lineOf(capturedMessages([withoutMedia(last)])[0]?.text ?? '');
  return title === '' ? lineOf(Object.values(variables).find((value) => typeof value === 'string' && value.trim() !== '') ?? null) : title;
}

/** A picture has no words. */
function withoutMedia(message: JsonValue): JsonValue {
  if (!isJsonObject(message)) return '';
  const content = message['content'] ?? message['parts'];
  if (!Array.isArray(content)) return message;
  const texts = content.filter(
    (part) => typeof part === 'string' || (isJsonObject(part) && typeof (part['text'] ?? part['content']) === 'string'),
  );
  return { role: 'user', content: texts };
}

/** The first words of a text, on one line. */
export function lineOf(value: JsonValue): string {
  if (value === null) return '';
  const line = readable(value)
    .slice(0, 4 * MAX_TITLE)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > MAX_TITLE ? `${line.slice(0, MAX_TITLE)}…` : line;
}

/** A variable of this name, else the value at this path. */
function valueAt(variables: JsonObject, path: string): JsonValue {
  if (Object.hasOwn(variables, path)) return variables[path] ?? null;
  let value: JsonValue = variables;
  for (const step of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return null;
    value = value[step] ?? null;
  }
  return value;
}
