/**
 * Rollups of a workspace's interactions in `.goldset/interactions/rollups/`: what is kept, and how many bytes of each day are in
 * it. A line is read once in its life. A rollup is `NAME.json` with tables `NAME.TABLE.GENERATION.bin`; the JSON names those that
 * belong to it and takes its place last, so that a kill leaves the state of before.
 */
import { closeSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { MAX_LINES } from '../bounded-file.ts';
import { HumanError, messageOf } from '../../core/errors.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import type { Rollup, RollupKind, RollupPort } from '../../core/feedback/insights/rollup.ts';
import { readInteraction } from '../../core/feedback/interactions/stored-line.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { openNoFollow, readNoFollow, replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';
import { lockHint, takeLock, type Lock } from '../storage/lock-file.ts';
import type { InteractionFiles, ReadCounts, ReadLine } from './interaction-files.ts';

/** The rollups that were asked for, by the same names. */
export type Rollups<K extends Kinds> = { readonly [P in keyof K]: Exclude<K[P], undefined> extends RollupKind<infer R> ? R : never };
type Kinds = Readonly<Record<string, RollupKind<Rollup>>>;

export interface AdvancedRollups<K extends Kinds> {
  readonly rollups: Rollups<K>;
  /** Of what is in them, by day. */
  readonly days: ReadonlyMap<string, DayState>;
  readonly refused: ReadCounts['refused'];
  /** Why nothing could be kept, so that all will be read again; null: it was kept. */
  readonly notKept: string | null;
}

export interface DayState {
  /** That are in the rollup. */
  readonly bytes: number;
  readonly interactions: number;
  /** ISO 8601, of the first interaction and the last; null: there is none. */
  readonly first: string | null;
  readonly last: string | null;
}

interface State {
  readonly version: string;
  readonly days: Readonly<Record<string, DayState>>;
  readonly refused: ReadCounts['refused'];
  /** Generation of each table. */
  readonly tables: Readonly<Record<string, number>>;
  readonly data: unknown;
}

const ROLLUPS = ['interactions', 'rollups'] as const;
/** ms that another process is waited for. */
const PATIENCE = 60_000;
const POLL = 50;
/** Bytes of one interaction that is read by its place. */
const MOST = 32 << 20;

export class RollupStore {
  /** `isKept`: whether sums may be written for the next time. */
  constructor(
    private readonly files: InteractionFiles,
    private readonly isKept = true,
  ) {}

  private readable(...names: readonly string[]): string | null {
    return dataFolder(this.files.root).readable(...ROLLUPS, ...names);
  }

  private writable(name: string): string {
    return dataFolder(this.files.root).writable(...ROLLUPS, name);
  }

  private names(): string[] {
    return dataFolder(this.files.root).list('files', ...ROLLUPS);
  }

  /**
   * Brings rollups up to date with every line that is stored, in one reading. `before` may wait for what a line needs, such as a price.
   * @throws {HumanError} when another process does not come to an end with them.
   */
  async advance<K extends Kinds>(kinds: K, before: (line: StoredLine) => Promise<void> | null = () => null): Promise<AdvancedRollups<K>> {
    const lock = await this.lock();
    try {
      const growing = Object.entries(kinds).map(([key, kind]) => ({ key, of: this.open(kind, lock !== null) }));
      for (const day of this.files.days(null)) {
        if (lock?.stillHeld() === false) throw busy('');
        await this.readDay(
          day,
          growing.map(({ of }) => of),
          before,
        );
      }
      const problems = growing.map(({ of }) => of.newer ?? (of.isNew && lock !== null ? this.keep(of) : null));
      return {
        rollups: Object.fromEntries(growing.map(({ key, of }) => [key, of.rollup])) as Rollups<K>,
        days: growing[0]?.of.days ?? new Map(),
        refused: growing[0]?.of.refused ?? { count: 0, first: null },
        notKept: problems.find((problem) => problem !== null) ?? null,
      };
    } finally {
      lock?.release();
    }
  }

  private async readDay(day: string, all: readonly Growing[], before: (line: StoredLine) => Promise<void> | null): Promise<void> {
    const size = this.files.sizeOf(day);
    const behind = all.filter(({ days }) => (days.get(day)?.bytes ?? 0) < size);
    if (behind.length === 0) return;
    for (const { rollup } of behind) rollup.beginDay(day);
    const from = Math.min(...behind.map(({ days }) => days.get(day)?.bytes ?? 0));
    for (const read of this.files.readDay(day, from)) {
      const waiting = 'line' in read ? before(read.line) : null;
      if (waiting !== null) await waiting;
      for (const growing of behind) if ((growing.days.get(day)?.bytes ?? 0) <= read.place.offset) grow(growing, read);
    }
  }

  private open(kind: RollupKind<Rollup>, mayWrite: boolean): Growing {
    const newer = this.newerVersion(kind);
    const state = newer === null ? this.load(kind) : null;
    const next: NextTables = {
      generation: mayWrite && newer === null ? this.newGeneration(kind.name) : null,
      tables: { ...state?.tables },
    };
    return {
      kind,
      rollup: kind.start(state?.data ?? null, this.port(kind.name, next)),
      next,
      days: new Map(Object.entries(state?.days ?? {})),
      refused: state?.refused ?? { count: 0, first: null },
      isNew: state === null,
      newer,
    };
  }

  /** Null: nothing is kept, or it is of another version, or of files that are shorter by now. */
  private load({ name, version }: RollupKind<Rollup>): State | null {
    const file = this.readable(`${name}.json`);
    const value = file === null ? undefined : parseJson(textNoFollow(file));
    if (!isJsonObject(value) || value['version'] !== version) return null;
    const state = value as unknown as State;
    const isOfThese = Object.entries(state.days).every(
      ([day, { bytes }]) => this.files.readable(day) === null || this.files.sizeOf(day) >= bytes,
    );
    const isWhole = Object.entries(state.tables).every(([table, generation]) => this.readable(tableName(name, table, generation)) !== null);
    return isOfThese && isWhole ? state : null;
  }

  /** The number before the first space of a version counts up with the form of what is kept. */
  private newerVersion({ name, version }: RollupKind<Rollup>): string | null {
    const file = this.readable(`${name}.json`);
    const value = file === null ? undefined : parseJson(textNoFollow(file));
    const kept = isJsonObject(value) ? value['version'] : null;
    return typeof kept === 'string' && Number.parseInt(kept, 10) > Number.parseInt(version, 10)
      ? `${file ?? name}, line 1: a newer version of Goldset wrote it (form ${Number.parseInt(kept, 10)}, this version reads ${Number.parseInt(version, 10)}). It was not changed.`
      : null;
  }

  private keep({ kind: { name, version }, rollup, next, days, refused }: Growing): string | null {
    try {
      const { data, tables } = rollup.save();
      for (const [table, pieces] of tables) this.write(name, next, table, pieces);
      const state: State = { version, days: Object.fromEntries(days), refused, tables: next.tables, data };
      replaceFile(this.writable(`${name}.json`), JSON.stringify(state));
      this.removeOthers(name, next.tables);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  private removeOthers(name: string, tables: Readonly<Record<string, number>>): void {
    const own = new Set(Object.entries(tables).map(([table, generation]) => tableName(name, table, generation)));
    for (const file of this.names())
      if (file.startsWith(`${name}.`) && file.endsWith('.bin') && !own.has(file)) rmSync(this.writable(file), { force: true });
  }

  /** Higher than that of any file which is there, whichever state names it: none of them is changed. */
  private newGeneration(name: string): number {
    const own = this.names().filter((file) => file.startsWith(`${name}.`) && file.endsWith('.bin'));
    return own.reduce((most, file) => Math.max(most, Number(file.split('.').at(-2)) || 0), 0) + 1;
  }

  private write(name: string, { generation, tables }: NextTables, table: string, pieces: readonly Uint8Array[]): boolean {
    if (generation === null) return false;
    writePieces(this.writable(tableName(name, table, generation)), pieces);
    tables[table] = generation;
    return true;
  }

  private port(name: string, next: NextTables): RollupPort {
    return {
      tables: Object.keys(next.tables).sort(),
      loadTable: (of) => {
        const generation = next.tables[of];
        const file = generation === undefined ? null : this.readable(tableName(name, of, generation));
        return file === null ? null : readNoFollow(file, MAX_LINES);
      },
      storeTable: (of, pieces) => {
        try {
          return this.write(name, next, of, pieces);
        } catch (error) {
          // A full disk, say: what is in memory stays there, and whoever keeps the whole says why that cannot be.
          if (typeof (error as NodeJS.ErrnoException).code === 'string') return false;
          throw error;
        }
      },
      outputAt: (day, offset) => outputIn(this.files.readable(day), offset),
    };
  }

  /** Null: the folder cannot be written, or must not be, so nothing is kept. */
  private async lock(): Promise<Lock | null> {
    // Where nothing was captured there is nothing to keep, and looking makes no folder.
    if (!this.isKept || dataFolder(this.files.root).readable('interactions') === null) return null;
    const until = Date.now() + PATIENCE;
    let file = '';
    for (;;) {
      try {
        file = this.writable('lock');
        const lock = takeLock(file);
        if (lock !== null) return lock;
      } catch (error) {
        if (['EACCES', 'EROFS', 'ENOSPC', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
        throw error;
      }
      if (Date.now() > until) throw busy(file);
      await wait(POLL);
    }
  }
}

/** Tables of the state that is being made. */
interface NextTables {
  /** Null: nothing may be written. */
  readonly generation: number | null;
  /** Generation of each. */
  readonly tables: Record<string, number>;
}

interface Growing {
  readonly kind: RollupKind<Rollup>;
  readonly rollup: Rollup;
  readonly next: NextTables;
  readonly days: Map<string, Mutable<DayState>>;
  refused: ReadCounts['refused'];
  isNew: boolean;
  /** Why what is kept is not changed: a newer version wrote it. Null: it is of this one, or older. */
  readonly newer: string | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function grow(growing: Growing, read: ReadLine): void {
  const { day, end } = read.place;
  let state = growing.days.get(day);
  if (state === undefined) {
    state = { bytes: 0, interactions: 0, first: null, last: null };
    growing.days.set(day, state);
  }
  growing.isNew = true;
  state.bytes = end;
  if ('refused' in read) {
    growing.refused = { count: growing.refused.count + 1, first: growing.refused.first ?? read.refused };
    return;
  }
  growing.rollup.take(read.line, read.place);
  if ('followUp' in read.line) return;
  const { time } = read.line.interaction;
  state.interactions++;
  if (state.first === null || time < state.first) state.first = time;
  if (state.last === null || time > state.last) state.last = time;
}

const tableName = (name: string, table: string, generation: number): string => `${name}.${table}.${generation}.bin`;

/** The number in its name is used once, so the file is new. */
function writePieces(file: string, pieces: readonly Uint8Array[]): void {
  const descriptor = openNoFollow(file, 'w');
  try {
    for (const piece of pieces) writeFileSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

/** Null: it is gone, or no interaction. */
function outputIn(file: string | null, offset: number): string | null {
  if (file === null) return null;
  const descriptor = openNoFollow(file, 'r');
  try {
    for (let size = 1 << 14; size <= MOST; size *= 8) {
      const bytes = Buffer.alloc(size);
      const read = readSync(descriptor, bytes, 0, size, offset);
      const end = bytes.indexOf(10);
      if (end === -1 && read === size) continue;
      const line = readInteraction(bytes.toString('utf8', 0, end === -1 ? read : end));
      return 'interaction' in line ? line.interaction.output : null;
    }
    return null;
  } finally {
    closeSync(descriptor);
  }
}

const busy = (lock: string): HumanError =>
  new HumanError(
    'insights/busy',
    'Another process is aggregating these interactions.',
    lock === '' ? 'Try again when it has finished.' : lockHint(lock, 'Try again when it has finished.'),
  );
