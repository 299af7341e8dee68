/** A price holds from a day until a day, at some providers at some hours. All days and hours are UTC. */
import type { DatedPrice, PriceTable, Rates } from './price-table.ts';

const DAY_MS = 86_400_000;

/** `YYYY-MM-DD`, UTC. */
export const utcDay = (at: Date): string => at.toISOString().slice(0, 10);

/** The day before or after a day. */
export const dayBeside = (day: string, days: number): string => utcDay(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS));

/** The table with the rates of a moment. Null: no row holds then. The last row that holds counts. */
export function tableAt(table: PriceTable, at: Date): PriceTable | null {
  if (table.dated === undefined) return table;
  const row = priceAt(table.dated, at);
  return row === null ? null : tableOfRow(table, row);
}

/** The same price, as an estimate from another model's, or from what a name points to now. */
export function estimatedFrom(table: PriceTable, basedOn: string): PriceTable {
  const guess = { basis: 'estimated', basedOn } as const;
  const dated = table.dated?.map((row) => (row.info === undefined ? row : { ...row, info: { ...row.info, ...guess } }));
  return { ...table, info: { ...table.info, ...guess }, ...(dated === undefined ? {} : { dated }) };
}

/** The last row that holds at a moment; null: no row does. */
export const priceAt = (prices: readonly DatedPrice[], at: Date): DatedPrice | null => prices.findLast((row) => holdsAt(row, at)) ?? null;

function tableOfRow({ perUse: _, ...table }: PriceTable, { info = table.info, rates, tiers, perUse }: DatedPrice): PriceTable {
  return { ...table, info, rates, tiers, ...(perUse === undefined ? {} : { perUse }) };
}

function holdsAt({ from, until, hours }: DatedPrice, at: Date): boolean {
  const day = utcDay(at);
  if ((from !== null && day < from) || (until !== null && day > until)) return false;
  if (hours === null) return true;
  const time = at.toISOString().slice(11, 16);
  return hours.from <= hours.until ? time >= hours.from && time < hours.until : time >= hours.from || time < hours.until;
}

/** Every table that holds at some time of the 24 hours from `at` on: a call that is sent now may be billed at any of them. */
export function tablesWithinDay(table: PriceTable, at: Date): PriceTable[] {
  if (table.dated === undefined) return [table];
  const moments = table.dated.flatMap(({ from, until, hours }) => [
    ...(from === null ? [] : [`${from}T00:00`]),
    ...(until === null ? [] : [`${dayBeside(until, 1)}T00:00`]),
    ...(hours === null ? [] : [utcDay(at), dayBeside(utcDay(at), 1)].flatMap((day) => [`${day}T${hours.from}`, `${day}T${hours.until}`])),
  ]);
  const later = moments.map((text) => new Date(`${text}:00Z`)).filter((moment) => moment > at && moment.getTime() - at.getTime() <= DAY_MS);
  return [at, ...later].flatMap((moment) => tableAt(table, moment) ?? []);
}

/** The next day on which the price is another one. */
export interface PriceChange {
  /** The first day of it, `YYYY-MM-DD`. */
  readonly from: string;
  /** Null: what it costs from then on is not known. */
  readonly table: PriceTable | null;
}

/** The next announced change after `at`, apart from the hours of a day; null: none is announced. */
export function nextChange(table: PriceTable, at: Date): PriceChange | null {
  const rows = (table.dated ?? []).filter(({ hours }) => hours === null);
  const daily = { ...table, dated: rows };
  const today = utcDay(at);
  const days = rows.flatMap(({ from, until }) => [...(from === null ? [] : [from]), ...(until === null ? [] : [dayBeside(until, 1)])]);
  for (const from of [...new Set(days)].filter((day) => day > today).sort()) {
    const [before, after] = [dayBeside(from, -1), from].map((day) => tableAt(daily, new Date(`${day}T12:00:00Z`)));
    if (!isSamePrice(before ?? null, after ?? null)) return { from, table: after ?? null };
  }
  return null;
}

const isSamePrice = (a: PriceTable | null, b: PriceTable | null): boolean =>
  JSON.stringify([a?.rates, a?.tiers]) === JSON.stringify([b?.rates, b?.tiers]);

/** `doubles on 1 January 2027`, `changes on 1 December 2026 to input $4, output $20`. `now`: what holds before. */
export function priceChangeText({ from, table }: PriceChange, now: Pick<PriceTable, 'rates'>): string {
  if (table === null) return `announced until ${dayText(dayBeside(from, -1))}; the price after that is not known`;
  const { rates } = table;
  const factor = factorOf(now.rates, rates);
  if (factor === null) return `changes on ${dayText(from)} to input $${rates.input}, output $${rates.output}`;
  return `${verbOf(factor)} on ${dayText(from)}`;
}

/** `01:00 to 04:00 UTC: double`, for each part of the day that has a price of its own; null: there is no such part. */
export function hoursText(table: PriceTable, at: Date): string | null {
  const plain = tableAt({ ...table, dated: (table.dated ?? []).filter(({ hours }) => hours === null) }, at);
  const parts = (table.dated ?? []).flatMap((row) => {
    if (row.hours === null || plain === null || !holdsAt({ ...row, hours: null }, at)) return [];
    const factor = factorOf(plain.rates, row.rates);
    const price =
      factor === null ? `input $${row.rates.input}, output $${row.rates.output}` : factor === 2 ? 'double' : `× ${figure(factor)}`;
    return [`${row.hours.from} to ${row.hours.until} UTC: ${price}`];
  });
  return parts.length === 0 ? null : parts.join('; ');
}

const verbOf = (factor: number): string => {
  if (factor === 2) return 'doubles';
  if (factor === 0.5) return 'halves';
  return factor > 1 ? `rises by ${figure((factor - 1) * 100)} %` : `falls by ${figure((1 - factor) * 100)} %`;
};

const figure = (value: number): string => String(Number(value.toFixed(2)));

/** By how much all rates change alike; null: each by another factor. */
function factorOf(before: Rates, after: Rates): number | null {
  const keys = ['input', 'cacheRead', 'cacheWriteShort', 'cacheWriteLong', 'output'] as const;
  const factors = keys.flatMap((key) => {
    const [a, b] = [before[key], after[key]];
    if (a === null && b === null) return [];
    return [a === null || b === null || a === 0 ? NaN : b / a];
  });
  const [first = NaN] = factors;
  return factors.every((factor) => Math.abs(factor - first) < 1e-6) ? Number(first.toFixed(6)) : null;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `1 January 2027`. */
export function dayText(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}
