/** What a response cache would have saved: the log is replayed in the order of time, with several lifetimes of an answer. */
import { NameTable } from '../signals/name-table.ts';
import { hash64, hashTexts, type TextHash } from '../../../text/text-hash.ts';
import { RecentRows } from '../recent-rows.ts';
import type { Interaction } from '../../interactions/interaction.ts';

/** Seconds that an answer is given again after it was first given. */
export const LIFETIMES = [3600, 86_400, 7 * 86_400, 30 * 86_400] as const;

/** `exact`: the very same request. `normalised`: the same but for white space and Unicode's ways to write a letter. */
export const KEY_KINDS = ['exact', 'normalised'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface CacheSavings {
  hits: number;
  /** USD of the calls that would not have been made, after what the provider's prompt cache already saved; null: not known of all. */
  usd: number | null;
  /** ms that they took; null: not known of all. */
  ms: number | null;
}

/** Of one prompt on one day. */
export interface ReplayCell {
  readonly day: string;
  readonly prompt: string;
  n: number;
  /** Calls without a captured request or answer, and failed ones: they can be neither asked nor answered from a cache. */
  unusable: number;
  /** By kind of key, one for each lifetime. */
  readonly saved: Readonly<Record<KeyKind, readonly CacheSavings[]>>;
  /** Of exact hits with the longest lifetime: those that would have been wrong, or could have been. */
  readonly risks: Record<Risk, number>;
}

/** The same request, but other retrieved chunks, another user, another answer, or an answer that people had rejected. */
export const RISKS = ['differentChunks', 'differentUser', 'differentAnswer', 'rejectedAnswer'] as const;
export type Risk = (typeof RISKS)[number];

/** Parameters that do not change an answer. */
const DROPPED: ReadonlySet<string> = new Set([
  ...['stream', 'stream_options', 'user', 'metadata', 'store', 'safety_identifier', 'prompt_cache_key', 'service_tier'],
]);
/** Columns of the exact table: a time for each lifetime, and what the first answer was like. Normalised ones have the times alone. */
const TIMES = LIFETIMES.length;
const NO_FACTS: readonly number[] = [];
const [ANSWER, CHUNKS, USER, USE, CELL, EXACT_WIDTH] = [TIMES, TIMES + 1, TIMES + 2, TIMES + 3, TIMES + 4, TIMES + 5];
/** `USE`: twice the hits, and one when people rejected the answer. `CELL`: that the last hit is counted in. */
const [HIT, REJECTED] = [2, 1];
/** So many may be rejected before they come: a browser may be faster than an exporter. */
const EARLY = 2000;

export class ResponseReplay {
  private readonly cells: ReplayCell[] = [];
  private readonly cellOf = new Map<string, number>();
  private readonly tables: Readonly<Record<KeyKind, NameTable>>;
  /** Calls of one prompt and day come together. */
  private last = -1;
  /** Row of the answer by the interaction's and the response's id, for a rejection that may still come. */
  private readonly recent: RecentRows;
  /** Names of calls that were rejected before they came. */
  private readonly early: Set<string>;

  constructor(state: ReplayState | null = null, tables: ReplayTables = {}) {
    for (const cell of state?.cells ?? []) this.cellOf.set(keyOf(cell), this.cells.push({ ...cell }) - 1);
    this.recent = new RecentRows(tables);
    this.early = new Set(state?.early);
    const read = (kind: KeyKind, width: number): NameTable => {
      const bytes = tables[kind];
      return (bytes && NameTable.from(bytes, width)) ?? new NameTable(width);
    };
    this.tables = { exact: read('exact', EXACT_WIDTH), normalised: read('normalised', TIMES) };
  }

  add(interaction: Interaction, parts: RequestParts, costUsd: number | null): void {
    const { id, responseId, time, latencyMs, output, error, user } = interaction;
    const index = this.cellAt(time.slice(0, 10), interaction.prompt?.name ?? 'unknown');
    const cell = this.cells[index];
    if (cell === undefined) return;
    cell.n++;
    if (interaction.messages.length === 0 || output === null || error !== null) {
      cell.unusable++;
      return;
    }
    const at = Math.floor(Date.parse(time) / 1000);
    const { exact, normalised } = requestNames(interaction, parts);
    this.replay('normalised', normalised, at, NO_FACTS, cell, costUsd, latencyMs);
    const chunks = interaction.chunks.length === 0 ? 0 : hash64(JSON.stringify(interaction.chunks))[1];
    const answer = hash64(output)[1];
    const facts = [answer, chunks, user === null ? 0 : hash64(user)[1], 0, index];
    const { row, isHit } = this.replay('exact', exact, at, facts, cell, costUsd, latencyMs);
    if (isHit) this.countHit(cell, row, facts);
    // Whoever rejects another answer says nothing of the one that is kept.
    if (this.tables.exact.get(row, ANSWER) !== answer) return;
    this.remember(id, row);
    if (responseId !== null) this.remember(responseId, row);
  }

  /** A person rejected the answer: giving it again would have been wrong, whenever that becomes known. */
  reject(name: string): void {
    const row = this.recent.find(hash64(name));
    if (row !== null) {
      this.markRejected(row);
      return;
    }
    this.early.add(name);
    const [oldest] = this.early;
    if (this.early.size > EARLY && oldest !== undefined) this.early.delete(oldest);
  }

  list(): ReplayCell[] {
    return [...this.cells];
  }

  save(): { readonly state: ReplayState; readonly tables: Readonly<Record<ReplayTable, NameTable>> } {
    return { state: { cells: this.list(), early: [...this.early] }, tables: { ...this.tables, ...this.recent.tables() } };
  }

  /** `isHit`: with the longest lifetime. */
  private replay(
    kind: KeyKind,
    name: TextHash,
    at: number,
    facts: readonly number[],
    cell: ReplayCell,
    usd: number | null,
    ms: number | null,
  ): { readonly row: number; readonly isHit: boolean } {
    const table = this.tables[kind];
    const row = table.find(name);
    if (row === null) return { row: table.add([name], [...LIFETIMES.map(() => at), ...facts]), isHit: false };
    let isHit = false;
    for (let i = 0; i < TIMES; i++) {
      const saved = cell.saved[kind][i];
      isHit = at - table.get(row, i) <= (LIFETIMES[i] ?? 0);
      if (!isHit || saved === undefined) {
        table.set(row, i, at);
        continue;
      }
      saved.hits++;
      saved.usd = saved.usd === null || usd === null ? null : saved.usd + usd;
      saved.ms = saved.ms === null || ms === null ? null : saved.ms + ms;
    }
    if (!isHit) facts.forEach((fact, i) => table.set(row, TIMES + i, fact));
    return { row, isHit };
  }

  private countHit({ risks }: ReplayCell, row: number, [answer, chunks, user, , index = 0]: readonly number[]): void {
    const table = this.tables.exact;
    const use = table.get(row, USE);
    table.set(row, USE, use + HIT);
    table.set(row, CELL, index);
    if (table.get(row, ANSWER) !== answer) risks.differentAnswer++;
    if (table.get(row, CHUNKS) !== chunks) risks.differentChunks++;
    if (table.get(row, USER) !== user) risks.differentUser++;
    if ((use & REJECTED) !== 0) risks.rejectedAnswer++;
  }

  /** Hits that it had already are counted now. */
  private markRejected(row: number): void {
    const table = this.tables.exact;
    const use = table.get(row, USE);
    if ((use & REJECTED) !== 0) return;
    table.set(row, USE, use | REJECTED);
    const cell = this.cells[table.get(row, CELL)];
    if (cell) cell.risks.rejectedAnswer += use / HIT;
  }

  private remember(name: string, row: number): void {
    this.recent.add(hash64(name), row);
    if (this.early.size > 0 && this.early.delete(name)) this.markRejected(row);
  }

  private cellAt(day: string, prompt: string): number {
    const last = this.cells[this.last];
    if (last?.day === day && last.prompt === prompt) return this.last;
    const key = keyOf({ day, prompt });
    const known = this.cellOf.get(key);
    if (known !== undefined) return (this.last = known);
    const none = (): CacheSavings[] => LIFETIMES.map(() => ({ hits: 0, usd: 0, ms: 0 }));
    const risks = { differentChunks: 0, differentUser: 0, differentAnswer: 0, rejectedAnswer: 0 };
    const cell: ReplayCell = { day, prompt, n: 0, unusable: 0, saved: { exact: none(), normalised: none() }, risks };
    this.last = this.cells.push(cell) - 1;
    this.cellOf.set(key, this.last);
    return this.last;
  }
}

/** As JSON keeps it. */
export interface ReplayState {
  readonly cells: readonly ReplayCell[];
  readonly early: readonly string[];
}

/** As they are kept beside it. */
export type ReplayTables = Partial<Record<ReplayTable, Uint8Array>>;
export const REPLAY_TABLES = [...KEY_KINDS, 'recent', 'earlier'] as const;
type ReplayTable = (typeof REPLAY_TABLES)[number];

const keyOf = ({ day, prompt }: Pick<ReplayCell, 'day' | 'prompt'>): string => `${day}\n${prompt}`;

/** As JSON. */
export interface RequestParts {
  readonly messages: string;
  readonly tools: string;
}

export const requestParts = ({ messages, tools }: Interaction): RequestParts => ({
  messages: JSON.stringify(messages),
  tools: JSON.stringify(tools),
});

/** What identical requests have in common; `normalised`: also those that differ in white space and in ways to write a letter. */
function requestNames({ model, parameters }: Interaction, { messages, tools }: RequestParts): Readonly<Record<KeyKind, TextHash>> {
  const exact = [model ?? '', messages, tools, parametersText(parameters)];
  const name = hashTexts(exact);
  const same = exact.map(normalised);
  return { exact: name, normalised: same.every((text, i) => text === exact[i]) ? name : hashTexts(same) };
}

function parametersText(parameters: Interaction['parameters']): string {
  const names = Object.keys(parameters).filter((name) => !DROPPED.has(name));
  return names.length === 0 ? '' : JSON.stringify(names.sort().map((name) => [name, parameters[name]]));
}

/** Line ends and other white space are one space. A lone space stays, so that most requests are not written anew. */
const normalised = (text: string): string =>
  (COMPOSED.test(text) ? text.normalize('NFC') : text).replace(/ (?:\\[rnt]|\s)+|(?:\\[rnt]|[^\S ])(?:\\[rnt]|\s)*/g, ' ');

/** From the first mark that joins a letter on: what is below is composed already (Unicode's annex 15). */
const COMPOSED = /[\u0300-\uffff]/;
