/** Rows of a Parquet file that the worker thread decodes, slice by slice. A row group that cannot be read is one problem with its number of rows. */
import { messageOf } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import type { JsonValue } from '../../core/json/json.ts';
import type { ParquetJob, ParquetSlice } from './parquet-reader.ts';

/** The thread that decodes. */
export interface ParquetThread {
  parquet(job: ParquetJob): Promise<ParquetSlice>;
}

/** `count`: rows that the problem is about. */
export type ParquetRow = { readonly place: string } & ({ readonly row: JsonValue } | { readonly problem: string; readonly count: number });

/** Row groups at which the thread was killed, after which a file is given up. */
const MOST_KILLS = 2;

/** @throws when there is no such file. */
export async function* parquetRows(file: string, thread: ParquetThread): AsyncIterable<ParquetRow> {
  const { groups, problem } = await answerOf(thread, { file, from: null });
  if (problem !== null) {
    yield { place: 'the footer', problem, count: 1 };
    return;
  }
  let [before, kills] = [0, 0];
  for (const [group, count] of groups.entries()) {
    for (let row = 0; row < count;) {
      const slice = await answerOf(thread, { file, from: { group, row } });
      kills += slice.isKilled ? 1 : 0;
      const place = `row group ${group + 1}`;
      const why = slice.problem ?? (slice.rows.length === 0 ? 'It holds fewer rows than the footer says. Export it again.' : null);
      if (why !== null) {
        yield { place, problem: `${quantity(count - row, 'row')} not read. ${why}`, count: count - row };
        break;
      }
      for (const [i, value] of slice.rows.entries()) {
        const at = { place: `row ${before + row + i + 1}` };
        yield value === null ? { ...at, problem: 'It is longer than 32 MB.', count: 1 } : { ...at, row: value };
      }
      row += slice.rows.length;
    }
    before += count;
    if (kills >= MOST_KILLS) {
      const left = groups.slice(group + 1).reduce((sum, rows) => sum + rows, 0);
      if (left > 0)
        yield { place: 'the rest of the file', problem: `${quantity(left, 'row')} not read: the file is given up.`, count: left };
      return;
    }
  }
}

/** A thread that was killed took too much memory or time for what it was to read. */
async function answerOf(thread: ParquetThread, job: ParquetJob): Promise<ParquetSlice & { readonly isKilled: boolean }> {
  try {
    return { ...(await thread.parquet(job)), isKilled: false };
  } catch (error) {
    const problem = `${messageOf(error)} Write it again with smaller row groups, such as 10,000 rows each.`;
    return { groups: [], rows: [], problem, isKilled: true };
  }
}
