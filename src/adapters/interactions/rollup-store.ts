/**
 * Sums of a workspace's interactions that are kept between times: a line is read once in its life. They outlive their source: days whose
 * file was deleted or cut keep what was counted of them, marked, and only what can be read again is calculated again.
 */
import { closeSync, readSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { FIRST_PLACES, withNextAge, type FirstPlace, type FirstPlaces } from '../../core/feedback/insights/first-places.ts';
import { formOf, type Rollup, type RollupKind, type RollupPort } from '../../core/feedback/insights/rollup.ts';
import { rollupParts } from '../../core/feedback/insights/rollup-parts.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { readInteraction } from '../../core/feedback/interactions/stored-line.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { openNoFollow } from '../storage/data-folder/no-follow.ts';
import { lockHint, type Lock } from '../storage/lock-file.ts';
import type { LineLocation, ReadCounts, ReadLine } from './interaction-files.ts';
import { RollupFiles, type DayState, type StoredRollup } from './rollup-files.ts';

/** The rollups that were asked for, by the same names. */
export type Rollups<K extends Kinds> = { readonly [P in keyof K]: Exclude<K[P], undefined> extends RollupKind<infer R> ? R : never };
type Kinds = Readonly<Record<string, RollupKind<Rollup>>>;

/** Days of interactions, wherever they are: files of this machine, or a store that is asked day by day. */
export interface SummedDays {
  readonly root: string;
  /** In their order. */
  days(since: null): string[];
  /** Units of a day's places: bytes of its file. It grows with what is added. */
  sizeOf(day: string): number;
  /** Null: the day is gone, or must not be read. */
  readable(day: string): string | null;
  readDay(day: string, from: number): Iterable<SummedLine> | AsyncIterable<SummedLine>;
  /** Days that may still change: they are read each time, and their sums are not kept. Absent: no day changes. */
  readonly open?: ReadonlySet<string>;
  /** Whether lines have a file, in which their texts are looked up again. Absent: they have. */
  readonly hasFiles?: false;
}

/** `nothing`: up to that place there is no line more. */
export type SummedLine = ReadLine | { readonly nothing: true; readonly place: LineLocation };

export interface AdvancedRollups<K extends Kinds> {
  readonly rollups: Rollups<K>;
  /** Of what is in them, by day. */
  readonly days: ReadonlyMap<string, DayState>;
  readonly refused: ReadCounts['refused'];
  /** Why nothing could be kept, so that all will be read again; null: it was kept. */
  readonly notKept: string | null;
  /** What of before is lost or could not be used, as sentences. */
  readonly problems: readonly string[];
}

/** ms that another process is waited for. */
const PATIENCE = 60_000;
const POLL = 50;
/** Bytes of one interaction that is read by its place. */
const MOST = 32 << 20;

/** The end of a sentence that says what happened to a rollup. */
export const LOST = 'what was counted of days whose interactions are deleted is lost.';
const NONE_REFUSED: ReadCounts['refused'] = { count: 0, first: null };

export class RollupStore {
  /** `isKept`: whether sums may be written for the next time. `stored`: where they are. */
  constructor(
    private readonly files: SummedDays,
    private readonly isKept = true,
    private readonly stored = new RollupFiles(files.root),
  ) {}

  /**
   * Brings rollups up to date with every line that is stored, in one reading. `before` may wait for what a line needs, such as a price.
   * @throws {HumanError} when another process does not come to an end with them.
   */
  async advance<K extends Kinds>(
    kinds: K,
    before: (line: StoredLine) => Promise<void> | null = () => null,
    after: readonly StoredLine[] = [],
  ): Promise<AdvancedRollups<K>> {
    const lock = await this.lock();
    try {
      const first = this.open(FIRST_PLACES, lock !== null, null);
      const growing = Object.entries(kinds).map(([key, kind]) => ({ key, of: this.open(kind, lock !== null, first) }));
      const all = growing.map(({ of }) => of);
      const days = this.files.days(null);
      const { open } = this.files;
      for (const day of days) {
        if (open?.has(day) === true) continue;
        if (lock?.stillHeld() === false) throw busy('');
        await this.readDay(day, first, all, before);
      }
      // The process that holds the lock now has newer sums.
      if (lock?.stillHeld() === false) throw busy('');
      const notKept = [...all, first].map((of) => (of.isNew && !of.isForeign && lock !== null ? this.keep(of) : null));
      // What is added from here on is in no file, and neither is a table of it.
      for (const { next } of [...all, first]) next.generation = null;
      for (const day of days) if (open?.has(day) === true) await this.readDay(day, first, all, before);
      for (const line of after) for (const { rollup } of all) rollup.take(line, NO_PLACE);
      return {
        rollups: Object.fromEntries(growing.map(({ key, of }) => [key, of.rollup])) as Rollups<K>,
        days: all[0]?.days ?? new Map(),
        refused: all[0]?.refused ?? { count: 0, first: null },
        notKept: notKept.find((problem) => problem !== null) ?? null,
        problems: all.flatMap(({ problem }) => problem ?? []),
      };
    } finally {
      lock?.release();
    }
  }

  private async readDay(
    day: string,
    first: Growing<FirstPlaces>,
    all: readonly Growing[],
    before: (line: StoredLine) => Promise<void> | null,
  ): Promise<void> {
    const size = this.files.sizeOf(day);
    const behind = [first, ...all].filter((growing) => bytesOf(growing, day) < size);
    if (behind.length === 0) return;
    for (const { rollup } of [first, ...behind.filter((growing) => growing !== first)]) rollup.beginDay(day);
    const from = Math.min(...behind.map((growing) => bytesOf(growing, day)));
    for await (const read of this.files.readDay(day, from)) {
      const waiting = 'line' in read ? before(read.line) : null;
      if (waiting !== null) await waiting;
      const isBehind = (growing: Growing): boolean => behind.includes(growing) && bytesOf(growing, day) <= read.place.offset;
      if (isBehind(first)) grow(first, read, null, 0);
      const place = 'line' in read && 'interaction' in read.line ? first.rollup.find(read.line.interaction.id, day) : null;
      for (const growing of all) if (isBehind(growing)) grow(growing, read, place, first.rollup.ageOf(day));
    }
  }

  private open<R extends Rollup>(kind: RollupKind<R>, mayWrite: boolean, first: Growing<FirstPlaces> | null): Growing<R> {
    const { state, problem, isForeign, isChanged } = this.load(kind, first);
    const next: NextTables = {
      generation: mayWrite && !isForeign ? this.stored.newGeneration(kind.name) : null,
      tables: { ...state?.tables },
    };
    return {
      kind,
      rollup: kind.start(state?.data ?? null, this.port(kind.name, next)),
      next,
      days: new Map(Object.entries(state?.days ?? {})),
      refused: state?.refused ?? { count: 0, first: null },
      isNew: isChanged,
      isForeign,
      problem,
    };
  }

  /** `first`: null for the table of first places itself. */
  private load({ name, version }: RollupKind<Rollup>, first: Growing<FirstPlaces> | null): Loaded {
    const again = (problem: string | null): Loaded => ({ state: null, problem, isForeign: false, isChanged: true });
    const state = this.stored.read(name);
    if (state === null) return again(null);
    if (state === 'damaged') return again(`${name}.json is damaged: ${LOST}`);
    if (formOf(state.version) > formOf(version))
      return {
        state: null,
        problem: `${newerForm(name, state.version, formOf(version))}, so it is neither used nor changed.`,
        isForeign: true,
        isChanged: false,
      };
    const marked = this.marked(name, state, first);
    const isWhole = Object.entries(state.tables).every(([table, generation]) => this.stored.hasTable(name, table, generation));
    if (state.version === version && isWhole) return { state: marked, problem: null, isForeign: false, isChanged: marked !== state };
    const kept = new Set(Object.keys(marked.days).filter((day) => marked.days[day]?.kept !== undefined));
    if (kept.size === 0) return again(null);
    const parts = rollupParts(name);
    const form = formOf(state.version);
    if (form !== formOf(version) && parts?.reads.includes(form) !== true) return again(`${name}.json is of an older version: ${LOST}`);
    const days = Object.fromEntries(Object.entries(marked.days).filter(([day]) => kept.has(day)));
    const data = parts?.sumsOf(state.data, kept) ?? null;
    return { state: { version, days, refused: NONE_REFUSED, tables: {}, data }, problem: null, isForeign: false, isChanged: true };
  }

  /** With a mark at each day whose file is gone, or shorter than what was read of it: it is read from its beginning if it comes again. */
  private marked(name: string, state: StoredRollup, first: Growing<FirstPlaces> | null): StoredRollup {
    const lost = lostDays(this.files, state, (day) => first?.rollup.ageOf(day) ?? 0);
    if (lost.size === 0) return state;
    const days = Object.fromEntries(
      Object.entries(state.days).map(([day, of]): [string, DayState] => {
        const kept = lost.get(day);
        if (kept === undefined) return [day, of];
        // What stands there can be told from what was counted only by the table of first places.
        const isKnown = first === null || first.days.has(day);
        const age = first === null ? (of.age ?? 0) + 1 : first.rollup.ageOf(day);
        return [day, { ...of, bytes: isKnown ? 0 : this.files.sizeOf(day), kept, age }];
      }),
    );
    return { ...state, days, data: name === FIRST_PLACES.name ? withNextAge(state.data, new Set(lost.keys())) : state.data };
  }

  private keep({ kind: { name, version }, rollup, next, days, refused }: Growing): string | null {
    try {
      const { data, tables } = rollup.save();
      for (const [table, pieces] of tables) this.write(name, next, table, pieces);
      this.stored.replace(name, { version, days: Object.fromEntries(days), refused, tables: next.tables, data });
      this.stored.removeOthers(name, next.tables);
      return null;
    } catch (error) {
      return messageOf(error);
    }
  }

  private write(name: string, { generation, tables }: NextTables, table: string, pieces: readonly Uint8Array[]): boolean {
    if (generation === null) return false;
    this.stored.writeTable(name, table, generation, pieces);
    tables[table] = generation;
    return true;
  }

  private port(name: string, next: NextTables): RollupPort {
    return {
      tables: Object.keys(next.tables).sort(),
      loadTable: (of) => {
        const generation = next.tables[of];
        return generation === undefined ? null : this.stored.table(name, of, generation);
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
      outputAt: (day, offset) => (this.files.hasFiles === false ? null : outputIn(this.files.readable(day), offset)),
    };
  }

  /** Null: the folder cannot be written, or must not be, so nothing is kept. */
  private async lock(): Promise<Lock | null> {
    // Where nothing was captured there is nothing to keep, and looking makes no folder.
    const isSomewhere = this.files.hasFiles === false || dataFolder(this.files.root).readable('interactions') !== null;
    if (!this.isKept || !isSomewhere) return null;
    const until = Date.now() + PATIENCE;
    let file = '';
    for (;;) {
      try {
        file = this.stored.lockFile;
        const lock = this.stored.lock();
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

/** Of a line that stands in no file of a day. */
const NO_PLACE = { day: '', offset: 0, end: 0 };

/** Tables of the state that is being made. */
interface NextTables {
  /** Null: nothing may be written. */
  generation: number | null;
  /** Generation of each. */
  readonly tables: Record<string, number>;
}

interface Loaded {
  /** Null: nothing can be used. */
  readonly state: StoredRollup | null;
  /** What is lost or not used; null: nothing. */
  readonly problem: string | null;
  /** Of a newer version: it stays as it is. */
  readonly isForeign: boolean;
  /** It is to be written, also when no line is new. */
  readonly isChanged: boolean;
}

interface Growing<R extends Rollup = Rollup> {
  readonly kind: RollupKind<Rollup>;
  readonly rollup: R;
  readonly next: NextTables;
  readonly days: Map<string, Mutable<DayState>>;
  refused: ReadCounts['refused'];
  isNew: boolean;
  /** A newer version of Goldset wrote what is kept, so it is not changed. */
  readonly isForeign: boolean;
  readonly problem: string | null;
}

const bytesOf = ({ days }: Growing, day: string): number => days.get(day)?.bytes ?? 0;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `place`: where the call stands for the first time. `age`: how often the day's file was deleted or cut. */
function grow(growing: Growing, read: SummedLine, place: FirstPlace | null, age: number): void {
  const { day, offset, end } = read.place;
  let state = growing.days.get(day);
  if (state === undefined) {
    state = { bytes: 0, interactions: 0, first: null, last: null, ...(age > 0 ? { age } : {}) };
    growing.days.set(day, state);
  }
  growing.isNew = true;
  state.bytes = end;
  if ('nothing' in read) return;
  if ('refused' in read) {
    growing.refused = { count: growing.refused.count + 1, first: growing.refused.first ?? read.refused };
    return;
  }
  // A call that was sent again is counted once.
  if (place !== null && (place.offset < offset || (place.isOfBefore && state.kept !== undefined))) return;
  growing.rollup.take(read.line, read.place);
  if ('followUp' in read.line) return;
  const { time } = read.line.interaction;
  state.interactions++;
  if (state.first === null || time < state.first) state.first = time;
  if (state.last === null || time > state.last) state.last = time;
}

/**
 * Days of a rollup whose file is gone, shorter than what was read of it, or another one by now, and that are not marked yet. `ageOf`: how
 * often the file of a day was deleted or cut, as far as that is known.
 */
export function lostDays(
  files: Pick<SummedDays, 'readable' | 'sizeOf'>,
  { days }: StoredRollup,
  ageOf: (day: string) => number,
): Map<string, 'deleted' | 'damaged'> {
  const lost = new Map<string, 'deleted' | 'damaged'>();
  for (const [day, { bytes, kept, age = 0 }] of Object.entries(days)) {
    if (files.readable(day) === null) {
      if (bytes > 0 || kept === undefined) lost.set(day, 'deleted');
    } else if (files.sizeOf(day) < bytes || age < ageOf(day)) lost.set(day, 'damaged');
  }
  return lost;
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

/** The beginning of a sentence. */
export const newerForm = (name: string, version: string, known: number): string =>
  `${name}.json, line 1: a newer version of Goldset wrote it (form ${formOf(version)}, this version reads ${known})`;

const busy = (lock: string): HumanError =>
  new HumanError(
    'insights/busy',
    'Another process is aggregating these interactions.',
    lock === '' ? 'Try again when it has finished.' : lockHint(lock, 'Try again when it has finished.'),
  );
