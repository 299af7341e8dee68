/** Summaries of interactions that grow line by line and are kept between times, so that nothing is read twice. */
import type { StoredLine } from '../interactions/interaction.ts';

export interface Rollup {
  /** Before the first line of a day. Days come in order, but for lines that were added to an older day. */
  beginDay(day: string): void;
  take(line: StoredLine, place: { readonly day: string; readonly offset: number }): void;
  /** What is kept: plain data as JSON, and tables that have changed since they were loaded, by name. */
  save(): RollupState;
}

export interface RollupState {
  readonly data: unknown;
  /** Bytes in pieces, one table after the other: they are not there at once. */
  readonly tables: Iterable<readonly [name: string, pieces: readonly Uint8Array[]]>;
}

/** What a rollup may look up while it grows. */
export interface RollupPort {
  /** Names of the tables that are kept, in their order. */
  readonly tables: readonly string[];
  /** Null: there is none. The bytes are whose asks. */
  loadTable(name: string): Uint8Array | null;
  /** Puts a table away until it is loaded again, so that memory need not hold it. False: it cannot be, and stays. */
  storeTable(name: string, pieces: readonly Uint8Array[]): boolean;
  /** The output of the interaction at a place; null: it is gone, or has none. */
  outputAt(day: string, offset: number): string | null;
}

/** How a rollup begins. `version`: of the form of its data and of what goes into it; data of another one is made anew. */
export interface RollupKind<R extends Rollup> {
  readonly name: string;
  readonly version: string;
  start(data: unknown, port: RollupPort): R;
}

/** The form of a rollup's data, from its version: the number before the names of the prices. 0: the version names none. */
export const formOf = (version: string): number => Number(version.split(' ')[0]) || 0;
