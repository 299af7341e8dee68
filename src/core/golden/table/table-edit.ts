/** What a person types or pastes into a table, as changes of its golden set. */
import { HumanError } from '../../problems/errors.ts';
import { quantity } from '../../display/figures.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { GoldenCase } from '../case.ts';
import { isFileReference } from '../case-files.ts';
import type { CaseChanges, CellChange } from '../edit/case-change.ts';
import { CASE_STATUSES } from '../edit/case-change.ts';
import type { NewCase } from '../edit/new-case.ts';
import { cellTextOf, isLiteralIn, valueIn, type CaseColumn } from './table-columns.ts';

/** Cells that are pasted at once. */
export const MOST_PASTED = 20_000;

export const NO_CHANGES: CaseChanges = { set: [], remove: [], copy: [], add: [] };

/**
 * The change that a text in a cell means; null: nothing changes. `isTyped`: a person wrote it here, so that `file://…` names a file; text
 * from elsewhere stands for itself.
 */
export function cellChange(item: GoldenCase, column: CaseColumn, text: string, isTyped: boolean): CellChange | null {
  const { field } = column;
  if (field === null)
    throw new HumanError('golden/only-shown', `The column ${column.title} is only shown.`, 'Open the case as text to change it.');
  const before = valueIn(item, column);
  // Text that looks like data stays text until it is changed.
  if (before !== undefined && text === cellTextOf(before)) return null;
  const value = valueOfText(column, text, before);
  if (value === before || (value === null && before === undefined)) return null;
  if (value !== null && before !== undefined && JSON.stringify(value) === JSON.stringify(before)) return null;
  const isReference = isTyped && isFileReference(value) && !isLiteralIn(item, column);
  return { case: item.id, field, value, ...(isReference ? { isReference } : {}) };
}

/** A variable that was data stays data when the text is JSON, and what is expected is data when it looks so. An empty text is no value. */
function valueOfText({ kind }: CaseColumn, text: string, before: JsonValue | undefined): JsonValue | null {
  if (kind === 'status') return statusOf(text);
  if (kind === 'variable')
    return before === undefined || typeof before === 'string'
      ? before === undefined && text === ''
        ? null
        : text
      : (parseJson(text) ?? text);
  if (text.trim() === '') return kind === 'case' ? '' : null;
  if (kind === 'case' || kind === 'description' || kind === 'group') return text.trim();
  const isData = before === undefined || typeof before === 'string' ? /^\s*[[{]/.test(text) : true;
  return isData ? (parseJson(text) ?? text) : text;
}

/** As the column shows it, or in words. */
function statusOf(text: string): string {
  const word = text.trim().toLowerCase().replaceAll(' ', '-');
  return word === '' ? 'active' : (CASE_STATUSES.find((status) => status === word) ?? text.trim());
}

export interface PastePlace {
  /** Cases in the order of the view, from the one where it begins. */
  readonly cases: readonly GoldenCase[];
  /** Columns from the one where it begins. */
  readonly columns: readonly CaseColumn[];
  /** Ids that are taken. */
  readonly taken: ReadonlySet<string>;
}

/** Rows of a spreadsheet over cells: those below the last case become new cases. @throws {HumanError} when it does not fit. */
export function pasteChanges(rows: readonly (readonly string[])[], { cases, columns, taken }: PastePlace): CaseChanges {
  const cells = rows.reduce((sum, row) => sum + row.length, 0);
  if (cells > MOST_PASTED)
    throw new HumanError(
      'golden/paste',
      `${quantity(cells, 'cell')} are too many to paste at once.`,
      `Paste at most ${quantity(MOST_PASTED, 'cell')}, or import the file.`,
    );
  // Of few rows: a call has room for as many arguments.
  const width = Math.max(0, ...rows.map((row) => row.length));
  const over = columns.slice(0, width).find(({ field }) => field === null);
  if (width > columns.length || over !== undefined)
    throw new HumanError(
      'golden/paste',
      over === undefined
        ? `The pasted text has ${quantity(width, 'column')}; the table has ${columns.length} from here.`
        : `The column ${over.title} is only shown.`,
      'Begin further to the left, or copy fewer columns.',
    );
  const names = new Set(taken);
  const set: CellChange[] = [];
  const add: NewCase[] = [];
  rows.forEach((row, i) => {
    const item = cases[i];
    if (item === undefined) add.push(newCase(row, columns, names));
    else
      row.forEach((text, j) => {
        const column = columns[j];
        const change = column === undefined ? null : cellChange(item, column, text, false);
        if (change !== null) set.push(change);
      });
  });
  return { ...NO_CHANGES, set, add };
}

function newCase(row: readonly string[], columns: readonly CaseColumn[], taken: Set<string>): NewCase {
  const vars: JsonObject = {};
  const found = new Map<string, string>();
  row.forEach((text, j) => {
    const column = columns[j];
    if (column?.field?.[0] === 'vars') vars[column.field[1]] = text;
    else if (column !== undefined && text !== '') found.set(column.kind, text);
  });
  const status = statusOf(found.get('status') ?? '');
  const known = CASE_STATUSES.find((one) => one === status);
  if (known === undefined) throw new HumanError('golden/status', `A case has no status “${status}”.`, `Use ${CASE_STATUSES.join(', ')}.`);
  const expected = found.get('expected');
  const group = found.get('group');
  const id = found.get('case')?.trim() ?? freeCaseId(taken);
  taken.add(id);
  return {
    id,
    description: found.get('description') ?? null,
    vars,
    expected: expected === undefined ? null : /^\s*[[{]/.test(expected) ? (parseJson(expected) ?? expected) : expected,
    metadata: {},
    ...(group === undefined ? {} : { group }),
    ...(known === 'active' ? {} : { status: known }),
  };
}

/** `case-N`, the next number. */
export function freeCaseId(taken: ReadonlySet<string>): string {
  for (let i = taken.size + 1; ; i++) if (!taken.has(`case-${i}`)) return `case-${i}`;
}

/** The id of a copy. */
export function copyId(id: string, taken: ReadonlySet<string>): string {
  for (let i = 2; ; i++) if (!taken.has(`${id}-${i}`)) return `${id}-${i}`;
}

/** Rows and columns of what a spreadsheet puts on the clipboard: tabs between cells, quotes around those with line breaks. */
export function cellsOfText(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const source = text.replace(/\r\n?/g, '\n');
  while (at <= source.length) {
    const quoted = source[at] === '"' ? quotedCell(source, at) : null;
    const end = quoted?.end ?? nextBreak(source, at);
    row.push(quoted?.text ?? source.slice(at, end));
    if (source[end] !== '\t') {
      rows.push(row);
      row = [];
    }
    at = end + 1;
    // The last line break ends a row; it does not begin one.
    if (source[end] === '\n' && at === source.length) break;
  }
  return rows;
}

/** A cell in quotes that a tab, a line break or the end follows; null: the quote is text. */
function quotedCell(source: string, start: number): { readonly text: string; readonly end: number } | null {
  let text = '';
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] !== '"') text += source[at] ?? '';
    else if (source[at + 1] === '"') text += source[at++] ?? '';
    else return at + 1 === source.length || source[at + 1] === '\t' || source[at + 1] === '\n' ? { text, end: at + 1 } : null;
  }
  return null;
}

function nextBreak(source: string, from: number): number {
  for (let at = from; at < source.length; at++) if (source[at] === '\t' || source[at] === '\n') return at;
  return source.length;
}

/** Cells as a spreadsheet reads them. */
export const textOfCells = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t')).join('\n');
