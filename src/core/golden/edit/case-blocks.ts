/** Cases of YAML, JSON and JSON lines: each is changed in its own place; copies follow it. */
import type { TextEdit, TextRange } from '../../text/text.ts';
import type { GoldenCase } from '../case.ts';
import { contentEnd, hasField, readCaseText, withField, type ReadCaseText } from './case-map.ts';
import type { CaseEdit, WrittenChange } from './case-change.ts';

/** Null: the text cannot be changed so. */
export function textCaseEdits(path: string, text: string, wanted: readonly CaseEdit[]): TextEdit[] | null {
  const isLines = path.endsWith('.jsonl');
  const isJson = isLines || path.endsWith('.json');
  const edits: TextEdit[] = [];
  // Cases that stay, so that a list in brackets keeps its commas right.
  let staying = wanted.filter(({ isRemoved }) => !isRemoved).length;
  for (const [i, edit] of wanted.entries()) {
    const { found, changes, isRemoved, copies } = edit;
    if (changes.length === 0 && !isRemoved && copies.length === 0) continue;
    const own = placeOf(text, found, isJson);
    const changed = own === null ? null : changedText(own, edit);
    if (own === null || changed === null) return null;
    if (isRemoved) {
      const range = isLines ? lineOf(text, own.range) : removedRange(text, own, wanted[i + 1]?.found ?? null, staying > 0);
      if (range === null) return null;
      edits.push({ range, text: '' });
      staying--;
    } else if (changed !== own.text) edits.push({ range: own.range, text: changed });
    for (const id of copies) {
      const source = readCaseText({ ...own, text: changed });
      const copy = source === null ? null : withField(source, ['id'], id, true);
      if (copy === null) return null;
      edits.push(copyEdit(text, own, copy, isLines));
    }
  }
  return edits;
}

interface CasePlace extends ReadCaseText {
  readonly range: TextRange;
}

/** Null: the case cannot be read by itself, such as one that uses an anchor of another. */
function placeOf(text: string, { source: { range } }: GoldenCase, isJson: boolean): CasePlace | null {
  const whole = readCaseText({
    text: text.slice(range.start, range.end),
    column: range.start - (text.lastIndexOf('\n', range.start - 1) + 1),
    isJson,
  });
  if (whole === null) return null;
  const end = contentEnd(whole);
  return { ...whole, text: whole.text.slice(0, end), range: { start: range.start, end: range.start + end } };
}

/** A derived id would change with the content, and the case's history with it: the case keeps the one that it had. */
function changedText(own: CasePlace, { found, changes }: CaseEdit): string | null {
  if (changes.length === 0) return own.text;
  const isNamed = changes.some(({ field: [key] }) => key === 'id') || hasField(own, 'id');
  const name: WrittenChange[] = isNamed ? [] : [{ field: ['id'], value: found.id }];
  let now: ReadCaseText | null = own;
  for (const { field, value } of [...name, ...changes]) {
    const text: string | null = withField(now, field, value, field[0] === 'id');
    now = text === null ? null : text === now.text ? now : readCaseText({ ...own, text });
    if (now === null) return null;
  }
  return now.text;
}

/** A copy is a line, an item behind a comma, or an item with a dash. */
function copyEdit(text: string, own: CasePlace, copy: string, isLines: boolean): TextEdit {
  const { start, end } = own.range;
  if (isLines) return { range: { start: end, end }, text: `\n${copy.trim()}` };
  if (inBrackets(text, start)) {
    const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    return {
      range: { start: end, end },
      text: `,${/^\s*$/.test(before) && text.lastIndexOf('\n', start - 1) !== -1 ? `\n${before}` : ' '}${copy}`,
    };
  }
  const at = lineEndOf(text, end);
  const head = text.slice(text.lastIndexOf('\n', dashOf(text, start)) + 1, start);
  return { range: { start: at, end: at }, text: `\n${head}${copy}` };
}

/** All of an item. `hasOthers`: some case stays. Null: it cannot be told what belongs to it. */
function removedRange(text: string, { range: { start, end } }: CasePlace, next: GoldenCase | null, hasOthers: boolean): TextRange | null {
  if (inBrackets(text, start)) {
    // With the comma behind it, else with the one before it.
    const behind = /^\s*,[ \t]*/.exec(text.slice(end))?.[0] ?? '';
    if (behind !== '' && next !== null)
      return { start, end: end + behind.length + (/^\s*/.exec(text.slice(end + behind.length))?.[0].length ?? 0) };
    const before = /,\s*$/.exec(text.slice(0, start))?.[0] ?? '';
    return { start: start - before.length, end };
  }
  const dash = dashOf(text, start);
  if (dash === -1 || (!hasOthers && next === null && dash === -1)) return null;
  const lineStart = text.lastIndexOf('\n', dash) + 1;
  if (text.slice(lineStart, dash).trim() !== '') return null;
  const stop = lineEndOf(text, end);
  const lineBreak = /^\r?\n/.exec(text.slice(stop))?.[0].length ?? 0;
  return { start: lineStart, end: stop + lineBreak };
}

/** The dash of an item; −1: it has none. */
function dashOf(text: string, start: number): number {
  const before = text.slice(0, start).trimEnd();
  return before.endsWith('-') ? before.length - 1 : -1;
}

const inBrackets = (text: string, start: number): boolean => /[[,]$/.test(withoutEndComments(text.slice(Math.max(0, start - 4096), start)));

/** Without white space and comments at the end. */
function withoutEndComments(text: string): string {
  let rest = text.trimEnd();
  for (let comment = endComment(rest); comment > 0; comment = endComment(rest)) rest = rest.slice(0, rest.length - comment).trimEnd();
  return rest;
}

/** Characters of the comment in the last line. */
const endComment = (text: string): number => /(?:^|\s)#.*$/.exec(text.slice(text.lastIndexOf('\n') + 1))?.[0].length ?? 0;

function lineOf(text: string, { start, end }: TextRange): TextRange {
  const first = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  return { start: first, end: newline === -1 ? text.length : newline + 1 };
}

function lineEndOf(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  const end = newline === -1 ? text.length : newline;
  return text[end - 1] === '\r' && end > from ? end - 1 : end;
}
