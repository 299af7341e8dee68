/** A conversation that a golden case has as the value of a variable. */
import { HumanError } from '../problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { Message } from './request.ts';

/**
 * The messages of the variable; none where it has no value.
 * @throws {HumanError} when it is anything but a list of `{ role, content }` with texts.
 */
export function historyOf(name: string, variables: JsonObject): Message[] {
  const value = Object.hasOwn(variables, name) ? (variables[name] ?? null) : null;
  if (value === null) return [];
  if (!Array.isArray(value)) throw notMessages(name);
  return value.flatMap((item: JsonValue): Message | Message[] => {
    const { role, content, input, output } = isJsonObject(item) ? item : {};
    // A turn of promptfoo's `_conversation`.
    if (role === undefined && typeof input === 'string' && typeof output === 'string')
      return [
        { role: 'user', content: [{ text: input }] },
        { role: 'model', content: [{ text: output }] },
      ];
    if (typeof role !== 'string' || typeof content !== 'string' || !ROLES.includes(role)) throw notMessages(name);
    return { role: role === 'assistant' ? 'model' : role, content: [{ text: content }] };
  });
}

const ROLES: readonly string[] = ['user', 'assistant', 'model'];

const notMessages = (name: string): HumanError =>
  new HumanError(
    'template/not-messages',
    `The variable \`${name}\` is not a list of messages.`,
    `Write it as ${name}: [{ role: user, content: Hello }], with the roles user and assistant, or set \`role\` or \`user\` of the prompt in goldset.yaml.`,
  );
