/** What the editor's engine keeps after 1,000 runs in one window. GOLDSET_BENCH_RUNS=200 for another number of runs. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { measure, script } from '../measures/measured-process.ts';
import type { EngineHeap } from '../processes/engine-heap.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const RUNS = Number(process.env['GOLDSET_BENCH_RUNS'] ?? '1000');
const CASES = 20;
/** Characters of an answer. */
const ANSWER = 2000;

export async function measureEngineHeap(row: RecordRow, scope: Scope): Promise<void> {
  const root = scope.folder('engine-heap');
  const write = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
  write('m.scripted.yaml', `default: { reply: "${'answer '.repeat(ANSWER / 7)}" }\n`);
  write('a.prompt', '---\nmodel: scripted:./m.scripted.yaml\n---\n{{ticket}}\n');
  write(
    'a.golden.yaml',
    Array.from({ length: CASES }, (_, i) => `- { id: case-${i}, vars: { ticket: "Ticket ${i}" }, expected: no }\n`).join(''),
  );
  const args = ['--expose-gc', script('engine-heap'), path.join(root, 'a.prompt'), String(RUNS), path.resolve('dist')];
  const { out } = await measure(scope, args, { cwd: root });
  const { floor, end } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as { floor: EngineHeap; end: EngineHeap };
  const what = `the editor's engine after ${RUNS.toLocaleString('en-US')} runs of ${CASES} cases`;
  const of = 'after 50 runs';
  row({ what: `${what}: heap`, value: end.heapMb, unit: 'MB', floor: { value: floor.heapMb, of }, limit: { ratio: 1.5 } });
  row({ what: '  … memory of the process, with the worker', value: end.residentMb, unit: 'MB', floor: { value: floor.residentMb, of } });
}
