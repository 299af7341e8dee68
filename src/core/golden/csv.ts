/** promptfoo's CSV: a column per variable, and columns that start with `__`. `expected` of ours stands as it is. */
import { parse, CsvError } from 'csv-parse/sync';
import type { Diagnostics } from '../problems/diagnostics.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import { csvLayout, delimiterName, type CsvLayout } from './csv-delimiter.ts';
import { LITERAL } from './literal.ts';
import { parseExpectedCell } from './expected-cell.ts';
import { quantity } from '../display/figures.ts';

export interface CsvRow {
  readonly value: JsonObject;
  readonly range: TextRange;
}

interface RawRow {
  readonly record: readonly string[];
  readonly info: { readonly bytes: number; readonly lines: number };
  readonly raw: string;
}

const OURS = ['id', 'critical', 'group', 'status'];

export function readCsvRows(text: string, diagnostics: Diagnostics): CsvRow[] {
  const layout = csvLayout(text);
  const rows = rawRows(text.slice(layout.start), layout.delimiter, diagnostics);
  const header = rows[0]?.record;
  if (!header) return [];
  let offset = layout.start + (rows[0]?.raw.length ?? 0);
  checkHeader(header, { start: layout.start, end: Math.max(layout.start, text.slice(0, offset).trimEnd().length) }, layout, diagnostics);
  return rows.slice(1).map((row) => {
    const start = text.indexOf(row.raw, offset);
    const from = start === -1 ? offset : start;
    offset = from + row.raw.length;
    const range = { start: from, end: from + row.raw.trimEnd().length };
    if (row.record.length > header.length) {
      diagnostics.warning('golden/extra-cells', `This row has ${quantity(row.record.length, 'cell')}, the header ${header.length}.`, range);
    }
    return { value: caseOf(header, row.record, range, diagnostics), range };
  });
}

function checkHeader(header: readonly string[], range: TextRange, { delimiter, said }: CsvLayout, diagnostics: Diagnostics): void {
  if (said !== null)
    diagnostics.info(
      'golden/delimiter',
      `The columns of this CSV are separated by ${delimiterName(delimiter)}, as ${said === 'sep' ? 'its line `sep=` says' : 'its header shows'}.`,
      range,
    );
  const names = header.map((name) => name.trim()).filter((name) => name !== '' && !/^__expected\d*$/.test(name));
  for (const name of new Set(names.filter((name, i) => names.indexOf(name) !== i)))
    diagnostics.warning(
      'golden/duplicate-column',
      `The column \`${name}\` stands ${names.filter((other) => other === name).length} times; only the last is read.`,
      range,
      'Rename or remove the others.',
    );
}

function rawRows(text: string, delimiter: string, diagnostics: Diagnostics): RawRow[] {
  try {
    return parse(text, {
      delimiter,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: false,
    }) as unknown as RawRow[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    diagnostics.error(
      'golden/syntax',
      `This CSV cannot be read: ${error.message}`,
      { start: 0, end: Math.min(text.length, 1) },
      'Quote cells that hold a comma, a quote or a line break.',
    );
    return [];
  }
}

function caseOf(header: readonly string[], record: readonly string[], range: TextRange, diagnostics: Diagnostics): JsonObject {
  const vars: JsonObject = {};
  const entry: JsonObject = { vars };
  const assertions: JsonValue[] = [];
  const options: JsonObject = {};
  const metadata: JsonObject = {};
  header.forEach((column, i) => {
    const name = column.trim();
    const cell = record[i] ?? '';
    if (!name.startsWith('__')) {
      if (name === 'expected') {
        if (cell !== '') entry['expected'] = jsonObjectOr(cell);
      } else if (OURS.includes(name) && cell !== '') entry[name] = cell;
      else if (!OURS.includes(name)) vars[name] = isLiteralCell(cell) ? jsonObjectOr(cell) : cell;
    } else if (/^__expected\d*$/.test(name)) {
      if (cell.trim() !== '') assertions.push(parseExpectedCell(cell));
    } else if (name === '__description') entry['description'] = isLiteralCell(cell) ? jsonObjectOr(cell) : cell;
    else if (name === '__prefix') options['prefix'] = cell;
    else if (name === '__suffix') options['suffix'] = cell;
    else if (name === '__threshold') {
      if (cell.trim() !== '') entry['threshold'] = Number(cell);
    } else if (name === '__metric') {
      if (cell !== '') assertions.forEach((item) => Object.assign(item as JsonObject, { metric: cell }));
    } else if (name.startsWith('__metadata:')) setMetadata(metadata, name.slice('__metadata:'.length), cell);
    else diagnostics.warning('golden/unknown-key', `Unknown column \`${name}\`.`, range);
  });
  if (assertions.length > 0) entry['assert'] = assertions;
  if (Object.keys(options).length > 0) entry['options'] = options;
  if (Object.keys(metadata).length > 0) entry['metadata'] = metadata;
  return entry;
}

/** `__metadata:tags[]` is a list, split at commas. */
function setMetadata(metadata: JsonObject, key: string, cell: string): void {
  if (cell === '') return;
  if (key.endsWith('[]')) metadata[key.slice(0, -2)] = cell.split(/(?<!\\),/).map((item) => item.replace(/\\,/g, ',').trim());
  else metadata[key] = cell;
}

/** `{"literal":"…"}`: how a cell says that its text stands for itself. */
export function isLiteralCell(cell: string): boolean {
  const value = cell.startsWith(`{"${LITERAL}":`) ? parseJson(cell) : undefined;
  return isJsonObject(value) && Object.keys(value).length === 1;
}

/** An expected object or list is written as JSON in its cell; anything else is text. */
function jsonObjectOr(cell: string): JsonValue {
  const value = /^\s*[[{]/.test(cell) ? parseJson(cell) : undefined;
  return value ?? cell;
}
