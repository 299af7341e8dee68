/** Where runs are kept: `.goldset/runs/ID.goldset-run.jsonl` beside the workspace's root. */
import { dataFolder } from './data-folder/data-folder.ts';
import { readNoFollow } from './data-folder/no-follow.ts';

export const JOURNAL_SUFFIX = '.goldset-run.jsonl';

const RUNS = 'runs';

/** What `newRunId` makes. */
export const RUN_ID = /^\d{8}T\d{6}-[0-9a-f]{6}$/;

/** The journal of a run, to read; null: it does not exist, or it must not be read. */
export const storedJournal = (root: string, id: string): string | null => dataFolder(root).readable(RUNS, `${id}${JOURNAL_SUFFIX}`);

/** The journal of a run, to write. @throws {ConfigurationError} when the data folder must not be used. */
export const journalToWrite = (root: string, id: string): string => dataFolder(root).writable(RUNS, `${id}${JOURNAL_SUFFIX}`);

/** Whether the answers of a run are being made by batch: then nobody else goes on with it. */
export function isOpenBatch(root: string, id: string): boolean {
  const log = dataFolder(root).readable('batches', id, 'batch.jsonl');
  return log !== null && !readNoFollow(log).includes('"kind":"ended"');
}

/** Ids of the runs on disk, newest first. */
export function listRuns(root: string): string[] {
  return dataFolder(root)
    .list('files', RUNS)
    .filter((name) => name.endsWith(JOURNAL_SUFFIX))
    .map((name) => name.slice(0, -JOURNAL_SUFFIX.length))
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
