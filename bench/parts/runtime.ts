/** What the library for applications adds to a call of theirs, whole and streamed. Rounds alternate, since the machine is not quiet. */
import { measure, script } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { CapturedCalls } from '../processes/captured-calls.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

/** A streamed call takes five times as long. */
const CALLS = { whole: 6000, stream: 3000 };
const ROUNDS = 5;

export async function measureRuntime(row: RecordRow, scope: Scope): Promise<void> {
  const imports: number[] = [];
  for (let i = 0; i < ROUNDS; i++) imports.push(Number((await measure(scope, [script('import-runtime')])).out));
  row({ what: "CPU of import 'goldset/runtime'", value: median(imports), unit: 'ms', limit: { most: 100 } });
  for (const form of ['whole', 'stream'] as const) {
    const bare: number[] = [];
    const added: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const floor = await cpuUs(scope, 'bare', form);
      bare.push(floor);
      added.push((await cpuUs(scope, 'captured', form)) - floor);
    }
    row({
      what: form === 'whole' ? 'CPU that withCapture adds to a call, record written' : '  … to a streamed call of 100 chunks',
      value: median(added),
      unit: 'µs',
      floor: { value: median(bare), of: 'openai SDK, fetch in memory' },
      limit: { most: 100 },
    });
  }
}

/** Of a call. @throws {Error} when captured calls are not on disk. */
async function cpuUs(scope: Scope, kind: 'bare' | 'captured', form: 'whole' | 'stream'): Promise<number> {
  const { out } = await measure(scope, [script('captured-calls'), String(CALLS[form]), kind, form, scope.folder('calls')]);
  const { cpuUs, written, made } = JSON.parse(out) as CapturedCalls;
  if (kind === 'captured' && written !== made) throw new Error(`${written} interactions of ${made} calls were written.`);
  return cpuUs;
}
