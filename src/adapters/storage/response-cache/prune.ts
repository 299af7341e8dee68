/** Keeps the response cache within its limits: old and surplus segments go, small ones become one. */
import { lstatSync, renameSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../data-folder/data-folder.ts';
import { takeLock } from '../lock-file.ts';
import type { Entry } from './entry.ts';
import {
  isBeingWritten,
  keepIndexOf,
  MERGE_LOCK,
  removeSegment,
  removeUnfinishedMerges,
  segmentName,
  segmentsOf,
  UNFINISHED,
} from './response-cache.ts';
import { INDEX_SUFFIX, SegmentReader, SegmentWriter } from './segment.ts';
import { groupBy } from '../../../core/collections/group-by.ts';

export interface CacheLimits {
  readonly maxBytes: number;
  /** ms. */
  readonly maxAge: number;
}

export const DEFAULT_LIMITS: CacheLimits = { maxBytes: 256 << 20, maxAge: 30 * 24 * 60 * 60 * 1000 };

/** Every run makes a segment; so many small ones are worth the work. */
const MERGE_FROM = 32;
const SMALL = 1 << 20;
/** A segment that was not written for a day is closed, whichever process is named. ms. */
const DAY = 24 * 60 * 60 * 1000;
/** One process prunes at a time; the others go on without. */
export function pruneCache(root: string, limits: CacheLimits, now: number): void {
  const found = dataFolder(root).readable('cache');
  if (found === null || !lstatSync(found).isDirectory()) return;
  const folder = dataFolder(root).folder('cache');
  const lock = takeLock(path.join(folder, MERGE_LOCK));
  if (lock === null) return;
  try {
    prune(root, folder, limits, now);
  } finally {
    lock.release();
  }
}

function prune(root: string, folder: string, { maxBytes, maxAge }: CacheLimits, now: number): void {
  removeUnfinishedMerges(root);
  const closed = segmentsOf(root)
    .map((name) => ({ name, file: path.join(folder, name), ...sizeAndTime(path.join(folder, name)) }))
    // A process of another host may have the id of one that lives here; a writer whose file was removed begins a new one.
    .filter(({ name, mtimeMs }) => !isBeingWritten(name) || now - mtimeMs > DAY);
  let total = closed.reduce((sum, { size }) => sum + size, 0);
  const kept = closed.filter(({ file, size, mtimeMs }) => {
    if (now - mtimeMs <= maxAge && total <= maxBytes) return true;
    removeSegment(file);
    total -= size;
    return false;
  });
  const small = kept.filter(({ size }) => size < SMALL);
  if (small.length >= MERGE_FROM)
    for (const files of groupBy(small, ({ mtimeMs }) => Math.floor(mtimeMs / DAY)).values())
      if (files.length > 1)
        merge(
          folder,
          files.map(({ file }) => file),
        );
  keepIndexes(root, folder);
}

/** Those of segments that a killed process or an older version has left; and without its segment an index is of nothing. */
function keepIndexes(root: string, folder: string): void {
  const segments = new Set(segmentsOf(root));
  const names = new Set(dataFolder(root).list('files', 'cache'));
  for (const name of segments) if (!names.has(`${name}${INDEX_SUFFIX}`) && !isBeingWritten(name)) keepIndexOf(path.join(folder, name));
  for (const name of names)
    if (name.endsWith(INDEX_SUFFIX) && !segments.has(name.slice(0, -INDEX_SUFFIX.length))) rmSync(path.join(folder, name), { force: true });
}

/**
 * The newest entry of each key and account moves to one file, which appears whole. The files are of one day, and the new one keeps the time of
 * the newest of them: it gets no older because of it, and none of its answers gets younger.
 */
function merge(folder: string, files: readonly string[]): void {
  const time = Math.max(...files.map((file) => sizeAndTime(file).mtimeMs));
  const newest = new Map<string, { readonly entry: Entry; readonly segment: SegmentReader }>();
  const segments = files.map((file) => new SegmentReader(file));
  for (const segment of segments) {
    for (const entry of segment.sorted) {
      const id = `${entry.key} ${entry.account}`;
      if (entry.at >= (newest.get(id)?.entry.at ?? -Infinity)) newest.set(id, { entry, segment });
    }
  }
  const name = segmentName(Math.floor(time), 0);
  const unfinished = path.join(folder, `${name}${UNFINISHED}`);
  const writer = new SegmentWriter(unfinished);
  const whole = [...newest.values()].every(({ entry, segment }) => writer.append(segment.line(entry.offset, entry.length)));
  writer.close();
  for (const segment of segments) segment.close();
  if (!whole) return rmSync(unfinished, { force: true });
  utimesSync(unfinished, time / 1000, time / 1000);
  renameSync(unfinished, path.join(folder, name));
  for (const file of files) removeSegment(file);
}

function sizeAndTime(file: string): { size: number; mtimeMs: number } {
  const { size, mtimeMs } = lstatSync(file);
  return { size, mtimeMs };
}
