/** One measured row: how it is made, checked, stored and printed. */

export type Unit = 'ms' | 'µs' | 'MB' | 'spans/s' | 'tokens';

/** What a row should not exceed: in its unit, or as a multiple of its floor. */
export type Limit = { readonly most: number } | { readonly least: number } | { readonly ratio: number };

export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** What the same run measured without Goldset, in the same unit. */
  readonly floor?: { readonly value: number; readonly of: string };
  readonly limit?: Limit;
  readonly note?: string;
}

/** Something optional that is not on this machine. */
export interface Absence {
  readonly what: string;
  readonly absent: string;
}

export type RecordRow = (row: Measurement | Absence) => void;

/** A row as it is stored; null: it has none. */
export interface Row {
  readonly part: string;
  readonly what: string;
  readonly value: number | null;
  readonly unit: Unit | null;
  readonly floor: number | null;
  readonly floorOf: string | null;
  /** `value / floor`. */
  readonly ratio: number | null;
  readonly limit: string | null;
  readonly met: boolean | null;
  /** Why there is no value. */
  readonly absent: string | null;
  readonly note: string | null;
}

const EMPTY = {
  what: '',
  value: null,
  unit: null,
  floor: null,
  floorOf: null,
  ratio: null,
  limit: null,
  met: null,
  absent: null,
  note: null,
};

/** The row of a measurement. @throws {Error} when its value or its floor is not a number above 0: then nothing was measured. */
export function rowOf(part: string, measured: Measurement | Absence): Row {
  if ('absent' in measured) return { part, ...EMPTY, ...measured };
  const { what, value, unit, floor, limit, note } = measured;
  for (const [name, number] of [['value', value] as const, ...(floor ? [[`floor (${floor.of})`, floor.value] as const] : [])])
    if (!Number.isFinite(number) || number <= 0) throw new Error(`"${what.trim()}" was not measured: its ${name} is ${number} ${unit}.`);
  const ratio = floor ? value / floor.value : null;
  if (limit && 'ratio' in limit && ratio === null) throw new Error(`"${what.trim()}" has a limit as a ratio, but no floor.`);
  return {
    part,
    what,
    value,
    unit,
    floor: floor?.value ?? null,
    floorOf: floor?.of ?? null,
    ratio,
    limit: limit ? limitText(limit, unit) : null,
    met: limit ? isMet(limit, value, ratio) : null,
    absent: null,
    note: note ?? null,
  };
}

function isMet(limit: Limit, value: number, ratio: number | null): boolean {
  if ('most' in limit) return value <= limit.most;
  if ('least' in limit) return value >= limit.least;
  return ratio !== null && ratio <= limit.ratio;
}

function limitText(limit: Limit, unit: Unit): string {
  if ('most' in limit) return `≤ ${number(limit.most)} ${unit}`;
  if ('least' in limit) return `≥ ${number(limit.least)} ${unit}`;
  return `≤ ${limit.ratio} ×`;
}

/** Three digits at least, and no decimals from 100 on. */
function number(value: number): string {
  const maximumFractionDigits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits });
}

/** The cells of a row: what, value, ratio, limit, floor and note. */
export function cellsOf({ what, value, unit, floor, floorOf, ratio, limit, met, absent, note }: Row): string[] {
  const floorText = floor === null ? '' : `${number(floor)} ${unit ?? ''} (${floorOf ?? ''})`;
  return [
    what,
    absent ?? `${number(value ?? NaN)} ${unit ?? ''}`,
    ratio === null ? '' : `${ratio.toFixed(2)} ×`,
    limit === null ? '' : `${limit}${met === true ? '' : ' MISSED'}`,
    [floorText, note].filter((text) => text !== '' && text !== null).join('; '),
  ];
}

export const HEADINGS = ['what', 'value', 'ratio', 'target', 'floor of the same run'];

/** A line of cells in columns at least as wide as these. */
export const line = (cells: readonly string[], widths: readonly number[]): string =>
  cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join('  ')
    .trimEnd();

/** The whole table, as wide as its cells. */
export function table(rows: readonly Row[]): string {
  const all = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all.map((cells) => line(cells, widths)).join('\n');
}
