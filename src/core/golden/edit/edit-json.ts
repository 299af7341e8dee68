/** Golden sets in JSON, a list or one case a line. */
import { HumanError } from '../../problems/errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../json/json.ts';
import type { TextEdit } from '../../text/text.ts';
import type { GoldenCase } from '../case.ts';
import { caseFields, type NewCase } from './new-case.ts';

export function setJsonExpected(text: string, { id, source }: GoldenCase, expected: JsonValue): TextEdit[] {
  const { range, expectedRange } = source;
  // A line knows no places inside it: it is written anew, its keys in their order.
  if (expectedRange === null || expectedRange.start === range.start) {
    const value = parseJson(text.slice(range.start, range.end));
    if (!isJsonObject(value)) throw new HumanError('golden/not-written', 'This case is not a JSON object.', 'Edit it by hand.');
    const own = value['id'] === undefined ? { id, ...value } : value;
    const changed = { ...own, expected };
    const isOneLine = !text.slice(range.start, range.end).trim().includes('\n');
    const indent = range.start - (text.lastIndexOf('\n', range.start - 1) + 1);
    return [{ range, text: isOneLine ? JSON.stringify(changed) : indented(changed, indent) }];
  }
  const line = text.lastIndexOf('\n', expectedRange.start - 1) + 1;
  const indent = /^\s*/.exec(text.slice(line))?.[0].length ?? 0;
  const isOneLine = !text.slice(range.start, range.end).includes('\n');
  const edits: TextEdit[] = [{ range: expectedRange, text: isOneLine ? JSON.stringify(expected) : indented(expected, indent) }];
  // A derived id would change with what is expected, and the case's history with it.
  const value = parseJson(text.slice(range.start, range.end));
  if (isJsonObject(value) && value['id'] === undefined) {
    const at = range.start + 1;
    edits.push({ range: { start: at, end: at }, text: `${isOneLine ? '' : `\n${' '.repeat(indent)}`}"id": ${JSON.stringify(id)},` });
  }
  return edits;
}

export function addJsonCases(text: string, added: readonly NewCase[], isLines: boolean): TextEdit[] {
  const end = text.length;
  if (isLines) {
    const separator = text === '' || text.endsWith('\n') ? '' : '\n';
    return [{ range: { start: end, end }, text: separator + added.map((item) => `${JSON.stringify(caseFields(item))}\n`).join('') }];
  }
  const items = added.map((item) => `\n  ${indented(caseFields(item), 2)}`).join(',');
  if (text.trim() === '') return [{ range: { start: 0, end }, text: `[${items}\n]\n` }];
  const close = text.lastIndexOf(']');
  const before = text.slice(0, close).trimEnd();
  const comma = before.endsWith('[') ? '' : ',';
  return [{ range: { start: before.length, end: close }, text: `${comma}${items}\n` }];
}

const indented = (value: JsonValue, indent: number): string => JSON.stringify(value, null, 2).replace(/\n/g, `\n${' '.repeat(indent)}`);
