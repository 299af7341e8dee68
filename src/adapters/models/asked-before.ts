/**
 * A provider's body → the ModelRequest that it was made from. Bodies say less than requests do (which parts a text had, whether
 * `model` was written `assistant`), so a request that was rendered here is remembered; any other is read back as far as its body goes.
 * Either way it counts only if it makes this very body again: what a run asked under the same key is then the same.
 */
import { DIALECTS, dialectOfUrl } from '../../core/config/dialects.ts';
import { isJsonObject, jsonEquals, type JsonObject, type JsonValue } from '../../core/json.ts';
import { textOf } from '../../core/prompt/request.ts';
import type { ModelRequest } from '../../core/run/model-request.ts';
import { messagesBody } from './anthropic/messages-body.ts';
import { chatBody } from './openai/chat-body.ts';
import { responsesBody } from './openai/responses-body.ts';
import { BESIDE, readBack } from './read-back.ts';

export type BodyFormat = 'chat' | 'responses' | 'messages';

type Asked = Pick<ModelRequest, 'messages' | 'tools' | 'output' | 'parameters'>;

/** Renderings that are remembered, the newest. */
const KEPT = 100;
const remembered = new Map<string, Asked>();

export function rememberRequest({ messages, tools, output, parameters }: Asked): void {
  const texts = fingerprint(messages.map((message) => ({ isSystem: message.role === 'system', text: textOf(message) })));
  remembered.delete(texts);
  remembered.set(texts, { messages, tools, output, parameters });
  const [oldest] = remembered.keys();
  if (remembered.size > KEPT && oldest !== undefined) remembered.delete(oldest);
}

/** Null: it is none that a run could have asked. */
export function requestOf(format: BodyFormat, baseUrl: string, body: JsonObject): ModelRequest | null {
  const { model } = body;
  if (typeof model !== 'string') return null;
  const wanted = asking(body);
  const known = remembered.get(fingerprint(textsOf(format, body)));
  for (const asked of [known, readBack(format, body)]) {
    if (asked === undefined || asked === null) continue;
    if (bodiesOf(format, baseUrl, model, asked).some((made) => jsonEquals(asking(made), wanted))) return { ...asked, repeat: 0 };
  }
  return null;
}

/** Every way in which Goldset writes it, with and without marks for the provider's cache. */
function bodiesOf(format: BodyFormat, baseUrl: string, model: string, asked: Asked): JsonObject[] {
  if (format === 'messages') return ([null, '5m', '1h'] as const).map((ttl) => messagesBody(model, asked, { ttl, comparedWith: null }));
  const marks = [false, true].map((breakpoint) => ({ ...asked, breakpoint }));
  if (format === 'responses') return marks.map((input) => responsesBody(model, input, { ttl: null, comparedWith: null, store: false }));
  return [dialectOfUrl(baseUrl), DIALECTS.openai].flatMap((dialect) => marks.map((input) => chatBody(model, input, dialect)));
}

const asking = (body: JsonObject): JsonObject => Object.fromEntries(Object.entries(body).filter(([name]) => !BESIDE.has(name)));

interface Said {
  readonly isSystem: boolean;
  readonly text: string;
}

/** System text first, for one provider has it apart. */
const fingerprint = (all: readonly Said[]): string =>
  [...all.filter(({ isSystem }) => isSystem), ...all.filter(({ isSystem }) => !isSystem)]
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join('\u0000');

function textsOf(format: BodyFormat, { messages, input, system }: JsonObject): Said[] {
  const list = format === 'responses' ? input : messages;
  const before: Said[] = format === 'messages' ? blocksOf(system).map((text) => ({ isSystem: true, text })) : [];
  const rest = (Array.isArray(list) ? list : []).flatMap((message): Said[] =>
    isJsonObject(message) ? [{ isSystem: message['role'] === 'system', text: blocksOf(message['content']).join('') }] : [],
  );
  return [...before, ...rest];
}

const blocksOf = (content: JsonValue | undefined): string[] =>
  typeof content === 'string'
    ? [content]
    : (Array.isArray(content) ? content : []).flatMap((part) =>
        isJsonObject(part) && typeof part['text'] === 'string' ? [part['text']] : [],
      );
