/**
 * Edits of a prompt in its string literal. An edit is tried, the file is read again, and the edit counts only if the prompt then has
 * exactly the wanted text and no other prompt of the file has changed.
 */
import { applyEdits, type TextEdit, type TextRange } from '../../text/text.ts';
import type { TemplatePart } from '../document.ts';
import { parseSource, readCode, type CodePrompt, type ImportResolver, type SourceText } from './read-code.ts';
import { writeText } from './write-text.ts';

export type PromptEdit = { readonly edit: TextEdit } | { readonly refused: string };

/** Text, and places of the same literal that are kept as they are written (`${…}`). */
export type NewText = readonly (string | TextRange)[];

/** How a text may have to be written: the braces of a format call, the indentation that `dedent` removes. */
const BRACES = [1, 2];

/**
 * Replaces a range of a string literal, which has text of the prompt, by a new text. Quotes, prefix and indentation stay.
 * `refused` says why no such edit exists.
 */
export function editPrompt(
  source: SourceText,
  id: string,
  range: TextRange,
  text: string | NewText,
  resolveImport: ImportResolver,
): PromptEdit {
  const before = readCode(source.path, source.text, resolveImport);
  const prompt = before.prompts.find((item) => item.id === id);
  if (prompt === undefined) return { refused: `There is no prompt ${id}.` };
  const literal = parseSource(source).literalAt(range);
  if (literal === null) return { refused: `This text of ${prompt.document.name} is not in one string of ${source.path}.` };
  if (
    literal.holes.some((hole) => hole.start < range.end && hole.end > range.start && !(hole.start >= range.start && hole.end <= range.end))
  )
    return { refused: 'The edit begins or ends inside an expression.' };
  const news = typeof text === 'string' ? [text] : text;
  const wanted = expectedParts(prompt, source.path, range, news);
  if (wanted === null) return { refused: 'The edit begins or ends inside an escape of the string.' };
  const eol = source.text.includes('\r\n') ? '\r\n' : '\n';
  for (const braces of BRACES)
    for (const indented of indentations(source, prompt, literal.content, range)) {
      const written = news.map((piece) => {
        if (typeof piece !== 'string') return source.text.slice(piece.start, piece.end);
        return indented(writeText(piece, literal, { eol, braces }));
      });
      const edit = { range, text: written.join('') };
      if (gives(source, edit, prompt, wanted, before.prompts, resolveImport)) return { edit };
    }
  return { refused: `The string cannot hold this text the way it is written in ${source.path}.` };
}

/** How the lines of a new text may have to begin: with the indentation that `dedent` removes, in blank lines or not, else with nothing. */
function indentations(source: SourceText, prompt: CodePrompt, content: TextRange, range: TextRange): ((text: string) => string)[] {
  const { text, path } = source;
  const isSent = (at: number): boolean =>
    partsOf(prompt).some((part) => part.source.path === path && part.source.range.start <= at && at < part.source.range.end);
  const ownLine = Math.max(text.lastIndexOf('\n', range.start - 1) + 1, content.start);
  const nextLine = /\n(?=[ \t]+\S)/.exec(text.slice(content.start, content.end));
  const lines = [ownLine, ...(nextLine ? [content.start + nextLine.index + 1] : [])];
  const removed = lines.flatMap((at) => (isSent(at) ? [] : (/^[ \t]+/.exec(text.slice(at, content.end))?.[0] ?? [])));
  return [
    ...[...new Set(removed)].flatMap((margin) => [
      (added: string) => added.replace(/\n(?=[^\r\n])/g, `\n${margin}`),
      (added: string) => added.replaceAll('\n', `\n${margin}`),
    ]),
    (added) => added,
  ];
}

function gives(
  source: SourceText,
  edit: TextEdit,
  prompt: CodePrompt,
  wanted: string,
  before: readonly CodePrompt[],
  resolveImport: ImportResolver,
): boolean {
  const after = readCode(source.path, applyEdits(source.text, [edit]), resolveImport).prompts;
  if (after.length !== before.length) return false;
  return before.every((item, i) => {
    const now = after[i];
    if (now?.id !== item.id) return false;
    if (item.id === prompt.id) return contentText(now) === wanted;
    return sharesText(item, source.path, edit.range) || contentText(now) === contentText(item);
  });
}

const sharesText = (prompt: CodePrompt, path: string, range: TextRange): boolean =>
  partsOf(prompt).some(({ source }) => source.path === path && source.range.start < range.end + 1 && source.range.end > range.start - 1);

const partsOf = ({ document: { template } }: CodePrompt): readonly TemplatePart[] =>
  template.kind === 'parts' ? template.messages.flatMap(({ parts }) => parts) : [];

/** All messages in one line of text that is the same only for the same prompt. */
function contentText({ document: { template } }: CodePrompt): string {
  if (template.kind !== 'parts') return JSON.stringify(template);
  return JSON.stringify(template.messages.map(({ role, parts }) => [role, merged(parts.map(shownPart))]));
}

type Shown = string | readonly [name: string, format: string | null];
const shownPart = (part: TemplatePart): Shown => ('text' in part ? part.text.replace(/\r\n?/g, '\n') : [part.variable, part.format]);

function merged(parts: readonly Shown[]): Shown[] {
  const result: Shown[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else if (part !== '') result.push(part);
  }
  return result;
}

/** `contentText` of the prompt after the edit; null: the range cuts through an escape. */
function expectedParts(prompt: CodePrompt, path: string, range: TextRange, news: NewText): string | null {
  const { template } = prompt.document;
  if (template.kind !== 'parts') return null;
  const holes = new Map(
    partsOf(prompt).flatMap((part) =>
      'text' in part || part.source.path !== path ? [] : [[part.source.range.start, shownPart(part)] as const],
    ),
  );
  const added = news.map((piece): Shown | null => (typeof piece === 'string' ? piece : (holes.get(piece.start) ?? null)));
  if (!added.every((piece) => piece !== null)) return null;
  let isCut = false;
  const messages = template.messages.map(({ role, parts }) => {
    let isPlaced = false;
    const place = (): Shown[] => {
      if (isPlaced) return [];
      isPlaced = true;
      return added;
    };
    const shown = parts.flatMap((part): Shown[] => {
      const { source } = part;
      const outside = source.path !== path || source.range.end <= range.start || source.range.start >= range.end;
      const isInsertion = range.start === range.end && source.path === path && source.range.start === range.start && 'text' in part;
      if (isInsertion) return [...place(), shownPart(part)];
      if (outside) {
        const endsHere = source.path === path && range.start === range.end && source.range.end === range.start;
        return endsHere ? [shownPart(part), ...place()] : [shownPart(part)];
      }
      if (source.range.start >= range.start && source.range.end <= range.end) return place();
      if (!('text' in part) || part.text.length !== source.range.end - source.range.start) {
        isCut = true;
        return [];
      }
      const head = part.text.slice(0, Math.max(0, range.start - source.range.start));
      const tail = part.text.slice(Math.max(0, range.end - source.range.start));
      return [head, ...place(), ...(range.end < source.range.end ? [tail] : [])];
    });
    return [role, merged(shown)];
  });
  return isCut ? null : JSON.stringify(messages);
}
