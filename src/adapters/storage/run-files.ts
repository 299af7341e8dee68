/** Where runs are kept: `.goldset/runs/ID.goldset-run.jsonl` beside the workspace's root. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MAX_STORE, readTextSync } from '../bounded-file.ts';

export const JOURNAL_SUFFIX = '.goldset-run.jsonl';

/** `.goldset/`, made on first use; it ignores itself. */
export function dataFolder(root: string): string {
  const folder = path.join(root, '.goldset');
  mkdirSync(path.join(folder, 'runs'), { recursive: true });
  const ignore = path.join(folder, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return folder;
}

export const journalFile = (root: string, id: string): string => path.join(dataFolder(root), 'runs', `${id}${JOURNAL_SUFFIX}`);

/** Whether the answers of a run are being made by batch: then nobody else goes on with it. */
export function isOpenBatch(root: string, id: string): boolean {
  const log = path.join(root, '.goldset', 'batches', id, 'batch.jsonl');
  return existsSync(log) && !readTextSync(log, MAX_STORE).includes('"kind":"ended"');
}

/** Ids of the runs on disk, newest first. */
export function listRuns(root: string): string[] {
  const folder = path.join(root, '.goldset', 'runs');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(JOURNAL_SUFFIX))
    .map((name) => name.slice(0, -JOURNAL_SUFFIX.length))
    .sort()
    .reverse();
}

/** Sortable by time to the ms, unique on one machine: date, time, then ms and chance in hex. `random` gives numbers in [0, 1). */
export function newRunId(date: Date, random: () => number): string {
  const time = date
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, '');
  const hex = (value: number): string => value.toString(16).padStart(3, '0');
  return `${time}-${hex(date.getMilliseconds())}${hex(Math.floor(random() * 0x1000))}`;
}
