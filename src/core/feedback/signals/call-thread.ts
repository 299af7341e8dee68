/** What of a call's messages says whether another call continues them: tool loops and conversations send what was there before, and more. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Interaction } from '../interactions/interaction.ts';
import { hash64 } from '../../text/text-hash.ts';

/** Of one call, as small as it can be: it is kept for some minutes, for every user. */
export interface CallThread {
  /** Messages without those of the system. */
  readonly length: number;
  /** Of all of them. */
  readonly whole: number;
  /** What the user said last; null: nothing. */
  readonly asked: number | null;
  /** What was answered: what the user said before an answer, and the answers. */
  readonly known: readonly number[];
  /** The answer that it got itself; null: none. */
  readonly answer: number | null;
  /** The provider's name for its answer, and for the one that it continues. */
  readonly response: string | null;
  readonly previous: string | null;
}

/** The newest of what was answered; older ones have been there for many calls. */
const MOST_KNOWN = 48;

/** Of a long text its ends and its length: two that differ only between them are told apart by what else differs. */
const numberOf = (text: string): number =>
  hash64(text.length <= 2 * ENDS ? text : `${text.slice(0, ENDS)} ${text.length} ${text.slice(-ENDS)}`)[1];
const ENDS = 500;

export function threadOf({ messages, output, responseId, parameters }: Interaction): CallThread {
  const items = messages.filter((message): message is JsonObject => isJsonObject(message) && !isSystem(message));
  const texts = items.map((item) => (isUser(item) ? saidIn(item) : null));
  const hashes = items.map((item, i) => numberOf(texts[i] ?? (textIn(item) || JSON.stringify(item))));
  const known = items.flatMap((item, i) => {
    const next = items[i + 1];
    if (texts[i] !== null) return next !== undefined && texts[i + 1] === null ? [hashes[i] ?? 0] : [];
    const answer = item['role'] === 'assistant' || item['role'] === 'model' ? textIn(item) : '';
    return answer === '' ? [] : [numberOf(answer)];
  });
  const last = texts.findLastIndex((text) => text !== null);
  const previous = parameters['previous_response_id'];
  return {
    length: items.length,
    whole: numberOf(hashes.join(' ')),
    asked: last === -1 ? null : (hashes[last] ?? null),
    known: known.slice(-MOST_KNOWN),
    answer: output === null || output.trim() === '' ? null : numberOf(output.trim()),
    response: responseId,
    previous: typeof previous === 'string' ? previous : null,
  };
}

const isSystem = ({ role }: JsonObject): boolean => role === 'system' || role === 'developer';

/** Whether the messages of `after` continue those of `before`: they hold its question with an answer behind it, or its answer. */
export function continues(before: CallThread, after: CallThread): boolean {
  if (after.previous !== null && after.previous === before.response) return true;
  if (before.length === 0 || after.length === 0 || before.whole === after.whole) return false;
  if (before.answer !== null && after.known.includes(before.answer) && !before.known.includes(before.answer)) return true;
  if (before.asked === null || !after.known.includes(before.asked)) return false;
  return after.length > before.length || after.asked !== before.asked;
}

/** What the user said last; what the application filled in, where no message is the user's. */
export function lastSaid({ messages, variables }: Interaction): string {
  const last = messages.findLast((message): message is JsonObject => isJsonObject(message) && isUser(message));
  return last === undefined ? (Object.keys(variables).length === 0 ? '' : JSON.stringify(variables)) : saidIn(last);
}

/** Results of tools are sent in the user's name, and are not what the user says. */
const isUser = (message: JsonObject): boolean => message['role'] === 'user' && saidIn(message) !== '';

const saidIn = (message: JsonObject): string => textIn(message);

function textIn({ content, parts }: JsonObject): string {
  const given: JsonValue = content ?? parts ?? '';
  if (typeof given === 'string') return given.trim();
  if (!Array.isArray(given)) return '';
  return given
    .flatMap((part) => (typeof part === 'string' ? part : isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : []))
    .join('\n')
    .trim();
}
