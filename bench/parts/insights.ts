/**
 * Insights over a million interactions: the first time, and again after a thousand new lines. The floor parses the same lines.
 * GOLDSET_BENCH_INTERACTIONS=100000 for a quick one.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import type { Insights } from '../../src/core/feedback/insights/insights.ts';
import { CLI, measure, type MeasuredProcess } from '../measures/measured-process.ts';
import { parseMs } from '../measures/parsed-lines.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { appendInteractions, writeInteractions } from '../inputs/stored-interactions.ts';

const COUNT = Number(process.env['GOLDSET_BENCH_INTERACTIONS'] ?? 1_000_000);
const NEW = 1000;

export async function measureInsights(row: RecordRow, scope: Scope): Promise<void> {
  const root = scope.folder('insights');
  const folder = dataFolder(root).folder('interactions');
  writeInteractions(folder, COUNT);
  const floor = { value: await parseMs(folder), of: 'readline and JSON.parse of each line' };
  const empty = await measure(scope, [CLI, 'insights', 'units', '--json', '--store', scope.folder('empty')], { cwd: root });
  const rollups = path.join(folder, 'rollups');
  let written = COUNT;
  for (const kinds of [['units'], ['signals'], ['cache'], []]) {
    rmSync(rollups, { recursive: true, force: true });
    const first = await insights(scope, root, kinds, written);
    if (!existsSync(rollups)) throw new Error('There are no rollups: what was kept cannot be forgotten before a first time.');
    row({
      what: `insights ${kinds[0] ?? '(all three)'}, ${COUNT.toLocaleString('en-US')} interactions, first time`,
      value: first.ms,
      unit: 'ms',
      floor,
      limit: { most: 15_000 },
    });
    row({
      what: '  … peak memory',
      value: first.mb,
      unit: 'MB',
      floor: { value: empty.mb, of: 'of no interaction' },
      limit: { most: 300 },
    });
    appendInteractions(folder, COUNT, written, written + NEW);
    written += NEW;
    const again = await insights(scope, root, kinds, written);
    row({
      what: '  … after 1,000 new lines',
      value: again.ms,
      unit: 'ms',
      floor: { value: empty.ms, of: 'of no interaction' },
      limit: { most: 500 },
    });
  }
}

/** @throws {Error} when it does not count every interaction. */
async function insights(scope: Scope, cwd: string, kinds: readonly string[], expected: number): Promise<MeasuredProcess> {
  const measured = await measure(scope, [CLI, 'insights', ...kinds, '--json'], { cwd });
  const { interactions } = JSON.parse(measured.out) as Pick<Insights, 'interactions'>;
  if (interactions !== expected) throw new Error(`${interactions} interactions instead of ${expected} were counted.`);
  return measured;
}
