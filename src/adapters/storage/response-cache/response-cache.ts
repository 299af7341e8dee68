/**
 * Answers on disk, `.goldset/cache/`: append-only segments with one writer each, an index in memory, and any number of
 * processes. Nothing is locked to read or to write; what others add is seen when something is missed.
 */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { AnswerStore } from '../../../core/calls/answers.ts';
import type { ModelResponse } from '../../../core/model/model-request.ts';
import { isAlive } from '../process-identity.ts';
import { dataFolder } from '../data-folder/data-folder.ts';
import { ANY, entryLine, SegmentReader, SegmentWriter, type Entry } from './segment.ts';

export const SEGMENT_SUFFIX = '.answers';

/** Bytes after which a writer begins a new segment. */
const SEGMENT_SIZE = 8 << 20;
/** ms between two looks at what other processes have written. */
const REFRESH = 1000;

interface Found extends Entry {
  readonly segment: string;
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
  private readonly index = new Map<string, Found[]>();
  private readonly segments = new Map<string, SegmentReader>();
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
    if (this.writer !== null && this.writer.size > SEGMENT_SIZE) this.endSegment();
    this.writer ??= this.newSegment();
    const { file, size } = this.writer;
    const line = entryLine(key, account, at, answer);
    if (!this.writer.append(line)) return false;
    const segment = path.basename(file);
    const length = this.writer.size - size;
    this.segmentOf(segment)?.passed(length);
    this.add({ key, account, at, offset: size, length, segment });
    return true;
  }

  /** All entries, each key and account once, the newest. */
  *entries(): Generator<Entry & { readonly read: () => ModelResponse | null }> {
    this.readAt = -Infinity;
    this.refresh();
    for (const all of this.index.values()) {
      for (const entry of newestPerAccount(all)) yield { ...entry, read: () => this.read(entry) };
    }
  }

  stats(): CacheStats {
    this.readAt = -Infinity;
    this.refresh();
    const all = [...this.index.values()].flat();
    const times = all.map(({ at }) => at);
    return {
      folder: path.join(dataFolder(this.root).path, CACHE),
      entries: [...this.index.values()].reduce((sum, entries) => sum + newestPerAccount(entries).length, 0),
      bytes: all.reduce((sum, { length }) => sum + length, 0),
      segments: this.segments.size,
      oldest: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
      newest: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    };
  }

  /** Deletes every answer; another process that writes just now keeps what it writes. */
  clear(): void {
    this.close();
    for (const name of segmentsOf(this.root))
      if (!isBeingWritten(name)) rmSync(dataFolder(this.root).writable(CACHE, name), { force: true });
  }

  close(): void {
    const file = this.writer?.file;
    this.endSegment();
    // From now on nobody writes it, whether this process lives or not.
    if (file !== undefined && dataFolder(this.root).readable(CACHE, path.basename(file)) !== null)
      renameSync(file, file.replace(`-${process.pid}-`, '-0-'));
    for (const segment of this.segments.values()) segment.close();
    this.segments.clear();
    this.index.clear();
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
    const entries = this.index.get(key) ?? [];
    const fitting = entries.filter((entry) => account === null || entry.account === account || entry.account === ANY);
    return fitting.reverse().sort((a, b) => b.at - a.at);
  }

  private read(entry: Found): ModelResponse | null {
    return this.segments.get(entry.segment)?.read(entry) ?? null;
  }

  /** Takes in what is new on disk; false: it has been looked at just now. */
  private refresh(): boolean {
    const now = performance.now();
    if (now - this.readAt < REFRESH) return false;
    this.readAt = now;
    for (const name of segmentsOf(this.root)) {
      const segment = this.segmentOf(name);
      if (segment === null) continue;
      for (const entry of segment.fresh()) this.add({ ...entry, segment: name });
    }
    return true;
  }

  private add(found: Found): void {
    const others = this.index.get(found.key);
    if (others) others.push(found);
    else this.index.set(found.key, [found]);
  }

  /** Null: somebody has removed it meanwhile. What is open stays readable. */
  private segmentOf(name: string): SegmentReader | null {
    const known = this.segments.get(name);
    if (known) return known;
    const file = dataFolder(this.root).readable(CACHE, name);
    if (file === null) return null;
    const segment = new SegmentReader(file);
    this.segments.set(name, segment);
    return segment;
  }

  private newSegment(): SegmentWriter {
    return new SegmentWriter(dataFolder(this.root).writable(CACHE, segmentName(this.now(), process.pid)));
  }

  private endSegment(): void {
    this.writer?.close();
    this.writer = null;
  }
}

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

function newestPerAccount(entries: readonly Found[]): Found[] {
  if (entries.length < 2) return [...entries];
  const newest = new Map<string, Found>();
  for (const entry of entries) if (entry.at >= (newest.get(entry.account)?.at ?? -Infinity)) newest.set(entry.account, entry);
  return [...newest.values()];
}
