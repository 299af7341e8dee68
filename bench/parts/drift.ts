/** Drift of 50,000 calls from the files on disk: the last week against the weeks before it. The floor parses the same lines. */
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import type { Drift } from '../../src/core/feedback/insights/drift/drift.ts';
import { writeInteractions } from '../inputs/stored-interactions.ts';
import { CLI, measure } from '../measures/measured-process.ts';
import { parseMs } from '../measures/parsed-lines.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const COUNT = 50_000;

export async function measureDrift(row: RecordRow, scope: Scope): Promise<void> {
  const root = scope.folder('drift');
  const folder = dataFolder(root).folder('interactions');
  writeInteractions(folder, COUNT);
  const floor = { value: await parseMs(folder), of: 'readline and JSON.parse of each line' };
  const { ms, mb, out } = await measure(scope, [CLI, 'insights', 'drift', '--json'], { cwd: root });
  const { calls } = JSON.parse(out) as Drift;
  if (calls.window + calls.reference !== COUNT)
    throw new Error(`${calls.window + calls.reference} calls instead of ${COUNT} were compared.`);
  const note = `${calls.window} calls against ${calls.reference}`;
  row({ what: `insights drift, ${COUNT.toLocaleString('en-US')} calls`, value: ms, unit: 'ms', floor, limit: { ratio: 40 }, note });
  row({ what: '  … peak memory', value: mb, unit: 'MB', limit: { most: 300 } });
}
