/**
 * Answers on disk, `.goldset/cache/`: append-only segments with one writer each, an index beside each that is not written any more, and any
 * number of processes. Nothing is locked to read or to write; what others add is seen when something is missed.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { AnswerStore } from '../../../core/calls/answers.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { takeLock } from '../lock-file.ts';
import { isAlive } from '../process-identity.ts';
import { dataFolder } from '../data-folder/data-folder.ts';
import { ANY, type Entry } from './entry.ts';
import { entryLine, INDEX_SUFFIX, SegmentReader, SegmentWriter } from './segment.ts';

export const SEGMENT_SUFFIX = '.answers';
/** Ends the name of a segment that is being merged. */
export const UNFINISHED = '.new';
/** One process at a time removes and merges segments. */
export const MERGE_LOCK = 'prune.lock';

/** Bytes after which a writer begins a new segment. */
const SEGMENT_SIZE = 8 << 20;
/** ms between two looks at what other processes have written. */
const REFRESH = 1000;
/** A folder that was changed no longer ago may be changed again without another time, because file systems round. ms. */
const ROUNDED = 3000;

interface Found extends Entry {
  readonly reader: SegmentReader;
}

interface OpenSegment {
  readonly reader: SegmentReader;
  /** Its writer has closed it, so that it does not grow any more. */
  isClosed: boolean;
}

export interface CacheStats {
  readonly folder: string;
  readonly entries: number;
  readonly bytes: number;
  readonly segments: number;
  /** ms since 1970; null: empty. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

const CACHE = 'cache';

export class ResponseCache implements AnswerStore {
  /** Entries that were added since their segment was opened. */
  private readonly recent = new Map<string, Found[]>();
  /** When the folder was last changed, as it was last listed. */
  private listed = NaN;
  /** By the name without the process, which changes when the writer closes it. */
  private readonly segments = new Map<string, OpenSegment>();
  private writer: SegmentWriter | null = null;
  private readAt = -Infinity;

  constructor(
    private readonly root: string,
    private readonly now: () => number = Date.now,
  ) {}

  find(key: string, account: string | null): ModelResponse | null {
    return this.known(key, account) ?? (this.refresh() ? this.known(key, account) : null);
  }

  /** Looks at what other processes have written up to now. */
  findFresh(key: string, account: string | null): ModelResponse | null {
    this.readAt = -Infinity;
    return this.find(key, account);
  }

  /** Whether an answer is there, without reading it. */
  has(key: string, account: string | null): boolean {
    this.refresh();
    return this.candidates(key, account).length > 0;
  }

  keep(key: string, account: string | null, answer: ModelResponse): boolean {
    return this.put(key, account ?? ANY, this.now(), answer);
  }

  put(key: string, account: string, at: number, answer: ModelResponse): boolean {
    try {
      return this.write(key, account, at, answer);
    } catch (error) {
      // No room for a file, no right to make one: the run has its journal.
      if (error instanceof Error && 'code' in error) return false;
      throw error;
    }
  }

  private write(key: string, account: string, at: number, answer: ModelResponse): boolean {
    if (this.writer !== null && (this.writer.size > SEGMENT_SIZE || this.writer.isGone)) this.endSegment();
    this.writer ??= this.newSegment();
    const { file, size } = this.writer;
    const line = entryLine(key, account, at, answer);
    if (!this.writer.append(line)) return false;
    const segment = path.basename(file);
    const length = this.writer.size - size;
    const reader = this.segments.get(idOf(segment))?.reader;
    reader?.passed(length);
    if (reader !== undefined) this.add({ key, account, at, offset: size, length, reader });
    return true;
  }

  /** All entries, each key and account once, the newest. */
  *entries(): Generator<Entry & { readonly read: () => ModelResponse | null }> {
    this.readAt = -Infinity;
    this.refresh();
    const newest = new Map<string, Found>();
    for (const entry of this.all()) {
      const id = `${entry.key} ${entry.account}`;
      if (entry.at >= (newest.get(id)?.at ?? -Infinity)) newest.set(id, entry);
    }
    for (const entry of newest.values()) yield { ...entry, read: () => this.read(entry) };
  }

  stats(): CacheStats {
    this.readAt = -Infinity;
    this.refresh();
    const known = new Set<string>();
    let [bytes, oldest, newest] = [0, Infinity, -Infinity];
    for (const { key, account, length, at } of this.all()) {
      known.add(`${key} ${account}`);
      bytes += length;
      oldest = Math.min(oldest, at);
      newest = Math.max(newest, at);
    }
    return {
      folder: path.join(dataFolder(this.root).path, CACHE),
      entries: known.size,
      bytes,
      segments: this.segments.size,
      oldest: known.size === 0 ? null : oldest,
      newest: known.size === 0 ? null : newest,
    };
  }

  /** Deletes every answer; another process that writes or merges just now keeps what it writes. */
  clear(): void {
    this.close();
    const lock = dataFolder(this.root).readable(CACHE) === null ? null : takeLock(dataFolder(this.root).writable(CACHE, MERGE_LOCK));
    if (lock !== null) removeUnfinishedMerges(this.root);
    lock?.release();
    for (const name of segmentsOf(this.root)) if (!isBeingWritten(name)) removeSegment(dataFolder(this.root).writable(CACHE, name));
  }

  close(): void {
    this.endSegment();
    for (const { reader } of this.segments.values()) reader.close();
    this.segments.clear();
    this.recent.clear();
    this.listed = NaN;
    this.readAt = -Infinity;
  }

  private known(key: string, account: string | null): ModelResponse | null {
    for (const entry of this.candidates(key, account)) {
      const response = this.read(entry);
      if (response !== null) return response;
    }
    return null;
  }

  /** Newest first, and of two at once the later. Without an account, as in a CI run without a key, every recording will do. */
  private candidates(key: string, account: string | null): Found[] {
    const entries: Found[] = [];
    for (const { reader } of this.segments.values()) for (const entry of reader.sorted.find(key)) entries.push({ ...entry, reader });
    entries.push(...(this.recent.get(key) ?? []));
    const fitting = entries.filter((entry) => account === null || entry.account === account || entry.account === ANY);
    return fitting.reverse().sort((a, b) => b.at - a.at);
  }

  private read(entry: Found): ModelResponse | null {
    return entry.reader.read(entry);
  }

  /** Of every segment, the oldest first; an answer that was kept again is there more than once. */
  private *all(): Generator<Found> {
    for (const [, { reader }] of [...this.segments].sort(([a], [b]) => (a < b ? -1 : 1)))
      for (const entry of reader.sorted) yield { ...entry, reader };
    for (const entries of this.recent.values()) yield* entries;
  }

  /** Reads what is new on disk; false: it has been looked at just now. */
  private refresh(): boolean {
    const now = performance.now();
    if (now - this.readAt < REFRESH) return false;
    this.readAt = now;
    const closed = this.list();
    for (const [id, segment] of this.segments) {
      if (segment.isClosed) continue;
      for (const entry of segment.reader.fresh()) this.add({ ...entry, reader: segment.reader });
      segment.isClosed = closed.has(id);
    }
    return true;
  }

  /** Opens segments that are new, and names those that are closed. The folder is listed only after a change of it: claims look before each request. */
  private list(): ReadonlySet<string> {
    const closed = new Set<string>();
    const folder = dataFolder(this.root).readable(CACHE);
    const changed = folder === null ? NaN : lstatSync(folder).mtimeMs;
    if (changed === this.listed && Date.now() - changed > ROUNDED) return closed;
    this.listed = changed;
    for (const name of segmentsOf(this.root)) {
      if (isClosed(name)) closed.add(idOf(name));
      if (!this.segments.has(idOf(name))) this.openSegment(name)?.load();
    }
    return closed;
  }

  private add(found: Found): void {
    const others = this.recent.get(found.key);
    if (others) others.push(found);
    else this.recent.set(found.key, [found]);
  }

  /** Null: another process has removed it meanwhile. What is open stays readable. */
  private openSegment(name: string): SegmentReader | null {
    const file = dataFolder(this.root).readable(CACHE, name);
    if (file === null) return null;
    const reader = new SegmentReader(file);
    this.segments.set(idOf(name), { reader, isClosed: isClosed(name) });
    return reader;
  }

  private newSegment(): SegmentWriter {
    const name = segmentName(this.now(), process.pid);
    const writer = new SegmentWriter(dataFolder(this.root).writable(CACHE, name));
    // While it is empty, so that no line counts twice.
    this.openSegment(name)?.load();
    return writer;
  }

  /** From now on no process writes it, whether this one lives or not. */
  private endSegment(): void {
    const { writer } = this;
    this.writer = null;
    if (writer === null) return;
    writer.close();
    if (dataFolder(this.root).readable(CACHE, path.basename(writer.file)) === null) return;
    const closed = writer.file.replace(`-${process.pid}-`, '-0-');
    renameSync(writer.file, closed);
    keepIndexOf(closed);
  }
}

/** Halves of merges. The caller has the lock, so no process is at one: a process that was killed has left them. @throws as `fs` says it. */
export function removeUnfinishedMerges(root: string): void {
  const folder = dataFolder(root);
  for (const name of folder.list('files', CACHE))
    if (name.endsWith(`${SEGMENT_SUFFIX}${UNFINISHED}`)) rmSync(folder.writable(CACHE, name), { force: true });
}

/** Removes a segment and its index. @throws as `fs` says it. */
export function removeSegment(file: string): void {
  rmSync(file, { force: true });
  rmSync(`${file}${INDEX_SUFFIX}`, { force: true });
}

/** Writes the index of a segment that no process writes any more. Without room for it the segment itself is read. */
export function keepIndexOf(file: string): void {
  let reader: SegmentReader | null = null;
  try {
    reader = new SegmentReader(file);
    reader.keepIndex();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  } finally {
    reader?.close();
  }
}

const idOf = (name: string): string => name.replace(/-\d+-/, '-');

/** Whether its writer has closed it, so that it never grows again. */
const isClosed = (name: string): boolean => name.split('-')[1] === '0';

/** Whether the process that its name names is alive. */
export const isBeingWritten = (name: string): boolean => isAlive(Number(name.split('-')[1]));

/** Sortable by time; the process that writes it is in the name. 0: nobody does. */
export const segmentName = (now: number, pid: number): string =>
  `${now.toString(36).padStart(9, '0')}-${pid}-${randomBytes(4).toString('hex')}${SEGMENT_SUFFIX}`;

/** Names of the segments of a workspace, in the order of time. */
export const segmentsOf = (root: string): string[] =>
  dataFolder(root)
    .list('files', CACHE)
    .filter((name) => name.endsWith(SEGMENT_SUFFIX));
