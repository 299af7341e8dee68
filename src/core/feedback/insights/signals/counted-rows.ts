/** What each person said of each row of a day's table, as numbers beside the rows: the newest value counts, and may be taken back later. */
import { DERIVED, type DerivedName } from '../../signals/derived-signals.ts';
import { DERIVED_BY, isOlder } from '../../signals/standing-signals.ts';
import { type NameTable } from './name-table.ts';
import { hashTexts } from '../../../text/text-hash.ts';

/** Kinds of names in the table. */
const [SAID, COUNT] = [6, 7];
/** Columns of a signal that was given: index of what it is counted as + 1, 0 for nothing; its time. Of a count: how many there are. */
const [AS, TIME_HIGH, TIME_LOW] = [0, 1, 2];
const LAST = 2 ** 32 - 1;

export interface Said {
  readonly name: string;
  readonly by: string | null;
  /** ms since 1970; 0: not known. */
  readonly time: number;
  /** Number of what it is counted as; null: it is not counted, or taken back. */
  readonly as: number | null;
}

/** What a row has gained and lost. */
export interface RowChange {
  readonly gained: number | null;
  readonly lost: number | null;
}

const NOTHING: RowChange = { gained: null, lost: null };

/** Of the table's rows. `width`: numbers of a row, at least three. */
export function say(table: NameTable, width: number, row: number, said: Said): readonly RowChange[] {
  const change = sayOne(table, width, row, said);
  // What an application says of a name holds, whatever Goldset derives now or later.
  const isDerivable = said.by !== DERIVED_BY && DERIVED.includes(said.name as DerivedName);
  return isDerivable ? [change, sayOne(table, width, row, { name: said.name, by: DERIVED_BY, time: LAST * 2 ** 20, as: null })] : [change];
}

function sayOne(table: NameTable, width: number, row: number, { name, by, time, as }: Said): RowChange {
  const key = hashTexts([String(row), name, by ?? ''], SAID);
  const known = table.find(key);
  const before = known === null ? null : table.get(known, AS) - 1;
  if (known !== null && isOlder(time, table.get(known, TIME_HIGH) * 2 ** 32 + table.get(known, TIME_LOW))) return NOTHING;
  const values = [(as ?? -1) + 1, Math.floor(time / 2 ** 32), time % 2 ** 32];
  if (known === null) table.add([key], padded(values, width));
  else values.forEach((value, column) => table.set(known, column, value));
  const was = before === null || before < 0 ? null : before;
  if (was === as) return NOTHING;
  return {
    lost: was !== null && changeCount(table, width, row, was, -1) === 0 ? was : null,
    gained: as !== null && changeCount(table, width, row, as, 1) === 1 ? as : null,
  };
}

/** How many say so now. */
function changeCount(table: NameTable, width: number, row: number, as: number, by: 1 | -1): number {
  const key = hashTexts([String(row), String(as)], COUNT);
  const known = table.find(key);
  const count = Math.max(0, (known === null ? 0 : table.get(known, AS)) + by);
  if (known === null) table.add([key], padded([count], width));
  else table.set(known, AS, count);
  return count;
}

const padded = (values: readonly number[], width: number): number[] => Array.from({ length: width }, (_, i) => values[i] ?? 0);
