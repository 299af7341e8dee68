/** Rows of a file that may be larger than memory: JSON lines, a JSON list, or CSV; each may be compressed with gzip. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { csvLayout, type CsvLayout } from '../../core/golden/csv-delimiter.ts';
import { parse } from 'csv-parse';
import { heldRows } from '../../core/feedback/logs/held-rows.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../core/json/json.ts';
import { JsonItems, type FileRow } from './json-items.ts';
import { quantity } from '../../core/display/figures.ts';

/** A line or an item that is longer is none. Characters. */
const MAX_ROW = 32 << 20;

export type RowFormat = 'json' | 'csv';

/** @throws when the file cannot be read, or is no gzip although its name says so. */
export function rowsOf(file: string, format: RowFormat): AsyncIterable<FileRow> {
  return format === 'csv' ? csvRows(file) : jsonRows(file);
}

/** Inflated by the name. A stream that fails before anybody reads it fails where it is read. */
export function bytesOf(file: string): Readable {
  const stream = createReadStream(file);
  if (!/\.gz$/i.test(file)) return stream;
  const inflated = createGunzip();
  stream.on('error', (error) => inflated.destroy(error));
  return stream.pipe(inflated);
}

const textOf = (file: string): AsyncIterable<string> => bytesOf(file).setEncoding('utf8');

async function* jsonRows(file: string): AsyncIterable<FileRow> {
  for await (const item of jsonItems(file)) {
    const held = 'row' in item ? heldRows(item.row) : null;
    if (held === null) yield item;
    else for (const [i, row] of held.rows.entries()) yield { place: placeIn(item.place, held.name, i), row };
  }
}

/** A row of a list that came one by one has its place already. */
const placeIn = (place: string, name: string, i: number): string => (place.includes(`, ${name} `) ? place : `${place}, ${name} ${i + 1}`);

/** A list, or objects over several lines, are read by their brackets; anything else line by line. */
async function* jsonItems(file: string): AsyncIterable<FileRow> {
  const chunks = textOf(file)[Symbol.asyncIterator]();
  let start = '';
  while (!hasTwoLines(start) && start.length < PEEK) {
    const next = await chunks.next();
    if (next.done === true) break;
    start += next.value;
  }
  start = start.replace(/^\uFEFF/, '');
  const all = async function* (): AsyncIterable<string> {
    yield start;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  };
  if (isBracketed(start)) {
    const items = new JsonItems(MAX_ROW);
    for await (const chunk of all()) yield* items.take(chunk);
    yield* items.end();
    return;
  }
  for await (const { number, text } of linesOf(all())) {
    const place = `line ${number}`;
    if (text === null) yield { place, problem: `It is longer than ${MAX_ROW >> 20} MB.` };
    else if (text.trim() !== '') {
      const row = parseJson(text);
      yield row === undefined ? { place, problem: 'It is not JSON.' } : { place, row };
    }
  }
}

/** Whether two lines that are not empty have ended. */
const hasTwoLines = (text: string): boolean =>
  text
    .split('\n', 500)
    .slice(0, -1)
    .filter((line) => line.trim() !== '').length > 1;

/** Characters that are looked at to see what a file is. */
const PEEK = 1 << 20;

/** A list, one large object, or objects over several lines, perhaps after lines that a program printed. */
function isBracketed(start: string): boolean {
  if (/^\s*\[/.test(start)) return true;
  const lines = start.split('\n', 500).map((line) => line.trim());
  const [first = '', second = ''] = lines.filter((line) => line !== '');
  if (!first.startsWith('{')) return !/^["\d]/.test(first) && lines.includes('{');
  if (first === '{' || first.length >= PEEK - 1) return true;
  const isRow = (line: string): boolean => isJsonObject(parseJson(line));
  return !isRow(first) && second !== '' && !isRow(second) && !second.startsWith('{');
}

/** From 1. The last line needs no end. `text` null: it is too long. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncIterable<{ readonly number: number; readonly text: string | null }> {
  let rest = '';
  let isTooLong = false;
  let number = 1;
  for await (const chunk of chunks) {
    const lines = chunk.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      yield { number: number++, text: isTooLong ? null : (rest + line).replace(/\r$/, '') };
      rest = '';
      isTooLong = false;
    }
    rest = isTooLong ? '' : rest + last;
    if (rest.length > MAX_ROW) [rest, isTooLong] = ['', true];
  }
  if (rest !== '' || isTooLong) yield { number, text: isTooLong ? null : rest };
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The first line says what separates, and names the columns. An empty cell says nothing. */
async function* csvRows(file: string): AsyncIterable<FileRow> {
  const skipped: FileRow[] = [];
  const layout = await layoutOf(file);
  const parser = parse({
    bom: true,
    info: true,
    delimiter: layout.delimiter,
    from_line: layout.said === 'sep' ? 2 : 1,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: MAX_ROW,
  });
  parser.on('skip', (error: { message: string; lines?: number } | undefined) => {
    const place = `line ${error?.lines ?? '?'}`;
    // It is told once for each thing that is wrong with a row.
    if (skipped.at(-1)?.place !== place)
      skipped.push({ place, problem: `It is not valid CSV: ${(error?.message ?? '').replace(/,? value is .*/s, '')}` });
  });
  const stream = bytesOf(file);
  stream.on('error', (error) => parser.destroy(error));
  stream.pipe(parser);
  let header: readonly string[] | null = null;
  for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
    yield* skipped.splice(0);
    if (header === null) {
      const names = record.map((name) => name.trim());
      const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
      if (twice !== undefined)
        yield { place: `line ${info.lines}`, problem: `The column ${twice} stands more than once; only the last is read.` };
      header = names;
      continue;
    }
    const place = `line ${info.lines}`;
    if (record.length > header.length)
      yield {
        place,
        problem: `It has ${quantity(record.length, 'cell')}, the header ${header.length}. Quote cells that contain a separator.`,
      };
    else yield { place, row: rowOf(header, record) };
  }
  yield* skipped;
}

function rowOf(header: readonly string[], record: readonly string[]): JsonObject {
  const cells = header.flatMap((name, i): [string, string][] => {
    const cell = record[i] ?? '';
    return cell === '' || name === '' ? [] : [[name, cell]];
  });
  return Object.fromEntries(cells);
}

/** What separates the columns, as the beginning of the file says. */
async function layoutOf(file: string): Promise<CsvLayout> {
  for await (const chunk of textOf(file)) return csvLayout(chunk.slice(0, PEEK));
  return csvLayout('');
}
