/** Messages as the calls write them: lists of objects, LangChain's tuples and classes, texts, and parts of a content. */
import type { SegmentSource } from '../document.ts';
import { USER_INPUT, type DraftPart, type Located } from './draft.ts';
import { fieldOf, pathOf, type CallExpression, type ObjectExpression } from './expression.ts';
import { fieldsAsHoles } from './format-calls.ts';
import { literalText } from './literal-json.ts';
import type { PartsReader } from './parts-reader.ts';

export interface DraftMessage {
  readonly role: string;
  readonly parts: readonly DraftPart[];
  readonly source: SegmentSource;
}

const CLASSES: Readonly<Record<string, string>> = {
  SystemMessage: 'system',
  HumanMessage: 'user',
  AIMessage: 'assistant',
  SystemMessagePromptTemplate: 'system',
  HumanMessagePromptTemplate: 'user',
  AIMessagePromptTemplate: 'assistant',
};

const ROLES: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant', developer: 'system', model: 'assistant' };

/** `isTemplate`: texts are format strings that the program fills later (LangChain). */
export interface MessageRules {
  readonly isTemplate: boolean;
}

export const sourceOf = ({ file, expression }: Located): SegmentSource => ({ path: file.path, range: expression.range });

/** One message of this role with the text of an expression. */
export function roleMessage(
  reader: PartsReader,
  role: string,
  located: Located,
  rules: MessageRules = { isTemplate: false },
): DraftMessage {
  return { role, parts: contentParts(reader, located, rules), source: sourceOf(located) };
}

/** A system text is followed by what the user writes, the variable `input`. */
export function systemMessages(reader: PartsReader, located: Located): DraftMessage[] {
  return [roleMessage(reader, 'system', located), inputAfter(reader, located)];
}

/** What the user writes after a text. */
export function inputAfter(reader: PartsReader, located: Located): DraftMessage {
  const { end } = located.expression.range;
  const source = { path: located.file.path, range: { start: end, end } };
  const hole = { ...reader.hole(located, 'text', { name: 'input', source }), why: USER_INPUT };
  return { role: 'user', parts: [hole], source };
}

/** The messages of a list; a part of it that is not known is one message with one variable. */
export function listedMessages(reader: PartsReader, located: Located, rules: MessageRules, depth = 0): DraftMessage[] {
  const followed = reader.resolver.follow(located);
  const opaque = (): DraftMessage[] => [{ role: 'user', parts: [reader.hole(located, 'text')], source: sourceOf(located) }];
  if ('why' in followed || depth > 20) return opaque();
  const { file, expression } = followed;
  if (expression.kind === 'list')
    return expression.items.flatMap((item) => {
      if (item.kind === 'spread') return listedMessages(reader, { file, expression: item.value }, rules, depth + 1);
      return oneMessage(reader, { file, expression: item }, rules);
    });
  const text = reader.text(followed);
  // `[…] + history`.
  if (text === null && expression.kind === 'concat')
    return expression.items.flatMap((item) => listedMessages(reader, { file, expression: item }, rules, depth + 1));
  return text ? [{ role: 'user', parts: filled(followed, text, rules), source: sourceOf(followed) }] : opaque();
}

function oneMessage(reader: PartsReader, located: Located, rules: MessageRules): DraftMessage[] {
  const followed = reader.resolver.follow(located);
  const opaque = (): DraftMessage[] => [{ role: 'user', parts: [reader.hole(located, 'text')], source: sourceOf(located) }];
  if ('why' in followed) return opaque();
  const { file, expression } = followed;
  if (expression.kind === 'object') return objectMessage(reader, { file, expression });
  if (expression.kind === 'list') {
    const [role, content] = expression.items;
    const name = role ? literalText(reader, { file, expression: role }) : null;
    if (name === null || !content || expression.items.length !== 2) return opaque();
    if (name === 'placeholder' || name === 'messages') return [variableMessage(reader, { file, expression: content })];
    return [{ role: roleOf(name), parts: contentParts(reader, { file, expression: content }, rules), source: sourceOf(followed) }];
  }
  if (expression.kind === 'call') return classMessage(reader, { file, expression }, rules) ?? opaque();
  const text = reader.text(followed);
  return text ? [{ role: 'user', parts: filled(followed, text, rules), source: sourceOf(followed) }] : opaque();
}

/** `{ role, content }`; Gemini writes `{ role, parts: [{ text }] }`. */
function objectMessage(reader: PartsReader, { file, expression }: { file: Located['file']; expression: ObjectExpression }): DraftMessage[] {
  const role = fieldOf(expression, 'role');
  const content = fieldOf(expression, 'content') ?? fieldOf(expression, 'parts') ?? fieldOf(expression, 'text');
  const name = role ? literalText(reader, { file, expression: role }) : null;
  const source = { path: file.path, range: expression.range };
  if (content === null) return [];
  return [{ role: roleOf(name ?? 'user'), parts: contentParts(reader, { file, expression: content }, { isTemplate: false }), source }];
}

/** `SystemMessage("…")`, `new SystemMessage({ content })`, `HumanMessagePromptTemplate.from_template("…")`, `MessagesPlaceholder("history")`. */
function classMessage(reader: PartsReader, located: Located & { expression: CallExpression }, rules: MessageRules): DraftMessage[] | null {
  const { file, expression } = located;
  const path = pathOf(expression.callee);
  const [first] = expression.arguments;
  const name = path?.find((part) => Object.hasOwn(CLASSES, part));
  const content = expression.arguments.find((argument) => argument.name === 'content' || argument.name === 'template') ?? first;
  if (path?.at(-1) === 'MessagesPlaceholder') return [variableMessage(reader, first ? { file, expression: first.value } : located)];
  const keywords = expression.arguments.map(({ name: key, value }) => ({ key, value, range: value.range }));
  // `Message(role="user", content="…")`, whatever the class.
  if (name === undefined && keywords.some(({ key }) => key === 'role') && keywords.some(({ key }) => key === 'content'))
    return objectMessage(reader, { file, expression: { kind: 'object', range: expression.range, entries: keywords } });
  const role = name === undefined ? undefined : CLASSES[name];
  if (role === undefined || !content) return null;
  const inner = content.value.kind === 'object' ? (fieldOf(content.value, 'content') ?? content.value) : content.value;
  const isTemplate = rules.isTemplate && name?.endsWith('PromptTemplate') === true;
  return [{ role, parts: contentParts(reader, { file, expression: inner }, { isTemplate }), source: sourceOf(located) }];
}

/** A place where the program puts messages. */
function variableMessage(reader: PartsReader, located: Located): DraftMessage {
  const name = literalText(reader, located)?.replace(/[{}]/g, '').trim();
  const hole = reader.hole(located, 'text', name === undefined || name === '' ? {} : { name });
  return { role: 'user', parts: [{ ...hole, why: 'the program puts messages here' }], source: sourceOf(located) };
}

/** A text, or the texts of a list of parts (`{ type: "text", text }`); a part of another kind is a variable. */
export function contentParts(reader: PartsReader, located: Located, rules: MessageRules): DraftPart[] {
  const followed = reader.resolver.follow(located);
  if ('why' in followed) return [reader.hole(located, 'text')];
  const { file, expression } = followed;
  if (expression.kind === 'list')
    return expression.items.flatMap((item) => {
      const inner = reader.resolver.follow({ file, expression: item });
      const text = 'why' in inner || inner.expression.kind !== 'object' ? null : fieldOf(inner.expression, 'text');
      if (text !== null && !('why' in inner)) return contentParts(reader, { file: inner.file, expression: text }, rules);
      return filled(followed, reader.parts({ file, expression: item }, 'text'), rules);
    });
  if (expression.kind === 'object') {
    const text = fieldOf(expression, 'text') ?? fieldOf(expression, 'content') ?? fieldOf(expression, 'parts');
    return text ? contentParts(reader, { file, expression: text }, rules) : [reader.hole(located, 'text')];
  }
  return filled(followed, reader.text(followed) ?? [reader.hole(located, 'text')], rules);
}

const filled = ({ file, expression }: Located, parts: DraftPart[], { isTemplate }: MessageRules): DraftPart[] =>
  isTemplate ? (fieldsAsHoles(file, parts, expression) ?? parts) : parts;

const roleOf = (name: string): string => (Object.hasOwn(ROLES, name) ? (ROLES[name] ?? name) : name);
