/** Causes and topics of 50,000 rejected answers, all with different texts, from the files on disk. */
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import type { Failures } from '../../src/core/feedback/insights/failures/failures.ts';
import { CLI, measure } from '../measures/measured-process.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';
import { writeFailures } from '../inputs/stored-failures.ts';

const COUNT = 50_000;

export async function measureFailures(row: RecordRow, scope: Scope): Promise<void> {
  const root = scope.folder('failures');
  writeFailures(dataFolder(root).folder('interactions'), COUNT);
  const { ms, mb, out } = await measure(scope, [CLI, 'insights', 'failures', '--json'], { cwd: root });
  const { flagged, clusters } = JSON.parse(out) as Failures;
  if (flagged !== COUNT) throw new Error(`${flagged} failures instead of ${COUNT} were found.`);
  const note = `${clusters.length} topics`;
  row({
    what: `insights failures, ${COUNT.toLocaleString('en-US')} rejected answers`,
    value: ms,
    unit: 'ms',
    limit: { most: 10_000 },
    note,
  });
  row({ what: '  … peak memory', value: mb, unit: 'MB', limit: { most: 300 } });
}
