/**
 * Where each call of a day stands for the first time, so that a call that was sent again after a restart, or long after, is counted once.
 * The times of a call are its sender's, so a second copy is in the file of the same day.
 */
import { isJsonObject } from '../../json/json.ts';
import type { StoredLine } from '../interactions/interaction.ts';
import type { Rollup, RollupKind, RollupPort, RollupState } from './rollup.ts';
import { changedTables, NameTable } from './signals/name-table.ts';
import { hash64 } from '../../text/text-hash.ts';

/** How the data is laid out. */
export const CALLS_FORM = 1;

/** Columns of a day's table: place in the file (two of them), and the age of the file for this place and for the first time. */
const [OFFSET, AGE, FIRST_AGE, WIDTH] = [0, 2, 3, 4];

export interface FirstPlace {
  /** Bytes before it in the file as it is. */
  readonly offset: number;
  /** It stood in the file before that was deleted or cut. */
  readonly isOfBefore: boolean;
}

interface FirstPlacesData {
  /** How often the file of a day was deleted or cut, where it was. */
  readonly ages: Readonly<Record<string, number>>;
}

export class FirstPlaces implements Rollup {
  private readonly ages: Map<string, number>;
  private readonly tables = new Map<string, NameTable>();
  /** Days of which the table is on disk. */
  private readonly stored: Set<string>;

  constructor(
    private readonly port: RollupPort,
    data: FirstPlacesData | null,
  ) {
    this.ages = new Map(Object.entries(data?.ages ?? {}));
    this.stored = new Set(port.tables);
  }

  /** Calls of one day come together, so the other tables are put away. */
  beginDay(day: string): void {
    for (const [name, table] of this.tables) {
      if (name === day || (table.isChanged && !this.port.storeTable(name, table.pieces()))) continue;
      this.tables.delete(name);
      this.stored.add(name);
    }
  }

  take(line: StoredLine, { day, offset }: { readonly day: string; readonly offset: number }): void {
    if ('followUp' in line) return;
    const table = this.tableOf(day) ?? new NameTable(WIDTH);
    this.tables.set(day, table);
    const age = this.ageOf(day);
    const name = hash64(line.interaction.id, 1);
    const row = table.find(name);
    if (row === null) {
      table.add([name], [...halves(offset), age, age]);
      return;
    }
    if (table.get(row, AGE) === age) return;
    halves(offset).forEach((half, i) => table.set(row, OFFSET + i, half));
    table.set(row, AGE, age);
  }

  /** How often the file of a day was deleted or cut. */
  ageOf(day: string): number {
    return this.ages.get(day) ?? 0;
  }

  /** Null: the call is not known. */
  find(id: string, day: string): FirstPlace | null {
    const table = this.tableOf(day);
    const row = table?.find(hash64(id, 1)) ?? null;
    if (!table || row === null) return null;
    return {
      offset: table.get(row, OFFSET) + table.get(row, OFFSET + 1) * 2 ** 32,
      isOfBefore: table.get(row, FIRST_AGE) < this.ageOf(day),
    };
  }

  save(): RollupState {
    const data: FirstPlacesData = { ages: Object.fromEntries(this.ages) };
    return { data, tables: changedTables(this.tables) };
  }

  private tableOf(day: string): NameTable | null {
    const known = this.tables.get(day);
    if (known) return known;
    if (!this.stored.has(day)) return null;
    const bytes = this.port.loadTable(day);
    const table = bytes === null ? null : NameTable.from(bytes, WIDTH);
    if (table !== null) this.tables.set(day, table);
    return table;
  }
}

/** Of a whole number below 2⁵³. */
const halves = (offset: number): [number, number] => [offset % 2 ** 32, Math.floor(offset / 2 ** 32)];

export const FIRST_PLACES: RollupKind<FirstPlaces> = {
  name: 'calls',
  version: String(CALLS_FORM),
  start: (data, port) => new FirstPlaces(port, isFirstPlaces(data) ? data : null),
};

const isFirstPlaces = (data: unknown): data is FirstPlacesData => isJsonObject(data) && isJsonObject(data['ages']);

/** The files of these days were deleted or cut: what is read there from now on is of the next age. */
export function withNextAge(data: unknown, days: ReadonlySet<string>): unknown {
  const ages = isFirstPlaces(data) ? data.ages : {};
  return { ages: { ...ages, ...Object.fromEntries([...days].map((day) => [day, (ages[day] ?? 0) + 1])) } };
}
