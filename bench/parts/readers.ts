/**
 * Readers of lines are linear: a line that is four times as long takes four times as long. Each kind of file is read once in its shortest
 * and once in its longest line, in turn; the time per byte of the long one is compared with that of the short one.
 */
import { closeSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { linesIn } from '../../src/adapters/bounded-lines.ts';
import { openRegular } from '../../src/adapters/bounded-file.ts';
import { rowsOf } from '../../src/adapters/import/read-rows.ts';
import { linesBackwards, linesOf } from '../../src/adapters/interactions/lines.ts';
import { readJournalFile } from '../../src/adapters/storage/journal-file.ts';
import { SegmentReader } from '../../src/adapters/storage/response-cache/segment.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const MB = 1 << 20;
const SHORT = 7;
const TIMES = 4;
const ROUNDS = 7;
/** Bytes that a line may have for the readers that are told. */
const LONGEST = 32 * MB;

const READERS: Readonly<Record<string, (file: string) => unknown>> = {
  journal: (file) => readJournalFile(file)?.damaged,
  cache: (file) => {
    const segment = new SegmentReader(file);
    const found = [...segment.fresh()];
    segment.close();
    return found;
  },
  lines: (file) => {
    const descriptor = openRegular(file);
    const found = [...linesIn(descriptor)];
    closeSync(descriptor);
    return found;
  },
  interactions: (file) => [...linesOf(file, 0, LONGEST)],
  'interactions, backwards': (file) => [...linesBackwards(file, statSync(file).size, LONGEST)],
  import: async (file) => {
    for await (const row of rowsOf(file, 'json')) if (!('row' in row)) throw new Error('A row was refused.');
  },
};

export async function measureReaders(row: RecordRow, scope: Scope): Promise<void> {
  const folder = scope.folder('readers');
  const [short, long] = [SHORT, SHORT * TIMES].map((size) => lineOf(path.join(folder, `${size}.jsonl`), size * MB)) as [string, string];
  let worst = { name: '', value: 0, floor: 1 };
  for (const [name, read] of Object.entries(READERS)) {
    const times: { short: number[]; long: number[] } = { short: [], long: [] };
    for (let i = 0; i < ROUNDS; i++) {
      times.short.push((await msOf(() => read(short))) * TIMES);
      times.long.push(await msOf(() => read(long)));
    }
    const [value, floor] = [median(times.long), median(times.short)];
    if (value / floor > worst.value / worst.floor) worst = { name, value, floor };
  }
  row({
    what: `the least linear reader of one line of ${SHORT * TIMES} MB`,
    value: worst.value,
    unit: 'ms',
    floor: { value: worst.floor, of: `${TIMES} × one line of ${SHORT} MB` },
    limit: { ratio: 2 },
    note: worst.name,
  });
}

function lineOf(file: string, bytes: number): string {
  writeFileSync(file, `{"text":"${'x'.repeat(bytes)}"}\n`);
  return file;
}

async function msOf(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
