/** Golden sets in CSV: one row is replaced, the others stay as they are. */
import { parse } from 'csv-parse/sync';
import { HumanError } from '../../problems/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { TextEdit } from '../../text/text.ts';
import type { GoldenCase } from '../case.ts';
import { csvLayout } from '../csv-delimiter.ts';
import { isLiteralCell } from '../csv.ts';
import { caseFields, type NewCase } from './new-case.ts';

export function setCsvExpected(text: string, { source }: GoldenCase, expected: JsonValue): TextEdit[] {
  const { delimiter } = csvLayout(text);
  const header = headerOf(text);
  const at = header.indexOf('expected');
  if (at === -1)
    throw new HumanError('golden/no-column', 'This CSV has no column `expected`.', 'Add one, or move the case to a .golden.yaml file.');
  const [row = []] = parsedRows(text.slice(source.range.start, source.range.end), { delimiter });
  const cells = header.map((_, i) => (i === at ? cellText(expected) : (row[i] ?? '')));
  return [{ range: source.range, text: rowText(cells, delimiter) }];
}

export function addCsvCases(text: string, added: readonly NewCase[]): TextEdit[] {
  if (added.some(isTooMuch))
    throw new HumanError(
      'golden/no-column',
      'A row of a CSV cannot hold a conversation, results of tools, a criterion or a kind of case.',
      'Keep the case in a .golden.yaml file, or expect the text itself instead of a criterion.',
    );
  const isNew = text.trim() === '';
  const header = isNew ? newHeader(added) : headerOf(text);
  const { delimiter } = isNew ? { delimiter: ',' } : csvLayout(text);
  const rows = added.map((item) => rowText(cellsOf(item, header), delimiter));
  const all = isNew ? [rowText(header, delimiter), ...rows] : rows;
  const start = isNew ? 0 : text.length;
  return [
    {
      range: { start, end: text.length },
      text: `${isNew || text.endsWith('\n') ? '' : '\n'}${all.map((row) => `${row}\n`).join('')}`,
    },
  ];
}

const isTooMuch = ({ messages, tools = [], assertions = [], kind }: NewCase): boolean =>
  messages !== undefined || tools.length > 0 || assertions.length > 0 || kind !== undefined;

/** The columns of a file that has no case yet: those that the cases need. */
function newHeader(added: readonly NewCase[]): string[] {
  const names = new Set(added.flatMap(({ vars }) => Object.keys(vars)));
  const has = (isThere: (item: NewCase) => boolean, name: string): string[] => (added.some(isThere) ? [name] : []);
  return [
    'id',
    ...names,
    ...has(({ expected }) => expected !== null, 'expected'),
    ...has(({ group }) => group !== undefined, 'group'),
    ...has(({ status }) => status !== undefined, 'status'),
    ...has(({ description }) => description !== null, '__description'),
  ];
}

function cellsOf(added: NewCase, header: readonly string[]): string[] {
  const { status = '', group = '' } = added;
  const fields = caseFields(added, isLiteralCell);
  const values: JsonObject = {
    ...(isJsonObject(fields['vars']) ? fields['vars'] : {}),
    id: added.id,
    expected: fields['expected'] ?? '',
    group,
    status,
    __description: fields['description'] ?? '',
  };
  const needed = [
    ...Object.keys(added.vars),
    ...(group === '' ? [] : ['group']),
    ...(status === '' ? [] : ['status']),
    ...(added.expected === null ? [] : ['expected']),
  ];
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0 || !header.includes('id'))
    throw new HumanError(
      'golden/no-column',
      `This CSV has no column for ${[...missing, ...(header.includes('id') ? [] : ['id'])].join(', ')}.`,
      'Add it, or keep new cases in a .golden.yaml file.',
    );
  return header.map((name) => cellText(values[name] ?? ''));
}

export function headerOf(text: string): string[] {
  const { start, delimiter } = csvLayout(text);
  const [header = []] = parsedRows(text.slice(start), { delimiter, to: 1 });
  return header.map((name) => name.trim());
}

export const parsedRows = (text: string, options: { readonly delimiter: string; readonly to?: number }): readonly string[][] =>
  parse(text, { ...options, relax_column_count: true });

export const cellText = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

export const rowText = (cells: readonly string[], delimiter: string): string =>
  cells.map((cell) => quoted(cell, delimiter)).join(delimiter);

/** RFC 4180. */
const quoted = (cell: string, delimiter: string): string =>
  /["\r\n]/.test(cell) || cell.includes(delimiter) || cell !== cell.trim() ? `"${cell.replace(/"/g, '""')}"` : cell;
