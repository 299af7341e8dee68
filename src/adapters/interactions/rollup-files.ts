/**
 * Files of rollups, `.goldset/interactions/rollups/`: a rollup is `NAME.json` with tables `NAME.TABLE.GENERATION.bin`; the JSON names
 * those that belong to it and takes its place last, so that a kill leaves the state of before.
 */
import { closeSync, rmSync, writeFileSync } from 'node:fs';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { MAX_LINES } from '../bounded-file.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { openNoFollow, readNoFollow, replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';
import { takeLock, type Lock } from '../storage/lock-file.ts';
import type { ReadCounts } from './interaction-files.ts';

/** Of what is in a rollup. */
export interface DayState {
  /** Bytes of the day's file that are in it; 0 again after the file was deleted or cut. */
  readonly bytes: number;
  readonly interactions: number;
  /** ISO 8601, of the first interaction and the last; null: the file has no interaction. */
  readonly first: string | null;
  readonly last: string | null;
  /** Why its sums cannot be calculated again, so that they are kept as they are. Absent: they can. */
  readonly kept?: 'deleted' | 'damaged';
  /** How often the file was deleted or cut before. Absent: never. */
  readonly age?: number;
}

export interface StoredRollup {
  readonly version: string;
  readonly days: Readonly<Record<string, DayState>>;
  readonly refused: ReadCounts['refused'];
  /** Generation of each table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly data: unknown;
}

const ROLLUPS = ['interactions', 'rollups'] as const;

export class RollupFiles {
  /** `folder`: where they are in the data folder. */
  constructor(
    private readonly root: string,
    private readonly folder: readonly string[] = ROLLUPS,
  ) {}

  /** Names of the rollups that are kept. */
  list(): string[] {
    return this.files()
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));
  }

  /** Null: it does not exist. `damaged`: it exists, and cannot be read. */
  read(name: string): StoredRollup | 'damaged' | null {
    const file = this.readable(`${name}.json`);
    if (file === null) return null;
    const value = parseJson(textNoFollow(file));
    return isStoredRollup(value) ? value : 'damaged';
  }

  /** Removes a rollup with its tables. @throws as `fs` says it. */
  remove(name: string): void {
    this.removeOthers(name, {});
    rmSync(this.writable(`${name}.json`), { force: true });
  }

  /** Puts it in the place of the one before. @throws as `fs` says it. */
  replace(name: string, state: StoredRollup): void {
    replaceFile(this.writable(`${name}.json`), JSON.stringify(state));
  }

  /** The bytes of a table; null: it is gone. */
  table(name: string, table: string, generation: number): Uint8Array | null {
    const file = this.readable(tableName(name, table, generation));
    return file === null ? null : readNoFollow(file, MAX_LINES);
  }

  hasTable(name: string, table: string, generation: number): boolean {
    return this.readable(tableName(name, table, generation)) !== null;
  }

  /** The number in its name is used once, so the file is new. @throws as `fs` says it. */
  writeTable(name: string, table: string, generation: number, pieces: readonly Uint8Array[]): void {
    const descriptor = openNoFollow(this.writable(tableName(name, table, generation)), 'w');
    try {
      for (const piece of pieces) writeFileSync(descriptor, piece);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Higher than that of any file which is there, whichever state names it: none of them is changed. */
  newGeneration(name: string): number {
    return this.tablesOf(name).reduce((most, file) => Math.max(most, Number(file.split('.').at(-2)) || 0), 0) + 1;
  }

  /** Removes the tables that do not belong to the rollup. */
  removeOthers(name: string, tables: Readonly<Record<string, number>>): void {
    const own = new Set(Object.entries(tables).map(([table, generation]) => tableName(name, table, generation)));
    for (const file of this.tablesOf(name)) if (!own.has(file)) rmSync(this.writable(file), { force: true });
  }

  /** Null: another process has it. @throws as `fs` says it. */
  lock(): Lock | null {
    return takeLock(this.lockFile);
  }

  get lockFile(): string {
    return this.writable('lock');
  }

  /** The name of a rollup may have dots, such as `signals-0.3`; that of a table has none. */
  private tablesOf(name: string): string[] {
    return this.files().filter((file) => file.endsWith('.bin') && file.split('.').slice(0, -3).join('.') === name);
  }

  private files(): string[] {
    return dataFolder(this.root).list('files', ...this.folder);
  }

  private readable(name: string): string | null {
    return dataFolder(this.root).readable(...this.folder, name);
  }

  private writable(name: string): string {
    return dataFolder(this.root).writable(...this.folder, name);
  }
}

const tableName = (name: string, table: string, generation: number): string => `${name}.${table}.${generation}.bin`;

const isStoredRollup = (value: unknown): value is StoredRollup =>
  isJsonObject(value) &&
  typeof value['version'] === 'string' &&
  isJsonObject(value['days'] ?? {}) &&
  isJsonObject(value['tables'] ?? {}) &&
  value['days'] !== undefined;
