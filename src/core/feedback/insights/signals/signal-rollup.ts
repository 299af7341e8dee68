/** Signals counted by day, version and model, kept between times; what comes days later still finds its interaction. */
import { isJsonObject } from '../../../json/json.ts';
import { derivedSignals, editSignal, type DeriveOptions } from '../../signals/derived-signals.ts';
import { RetryFinder, type RetryState } from '../../signals/retry-finder.ts';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../../config/declared-signals.ts';
import { DERIVED_BY, timeOf } from '../../signals/standing-signals.ts';
import { say } from './counted-rows.ts';
import { EarlyFollowUps } from './early-follow-ups.ts';
import { changedTables, NameTable } from './name-table.ts';
import { hash64, hashTexts, type TextHash } from '../../../text/text-hash.ts';
import type { FollowUp, FollowUpTarget, Interaction, RetrievedChunk, Signal, StoredLine } from '../../interactions/interaction.ts';
import type { Rollup, RollupKind, RollupPort, RollupState } from '../rollup.ts';
import { countedAs } from '../../signals/signal-meaning.ts';
import { versionName } from '../../interactions/version-name.ts';
import { BEST_RETRIEVAL, isScore, isScoreKey, scoreKey, scoreName, withScores } from './score-bins.ts';
import { attributesOn, SignalsByAttribute, type AttributeCell, type SignalAttributesState } from './signal-attributes.ts';
import { readCell, storedCell, userGroup, type SignalCell, type StoredSignalCell } from './signal-cell.ts';

/** How the data is laid out. Form 7 had no attributes, form 6 had no scores, form 5 knew no more of a call than what was asked, form 4 could not take a signal back, form 3 has no groups of users. */
export const SIGNALS_FORM = 8;
/** Sums of earlier forms that are kept where their source is gone. */
export const SIGNALS_READ: readonly number[] = [3, 4, 5, 6, 7];

/** Days whose tables are in memory: most of what comes later comes soon. */
const HELD_DAYS = 2;
const DAY = 86_400_000;

/** Columns of a day's table: place in its file (two of them), cell that it is counted in with the group of its user. */
const [OFFSET, CELL, WIDTH] = [0, 2, 3];
/** Cells that a column can name beside a group of users. */
const CELLS = 2 ** 24;
/** Earlier than anything that is said: that holds, whatever Goldset derives later. */
const DERIVED_AT = 1;
/** Days whose groups of users are kept: no comparison goes further back. */
const KEPT_USERS = 100;

export class SignalRollup implements Rollup {
  private readonly cells: SignalCell[];
  private readonly cellOf = new Map<string, number>();
  /** Calls of one version and day come together. */
  private last: { readonly index: number; readonly of: SignalCell } | null = null;
  private readonly names: string[];
  private readonly numberOf: Map<string, number>;
  private readonly retries: RetryFinder;
  private readonly tables = new Map<string, NameTable>();
  /** The day that was added to last: the next one is about as large. */
  private newest: NameTable | null = null;
  /** Days of which the table is on disk. */
  private readonly stored: Set<string>;
  private readonly early: EarlyFollowUps;
  private readonly attributes: SignalsByAttribute;
  /** Signals whose interaction never came. */
  private lost: number;

  constructor(
    private readonly options: DeriveOptions,
    private readonly declared: DeclaredSignals,
    private readonly port: RollupPort,
    data: SignalRollupData | null,
  ) {
    this.cells = (data?.cells ?? []).map(readCell);
    this.cells.forEach((cell, i) => this.cellOf.set(keyOf(cell), i));
    this.names = [...(data?.names ?? [])];
    this.numberOf = new Map(this.names.map((name, i) => [name, i]));
    this.retries = new RetryFinder(data?.retries);
    this.early = new EarlyFollowUps(data?.early);
    this.attributes = new SignalsByAttribute(data?.attributes);
    this.lost = data?.lost ?? 0;
    this.stored = new Set(port.tables);
  }

  /** An interaction is found by its table, however old it is; those of older days are put away until somebody asks. */
  beginDay(day: string): void {
    const oldest = new Date(Date.parse(day) - HELD_DAYS * DAY).toISOString().slice(0, 10);
    for (const [name, table] of this.tables) {
      if (name >= oldest || (table.isChanged && !this.port.storeTable(name, table.pieces()))) continue;
      this.tables.delete(name);
      this.stored.add(name);
    }
  }

  take(line: StoredLine, { day, offset }: { readonly day: string; readonly offset: number }): void {
    if ('followUp' in line) this.follow(line.followUp);
    // Other costs of an action, such as a search, are not answers.
    else if (line.interaction.operation === undefined) this.add(line.interaction, day, offset);
  }

  /** `since`: a day; null: all. */
  list(since: string | null): SignalCell[] {
    return this.cells.filter(({ day }) => since === null || day >= since).map(withScores);
  }

  /** By day, version and value of an attribute. */
  byAttribute(): AttributeCell[] {
    return this.attributes.list();
  }

  save(): RollupState {
    const newest = this.cells.reduce((last, { day }) => (day > last ? day : last), '');
    const cells = this.cells.map((cell) => storedCell(cell, Date.parse(newest) - Date.parse(cell.day) < KEPT_USERS * DAY));
    const data: SignalRollupData = {
      cells,
      names: this.names,
      retries: this.retries.save(),
      early: this.early.save(),
      lost: this.lost,
      attributes: this.attributes.save(),
    };
    return { data, tables: changedTables(this.tables) };
  }

  private add(interaction: Interaction, day: string, offset: number): void {
    const { id, time, prompt, model, user, signals, responseId, trace, conversation } = interaction;
    const version = prompt === null ? null : versionName(prompt);
    const at = Date.parse(time);
    const cell = this.cellAt({ day, prompt: prompt?.name ?? 'unknown', version, model }, at);
    cell.of.n++;
    cell.of.first = Math.min(cell.of.first, at);
    const group = userGroup(user ?? conversation ?? id);
    addOne(cell.of.users, group);
    const table = this.tableOf(day) ?? new NameTable(WIDTH, this.newest);
    this.tables.set(day, table);
    this.newest = table;
    const names = { interaction: id, response: responseId, trace, conversation };
    const row = table.add(namesOf(names), [offset % 2 ** 32, Math.floor(offset / 2 ** 32), cell.index + group * CELLS]);
    const combination = this.attributes.add(cell.of, interaction);
    if (combination > 0) table.add([combinationName(row)], [combination, 0, 0]);
    for (const signal of signals) this.count({ table, row }, signal);
    const best = bestScore(interaction.chunks);
    if (best !== null) this.change(cell.index + group * CELLS, this.named(scoreKey(BEST_RETRIEVAL, best)), 1);
    for (const signal of derivedSignals(interaction, this.options)) {
      if (signal.name === 'edit-distance') this.count({ table, row }, signal);
      else this.countDerived({ table, row }, signal.name);
    }
    for (const followUp of this.early.take(names)) this.follow(followUp);
    const retried = this.retries.take(interaction);
    if (retried === null) return;
    const before = this.find({ interaction: retried, response: null, trace: null, conversation: null });
    if (before !== null) this.countDerived(before, 'retry');
  }

  private follow(followUp: FollowUp): void {
    const { of, signals, chunks } = followUp;
    const best = bestScore(chunks);
    if (signals.length === 0 && best === null) return;
    const found = this.find(of);
    if (found === null) {
      this.lost += this.early.add(followUp)?.signals.length ?? 0;
      return;
    }
    // Passages that came with the call were counted with it.
    if (best !== null) this.say(found, scoreName(BEST_RETRIEVAL), DERIVED_BY, DERIVED_AT, scoreKey(BEST_RETRIEVAL, best));
    for (const signal of signals) {
      this.count(found, signal);
      if (signal.name !== 'kept') continue;
      const output = (): string | null =>
        this.port.outputAt(found.day, found.table.get(found.row, OFFSET) + found.table.get(found.row, OFFSET + 1) * 2 ** 32);
      // Who takes a text back has kept none.
      const edit = signal.value === null ? { ...signal, name: 'edit-distance' } : editSignal(output(), signal);
      if (edit !== null) this.count(found, edit);
    }
  }

  private count(place: TableRow, signal: Signal): void {
    const { name, by, value } = signal;
    const counted = countedAs(signal, this.declared);
    this.say(place, name, by, timeOf(signal), counted);
    if (typeof value === 'number' && isScore(counted, signal)) this.say(place, scoreName(name), by, timeOf(signal), scoreKey(name, value));
    else if (value === null) this.say(place, scoreName(name), by, timeOf(signal), null);
  }

  private countDerived(place: TableRow, name: string): void {
    this.say(place, name, DERIVED_BY, DERIVED_AT, name);
  }

  private say({ table, row }: TableRow, name: string, by: string | null, time: number, counted: string | null): void {
    const as = counted === null ? null : this.named(counted);
    const place = table.get(row, CELL);
    for (const { gained, lost } of say(table, WIDTH, row, { name, by, time, as })) {
      this.change(place, gained, 1);
      this.change(place, lost, -1);
      if (gained === lost) continue;
      const kept = table.find(combinationName(row));
      if (kept === null) continue;
      this.changeAttributes(place, table.get(kept, 0), gained, 1);
      this.changeAttributes(place, table.get(kept, 0), lost, -1);
    }
  }

  private changeAttributes(place: number, combination: number, as: number | null, by: 1 | -1): void {
    const cell = this.cells[place % CELLS];
    const name = as === null ? undefined : this.names[as];
    if (cell !== undefined && name !== undefined && !isScoreKey(name)) this.attributes.change(cell, combination, name, by);
  }

  /** The number of what is counted. */
  private named(counted: string): number {
    const as = this.numberOf.get(counted) ?? this.names.push(counted) - 1;
    this.numberOf.set(counted, as);
    return as;
  }

  private change(place: number, as: number | null, by: 1 | -1): void {
    const cell = this.cells[place % CELLS];
    const name = as === null ? undefined : this.names[as];
    if (cell === undefined || name === undefined) return;
    addTo(cell.counts, name, by);
    const byUser = cell.byUser.get(name) ?? new Map<number, number>();
    cell.byUser.set(name, byUser);
    addTo(byUser, Math.floor(place / CELLS), by);
  }

  /** The newest day first: most of what comes later comes soon. */
  private find(of: FollowUpTarget): (TableRow & { readonly day: string }) | null {
    const days = [...new Set([...this.stored, ...this.tables.keys()])].sort().reverse();
    for (const name of namesOf(of)) {
      for (const day of days) {
        const table = this.tableOf(day);
        const row = table?.find(name) ?? null;
        if (table && row !== null) return { table, row, day };
      }
    }
    return null;
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

  private cellAt(of: CellName, first: number): { readonly index: number; readonly of: SignalCell } {
    const { last } = this;
    if (last !== null && isSame(last.of, of)) return last;
    const key = keyOf(of);
    const index = this.cellOf.get(key);
    const known = index === undefined ? undefined : this.cells[index];
    if (index !== undefined && known) return (this.last = { index, of: known });
    const cell: SignalCell = { ...of, n: 0, first, counts: new Map(), users: new Map(), byUser: new Map() };
    this.cellOf.set(key, this.cells.length);
    return (this.last = { index: this.cells.push(cell) - 1, of: cell });
  }
}

/** Null: no passage has a score. */
function bestScore(chunks: readonly RetrievedChunk[]): number | null {
  const scores = chunks.flatMap(({ score }) => score ?? []);
  return scores.length === 0 ? null : Math.max(...scores);
}

interface TableRow {
  readonly table: NameTable;
  readonly row: number;
}

interface SignalRollupData {
  readonly cells: readonly StoredSignalCell[];
  readonly names: readonly string[];
  readonly retries: RetryState;
  readonly early: readonly FollowUp[];
  readonly lost: number;
  /** Absent: counted before attributes were. */
  readonly attributes?: SignalAttributesState | undefined;
}

/** The name of the row that has the combination of attributes of a call. */
const combinationName = (row: number): TextHash => hashTexts([String(row)], 8);

const addOne = <K>(to: Map<K, number>, key: K): unknown => addTo(to, key, 1);

/** Nothing is left of what was taken back. */
function addTo<K>(to: Map<K, number>, key: K, by: 1 | -1): void {
  const count = (to.get(key) ?? 0) + by;
  if (count > 0) to.set(key, count);
  else to.delete(key);
}

type CellName = Pick<SignalCell, 'day' | 'prompt' | 'version' | 'model'>;

const isSame = (a: CellName, b: CellName): boolean =>
  a.day === b.day && a.prompt === b.prompt && a.version === b.version && a.model === b.model;

/** Names are of one line, or nearly so: two that share a key are two of an application that means to confuse. */
const keyOf = ({ day, prompt, version, model }: CellName): string => `${day}\n${prompt}\n${version ?? ''}\n${model ?? ''}`;

/** In the order in which a follow-up's target is looked for. */
function namesOf({ interaction, response, trace, conversation }: FollowUpTarget): TextHash[] {
  const names: TextHash[] = [];
  if (interaction !== null) names.push(hash64(interaction, 1));
  if (response !== null) names.push(hash64(response, 2));
  if (trace !== null) names.push(hash64(trace, 3));
  if (conversation !== null) names.push(hash64(conversation, 4));
  return names;
}

const isSignalData = (data: unknown): data is SignalRollupData =>
  isJsonObject(data) && ['cells', 'names', 'retries', 'early'].every((name) => Array.isArray(data[name]));

/** The cells of these days. */
export function signalSums(data: unknown, days: ReadonlySet<string>): SignalRollupData | null {
  if (!isSignalData(data)) return null;
  const attributes = attributesOn(data.attributes, days);
  return { cells: data.cells.filter(({ day }) => days.has(day)), names: [], retries: [], early: [], lost: data.lost, attributes };
}

/** Without what was asked on these days, and without the notes of signals that wait for a call. */
export function signalsWithoutTexts(data: unknown, days: ReadonlySet<string>): unknown {
  if (!isSignalData(data)) return data;
  const retries = data.retries.filter(([, { at }]) => !days.has(new Date(at).toISOString().slice(0, 10)));
  const left: SignalRollupData = { ...data, retries, early: data.early.filter(({ time }) => !days.has(time.slice(0, 10))) };
  return left;
}

const SIGNALS = 'signals';

/** The low scores of the rollups of these names: the setting is a part of the name. Other rollups have none. */
export const lowScoresOf = (names: readonly string[]): number[] =>
  names.flatMap((name) => {
    const score = name.startsWith(`${SIGNALS}-`) ? Number(name.slice(SIGNALS.length + 1)) : NaN;
    return Number.isNaN(score) ? [] : [score];
  });

/** `declared`: what signals mean; with another meaning all is counted again. */
export const signalRollup = (options: DeriveOptions, declared: DeclaredSignals = NO_DECLARED_SIGNALS): RollupKind<SignalRollup> => ({
  name: options.lowScore === null ? SIGNALS : `${SIGNALS}-${options.lowScore}`,
  version: [SIGNALS_FORM, ...(Object.keys(declared).length === 0 ? [] : [JSON.stringify(declared)])].join(' '),
  start: (data, port) => new SignalRollup(options, declared, port, isJsonObject(data) ? (data as unknown as SignalRollupData) : null),
});
