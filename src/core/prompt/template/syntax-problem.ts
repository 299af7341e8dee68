/** What the Handlebars parser refuses, in plain words and at the mistake: its own message names a line and repeats some text around it. */
import { messageOf } from '../../problems/errors.ts';
import { excerpt, LineIndex, type TextRange } from '../../text/text.ts';

export interface TemplateProblem {
  readonly message: string;
  readonly range: TextRange;
}

interface ParserError {
  readonly lineNumber?: number;
  readonly column?: number;
  readonly endLineNumber?: number;
  readonly endColumn?: number;
}

/** The problem of a text that could not be parsed, with the range of the tag that is wrong. */
export function syntaxProblem(error: unknown, text: string): TemplateProblem {
  if (error instanceof RangeError) return { message: 'this template is nested too deeply', range: { start: 0, end: text.length } };
  const message = messageOf(error);
  const expecting = /Expecting (.+), got '(\w+)'/.exec(message);
  if (expecting === null) return { message: mismatch(message), range: rangeGiven(error as ParserError, text) };
  const token = expecting[2] ?? '';
  if (token === 'EOF') return unclosedBlock(text) ?? { message: 'a block or a {{…}} is not closed', range: lastLine(text) };
  const range = tagAround(text, placeOf(message, text));
  return { message: plainWords(token, expecting[1] ?? '', text.slice(range.start, range.end)), range };
}

/** The parser shows up to 20 characters before the mistake, without their line ends, and dashes as long as these. */
function placeOf(message: string, text: string): number {
  const [first = '', shown = '', dashes = ''] = message.split('\n');
  const line = Number(/on line (\d+)/.exec(first)?.[1] ?? 1);
  const length = dashes.lastIndexOf('^');
  const before = shown.slice(0, length).replace(/^\.\.\.(?=[\s\S]{20}$)/, '');
  const after = shown.slice(length).replace(/\.\.\.$/, '');
  const lines = new LineIndex(text);
  const fallback = lines.offset({ line: line - 1, character: 0 });
  let found: number | null = null;
  const distance = (at: number): number => Math.abs(lines.position(at).line - (line - 1));
  for (let at = 0; at <= text.length; at++) {
    const isHere =
      text
        .slice(Math.max(0, at - 20), at)
        .replaceAll('\n', '')
        .endsWith(before.slice(-lengthWithoutBreaks(text, at))) &&
      text
        .slice(at, at + 40)
        .replaceAll('\n', '')
        .startsWith(after.slice(0, 10));
    if (isHere && (found === null || distance(at) < distance(found))) found = at;
  }
  return found ?? fallback;
}

/** Characters of the 20 before a place that are no line ends. */
const lengthWithoutBreaks = (text: string, at: number): number =>
  Math.max(1, text.slice(Math.max(0, at - 20), at).replaceAll('\n', '').length);

/** From the `{{` at or before a place to its `}}`, or to the end of the line. */
function tagAround(text: string, at: number): TextRange {
  const own = text.startsWith('{{', at) && !isInsideTag(text, at) ? at : text.lastIndexOf('{{', Math.max(0, at - 1));
  const opening = own > 0 && text[own - 1] === '{' ? own - 1 : own;
  const start = Math.max(0, opening);
  const close = text.indexOf('}}', start);
  const lineEnd = text.indexOf('\n', start);
  const end = close !== -1 && (lineEnd === -1 || close < lineEnd) ? close + 2 : lineEnd === -1 ? text.length : lineEnd;
  return { start, end: Math.max(end, start + 1) };
}

/** Whether a tag that began before a place is still open there. */
const isInsideTag = (text: string, at: number): boolean => text.lastIndexOf('{{', at - 1) > text.lastIndexOf('}}', at - 1);

function plainWords(token: string, expected: string, tag: string): string {
  const shown = `\`${excerpt(tag, 40)}\``;
  if (/^\{\{~?>\s*\}\}$/.test(tag)) return `${shown} names no partial: write {{> name}}`;
  if (/^\{\{~?[#^/]\s*\}\}$/.test(tag)) return `${shown} names no block: write {{#if name}}`;
  if (/^\{\{\{?[~&]?\s*\}?\}\}$/.test(tag)) return `${shown} is empty: write a variable in it`;
  if (token === 'OPEN_ENDBLOCK') return `${shown} closes no block`;
  if (token === 'INVERSE' || token === 'OPEN_INVERSE_CHAIN')
    return expected.includes('OPEN_ENDBLOCK') ? `the block has an {{else}} already` : `${shown} stands outside a block`;
  if (/^\{\{\{[^}]*\}\}$/.test(tag)) return `${shown} is not closed: it must end with }}}`;
  if (!tag.endsWith('}}')) return `${shown} is not closed: }} is missing`;
  if (((tag.match(/"/g)?.length ?? 0) | (tag.match(/'/g)?.length ?? 0)) % 2 === 1) return `a quote is not closed in ${shown}`;
  if (/=\s*\}\}$/.test(tag)) return `a value is missing after = in ${shown}`;
  return `${TOKENS[token] ?? `"${token}"`} is not allowed there in ${shown}`;
}

/** `if doesn't match each - 8:3`. */
function mismatch(message: string): string {
  const [, opened, closed] = /^(.+) doesn't match (.+) - \d+:\d+$/.exec(message) ?? [];
  if (opened !== undefined && closed !== undefined) return `the block {{#${opened}}} is closed by {{/${closed}}}`;
  return (message.split('\n').at(-1) ?? message).trim();
}

/** The innermost block that nothing closes. */
function unclosedBlock(text: string): TemplateProblem | null {
  const open: { readonly name: string; readonly range: TextRange }[] = [];
  for (const match of text.matchAll(/\{\{~?\s*(?:(#[>*]?|\^)\s*([^\s{}]+)[^{}]*|(\/)\s*([^\s{}]+)\s*)~?\}\}/g)) {
    if (match[3] !== undefined) open.pop();
    else open.push({ name: match[2] ?? '', range: { start: match.index, end: match.index + match[0].length } });
  }
  const last = open.at(-1);
  return last === undefined
    ? null
    : { message: `the block {{#${last.name}}} is not closed: {{/${last.name}}} is missing`, range: last.range };
}

const lastLine = (text: string): TextRange => ({ start: text.lastIndexOf('\n', text.length - 2) + 1, end: text.length });

function rangeGiven({ lineNumber, column, endLineNumber, endColumn }: ParserError, text: string): TextRange {
  const lines = new LineIndex(text);
  const line = (lineNumber ?? 1) - 1;
  const start = lines.offset({ line, character: column ?? 0 });
  const stop =
    endLineNumber === undefined
      ? lines.offset({ line: line + 1, character: 0 })
      : lines.offset({ line: endLineNumber - 1, character: endColumn ?? 0 });
  return { start, end: Math.max(stop, start + 1) };
}

const TOKENS: Readonly<Record<string, string>> = {
  INVALID: 'this character',
  CLOSE: '}}',
  OPEN: '{{',
  ID: 'a name',
  SEP: 'a point',
  COMMENT: 'a comment',
  CLOSE_BLOCK_PARAMS: '|',
  OPEN_BLOCK: '{{#',
  OPEN_INVERSE: '{{^',
  OPEN_PARTIAL: '{{>',
  CLOSE_UNESCAPED: '}}}',
  STRING: 'text in quotes',
  NUMBER: 'a number',
  EQUALS: '=',
  OPEN_SEXPR: '(',
  CLOSE_SEXPR: ')',
  DATA: '@',
  CONTENT: 'text',
};
