/** Golden sets in YAML: block style and flow style. */
import { stringify } from 'yaml';
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { TextEdit } from '../../text/text.ts';
import type { GoldenCase } from '../case.ts';
import { caseFields, type NewCase } from './new-case.ts';

export function setYamlExpected(text: string, found: GoldenCase, expected: JsonValue): TextEdit[] {
  return [...expectedEdits(text, found, expected), ...idEdits(text, found)];
}

/** A derived id would change with what is expected, and the case's history with it. */
function idEdits(text: string, { id, source: { range } }: GoldenCase): TextEdit[] {
  if (!isDerived(id) || hasOwnId(text, range.start, range.end)) return [];
  const isFlow = text[range.start] === '{';
  const at = range.start + (isFlow ? 1 : 0);
  return [{ range: { start: at, end: at }, text: isFlow ? ` id: ${id},` : `id: ${id}\n${' '.repeat(indentOf(text, range.start))}` }];
}

function expectedEdits(text: string, { source }: GoldenCase, expected: JsonValue): TextEdit[] {
  const { range, expectedRange } = source;
  const isFlow = text[range.start] === '{';
  if (expectedRange !== null) {
    const keyLine = text.lastIndexOf('\n', expectedRange.start - 1) + 1;
    const ownLine = text.slice(keyLine, expectedRange.start);
    // The value stands below its key: `expected:` is a line of its own.
    const isBelow = ownLine.trim() === '' || /^\s*-\s*$/.test(ownLine);
    const wasFlow = isFlow || text[expectedRange.start] === '{' || text[expectedRange.start] === '[';
    const end = trimmedEnd(text, expectedRange.start, expectedRange.end);
    if (wasFlow && !(typeof expected === 'string' && !isFlow && expected.includes('\n')))
      return [{ range: { start: expectedRange.start, end }, text: flow(expected) }];
    const start = isBelow ? text.lastIndexOf(':', expectedRange.start) + 1 : expectedRange.start - spacesBefore(text, expectedRange.start);
    return [{ range: { start, end }, text: entryValue(expected, indentOf(text, range.start)) }];
  }
  if (isFlow) {
    const close = trimmedEnd(text, range.start, range.end) - 1;
    const before = text.slice(range.start + 1, close).trimEnd();
    const comma = before === '' || before.endsWith(',') ? '' : ',';
    return [{ range: { start: range.start + 1 + before.length, end: close }, text: `${comma} expected: ${flow(expected)} ` }];
  }
  const indent = indentOf(text, range.start);
  const end = lineEnd(text, trimmedEnd(text, range.start, range.end));
  return [{ range: { start: end, end }, text: `\n${' '.repeat(indent)}expected:${entryValue(expected, indent)}` }];
}

export function addYamlCases(text: string, added: readonly NewCase[]): TextEdit[] {
  const cases = added.map((item) => caseFields(item));
  const trimmed = text.trimEnd();
  // The whole list is in brackets: its first sign that is no comment says so.
  if (/^(?:\s|#.*(?:\n|$)|---)*\[/.test(text) && trimmed.endsWith(']')) {
    const close = trimmed.length - 1;
    const before = text.slice(0, close).trimEnd();
    const comma = before.endsWith('[') || before.endsWith(',') ? '' : ',';
    const items = cases.map((fields) => `\n  ${flow(fields)}`).join(',');
    return [{ range: { start: before.length, end: close }, text: `${comma}${items}\n` }];
  }
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  const base = /^( *)- /m.exec(text)?.[1] ?? '';
  const lines = stringify(cases, OPTIONS).trimEnd().split('\n');
  return [
    {
      range: { start: text.length, end: text.length },
      text: `${separator}${lines.map((line) => (line === '' ? line : base + line)).join('\n')}\n`,
    },
  ];
}

const OPTIONS = { lineWidth: 0, blockQuote: 'literal', indentSeq: true, aliasDuplicateObjects: false } as const;

/** What stands behind `expected:`, its space or line break included. */
function entryValue(expected: JsonValue, indent: number): string {
  const lines = stringify({ expected } satisfies JsonObject, OPTIONS)
    .replace(/\n$/, '')
    .slice('expected:'.length)
    .split('\n');
  return lines.map((line, i) => (i === 0 || line === '' ? line : ' '.repeat(indent) + line)).join('\n');
}

/** In braces and on one line; JSON is YAML. */
const flow = (value: JsonValue): string =>
  typeof value === 'object' && value !== null
    ? stringify(value, { ...OPTIONS, collectionStyle: 'flow', indent: 2 })
        .trimEnd()
        .replace(/\n\s*/g, ' ')
    : JSON.stringify(value);

/** The column in which the keys of a case stand. */
const indentOf = (text: string, start: number): number => start - (text.lastIndexOf('\n', start - 1) + 1);

function trimmedEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  const end = newline === -1 ? text.length : newline;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function spacesBefore(text: string, at: number): number {
  let count = 0;
  while (/[ \t]/.test(text[at - 1 - count] ?? '')) count++;
  return count;
}

const isDerived = (id: string): boolean => /^case-[0-9a-f]{8}(?:-\d+)?$/.test(id);

const hasOwnId = (text: string, start: number, end: number): boolean =>
  /(?:^|\n|\{|,)\s*(?:- )?["']?id["']?\s*:/.test(text.slice(start, end));
