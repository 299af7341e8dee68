/** What the start of a command costs after months of use: beside the same workspace when it is new. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChatServer } from '../chat-server.ts';
import { addAnswers, addNotes, multiplyRuns } from '../inputs/months-of-use.ts';
import { workspaceFor } from '../inputs/workspace.ts';
import { CLI, measure, type MeasuredProcess } from '../measures/measured-process.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';
import type { Scope } from '../scope.ts';

const ROUNDS = 5;
const CASES = 100;
const PROMPTS = ['a', 'b', 'c', 'd', 'e', 'f'];

export async function measureMonths(row: RecordRow, scope: Scope): Promise<void> {
  const server = await startChatServer(scope);
  const aged: Record<string, (root: string) => void> = {
    '1,000 journals': (root) => {
      // Else the first run deletes them.
      appendFileSync(path.join(root, 'goldset.yaml'), '\nkeepRuns: all\n');
      multiplyRuns(root, 1000);
    },
    '200,000 cached answers': (root) => addAnswers(root, 200_000),
  };
  for (const [what, age] of Object.entries(aged)) {
    const cwd = workspaceFor(scope, CASES, server.url);
    await server.expecting(CASES, () => measure(scope, [CLI, 'run'], { cwd }));
    const fresh = await starts(scope, cwd);
    age(cwd);
    // What a run tidies up once is done here.
    await measure(scope, [CLI, 'run'], { cwd });
    const old = await starts(scope, cwd);
    for (const command of ['run', 'check'] as const) {
      const floor = { value: ms(fresh[command]), of: 'one journal, 100 answers' };
      row({ what: `start of ${command} with ${what}`, value: ms(old[command]), unit: 'ms', floor, limit: { most: floor.value + 300 } });
      row({
        what: '  … peak memory',
        value: mb(old[command]),
        unit: 'MB',
        floor: { value: mb(fresh[command]), of: 'the same' },
        limit: { most: mb(fresh[command]) + 40 },
      });
    }
  }
  await server.stop();
  await measureNotes(row, scope);
}

async function starts(scope: Scope, cwd: string): Promise<Readonly<Record<'run' | 'check', MeasuredProcess[]>>> {
  const all = { run: [] as MeasuredProcess[], check: [] as MeasuredProcess[] };
  for (let i = 0; i < ROUNDS; i++) {
    // Every answer is known, so only the start is measured.
    all.run.push(await measure(scope, [CLI, 'run'], { cwd }));
    all.check.push(await measure(scope, [CLI, 'check'], { cwd }));
  }
  return all;
}

async function measureNotes(row: RecordRow, scope: Scope): Promise<void> {
  const cwd = scope.folder('notes');
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], { cwd });
  git('init', '-q');
  for (const name of PROMPTS) writeFileSync(path.join(cwd, `${name}.prompt`), `${name} {{x}}`);
  git('add', '-A');
  git('commit', '-qm', 'prompts');
  const times = async (): Promise<number> => {
    const all: MeasuredProcess[] = [];
    for (let i = 0; i < ROUNDS; i++) all.push(await measure(scope, [CLI, 'versions'], { cwd }));
    return ms(all);
  };
  const floor = { value: await times(), of: 'no notes' };
  addNotes(
    cwd,
    PROMPTS.map((name) => `${name}.prompt`),
    20_000,
  );
  row({ what: 'versions of six prompts with 20,000 notes', value: await times(), unit: 'ms', floor, limit: { most: 2000 } });
}

const ms = (all: readonly MeasuredProcess[]): number => median(all.map((one) => one.ms));
const mb = (all: readonly MeasuredProcess[]): number => median(all.map((one) => one.mb));
