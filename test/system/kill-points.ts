/** Commands that are killed at each point at which what is on disk can be told apart from before (`kill-point.process.ts`). */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { ended, type Ended, type TestWorkspace } from './command-line.ts';

/** At most so many of a sweep's points are tried, evenly spread; `npm run test:all` and `npm run test:kills` try 200, which are all of most. */
const MOST = Number(process.env['GOLDSET_KILLS'] ?? 2);

export interface KillSweep<Kept> {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** A workspace of its own for each kill. */
  readonly begin: () => Promise<{ readonly workspace: TestWorkspace; readonly kept: Kept }>;
  /** What the test does while the command runs. */
  readonly meanwhile?: (child: ChildProcess, kept: Kept) => Promise<void>;
  /** After the kill, or after the end without one: goes on, and looks. */
  readonly after: (workspace: TestWorkspace, kept: Kept, point: string) => Promise<void>;
  readonly end?: (kept: Kept) => void;
}

/** Runs the command once without a kill, then once for each point; gives how many kills there were. */
export async function killSweep<Kept>(sweep: KillSweep<Kept>): Promise<number> {
  const all = await once(sweep, 0);
  assert.ok(all > 0, 'The command changes something.');
  let kills = 0;
  for (const at of chosen(all)) if ((await once(sweep, at)) === null) kills++;
  assert.ok(kills > 0);
  if (MOST > 2) console.log(`      ${kills} kills at ${all} points: goldset ${sweep.args.join(' ')}`);
  return kills;
}

function chosen(all: number): number[] {
  const count = Math.min(MOST, all);
  return Array.from({ length: count }, (_, i) => 1 + Math.floor(((i + 0.5) * all) / count));
}

function once<Kept>(sweep: KillSweep<Kept>, at: 0): Promise<number>;
function once<Kept>(sweep: KillSweep<Kept>, at: number): Promise<number | null>;
/** How many points there were; null: it was killed. A point that is not there any more, as another file was ready first, kills nothing. */
async function once<Kept>(sweep: KillSweep<Kept>, at: number): Promise<number | null> {
  const { workspace, kept } = await sweep.begin();
  const counted = `${workspace.root}-points`;
  try {
    const child = workspace.start(sweep.args, {
      ...sweep.environment,
      NODE_OPTIONS: `--import=${path.resolve('out/test/system/kill-point.process.mjs')}`,
      GOLDSET_KILL_AT: String(at),
      GOLDSET_KILL_COUNT: counted,
    });
    child.stdin?.end();
    const whole = ended(child);
    await sweep.meanwhile?.(child, kept);
    const { code, err } = await whole;
    const isKilled = child.signalCode === 'SIGKILL';
    if (!isKilled) assert.equal(code, 0, err);
    if (isKilled) oneMinuteLater(workspace.root);
    await sweep.after(workspace, kept, `at point ${at}`);
    return isKilled ? null : Number(readFileSync(counted, 'utf8'));
  } finally {
    sweep.end?.(kept);
    rmSync(counted, { force: true });
    workspace.dispose();
  }
}

/**
 * A lock that was made and not written holds for ten seconds, and half of a file may be one of another host for a minute: no process may
 * remove them before.
 */
function oneMinuteLater(root: string): void {
  for (const name of leftAtAll(root)) {
    const file = path.join(root, name);
    const { mtimeMs } = lstatSync(file);
    utimesSync(file, mtimeMs / 1000 - 61, mtimeMs / 1000 - 61);
  }
}

/** Locks, but that of a run that had ended: it stays beside its run and goes with it. */
export const leftIn = (folder: string): string[] => leftAtAll(folder).filter((name) => !name.endsWith('.goldset-run.jsonl.lock'));

/** Files of locks, and of what was to be put in the place of others. */
const leftAtAll = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /(^|[/\\.])lock$|\.new$/.test(name) && !name.startsWith('.git/objects'),
  );

/** Runs a command in a process of its own, which must end well. */
export async function must(
  workspace: TestWorkspace,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  point: string,
): Promise<Ended> {
  const result = await workspace.run(args, { environment });
  assert.equal(result.code, 0, `${point}: goldset ${args.join(' ')}\n${result.err}`);
  return result;
}
