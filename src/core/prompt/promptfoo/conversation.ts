/** `_conversation` and `storeOutputAs` of a promptfoo config: which earlier answers each case of a prompt is sent with. */
import { CONVERSATION } from '../../golden/earlier-answers.ts';
import type { GoldenCase } from '../../golden/case.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { Diagnostics } from '../../problems/diagnostics.ts';
import { readYaml } from '../../yaml/yaml.ts';

/** Whether a text names a variable. */
export const namesVariable = (text: string, name: string): boolean => text.split(/[^\p{L}\p{N}_$]+/u).includes(name);

/** Whether a tag of a text names a variable. */
export const namedInTag = (text: string, name: string): boolean =>
  (text.match(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g) ?? []).some((tag) => namesVariable(tag, name));

export const usesConversation = (raw: string): boolean => namesVariable(raw, CONVERSATION);

const LOOP = /\{%-?\s*for\s+(\w+)\s+in\s+_conversation\s*-?%\}([\s\S]*?)\{%-?\s*endfor\s*-?%\}/g;

/** A chat whose loop gives the turns before its last message: the chat without the loop. Null: it is written in another way. */
export function withoutConversationLoop(raw: string): string | null {
  const [loop, ...others] = raw.matchAll(LOOP);
  if (loop === undefined || others.length > 0) return null;
  const [whole, turn = '', body = ''] = loop;
  const rest = raw.replace(whole, () => '');
  const turns = messagesOf(body.trim().replace(/,$/, ''));
  const before = raw.slice(0, loop.index);
  const after = messagesOf(
    raw
      .slice(loop.index + whole.length)
      .trim()
      .replace(/^,/, '')
      .replace(/\]$/, ''),
  );
  if (usesConversation(rest) || turns === null || after?.length !== 1 || !before.trim().match(/^$|^\[$|,$|["'}\w]$/)) return null;
  const [asked, answered, ...more] = turns;
  const isTurn =
    more.length === 0 &&
    isMessage(asked, 'user', turn, 'input') &&
    isMessage(answered, 'assistant', turn, 'output') &&
    roleOf(after[0]) === 'user';
  return isTurn ? rest : null;
}

const roleOf = (value: JsonValue | undefined): JsonValue | undefined => (isJsonObject(value) ? value['role'] : undefined);

function isMessage(value: JsonValue | undefined, role: string, turn: string, field: string): boolean {
  const content = isJsonObject(value) ? value['content'] : undefined;
  return (
    roleOf(value) === role && typeof content === 'string' && new RegExp(`^\\{\\{-?\\s*${turn}\\.${field}\\s*-?\\}\\}$`).test(content.trim())
  );
}

/** A list of messages without its brackets, as JSON or YAML. */
function messagesOf(text: string): readonly JsonValue[] | null {
  const json = parseJson(`[${quotedDumps(text)}]`);
  if (Array.isArray(json)) return json;
  const yaml = readYaml(text, new Diagnostics('prompt'))?.value;
  return Array.isArray(yaml) ? yaml : null;
}

/** `"content": {{ text | dump }}`: the filter writes the quotes of the text, which are those of the JSON here. */
export const quotedDumps = (json: string): string =>
  json.replace(
    /(:\s*)\{\{-?\s*([\w.]+)\s*\|\s*(?:dump|tojson)(?:\s*\|\s*safe)?\s*-?\}\}/g,
    (_tag, colon: string, name: string) => `${colon}"{{ ${name} }}"`,
  );

/** A case of a config with what says how it goes on from others. */
export interface ConfigTurn {
  readonly goldenCase: GoldenCase;
  readonly entry: JsonObject;
  /** The conversation that it is a turn of (promptfoo's `metadata.conversationId`); null: it is sent without one. */
  readonly conversation: string | null;
}

/** The cases of one prompt, each with the earlier answers that it needs. `text`: of the prompt; null: code makes it, which may read everything. */
export function withEarlierAnswers<T extends ConfigTurn>(cases: readonly T[], text: string | null): T[] {
  const isConversation = text !== null && usesConversation(text);
  if (!isConversation && cases.every(({ goldenCase }) => goldenCase.stores === undefined)) return [...cases];
  const stored = new Map<string, string>();
  const turns = new Map<string, string[]>();
  return cases.map((item) => {
    const { goldenCase, entry, conversation } = item;
    const read = `${text ?? ''}\n${JSON.stringify(entry)}`;
    const used = [...stored].filter(([name]) => text === null || namesVariable(read, name) || read.includes('file://'));
    const before = isConversation && conversation !== null ? [...(turns.get(conversation) ?? [])] : [];
    if (goldenCase.stores !== undefined) stored.set(goldenCase.stores.name, goldenCase.id);
    if (conversation !== null) turns.set(conversation, [...(turns.get(conversation) ?? []), goldenCase.id]);
    if (used.length === 0 && before.length === 0) return item;
    const earlier = { stored: Object.fromEntries(used), ...(before.length === 0 ? {} : { conversation: before }) };
    return { ...item, goldenCase: { ...goldenCase, earlier } };
  });
}
