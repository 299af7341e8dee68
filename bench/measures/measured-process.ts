/** Wall time and peak resident memory of a Node process, measured from outside and in itself. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Scope } from '../scope.ts';

export const CLI = path.resolve('dist/cli.js');

/** A bundle of `bench/processes`. */
export const script = (name: string): string => path.resolve(`out/bench/js/${name}.js`);

export interface MeasureOptions {
  readonly cwd?: string;
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Exit codes that it may end with; 0 alone otherwise. */
  readonly exits?: readonly number[];
}

export interface MeasuredProcess {
  readonly ms: number;
  /** Peak resident memory. */
  readonly mb: number;
  /** Standard output. */
  readonly out: string;
}

/** @throws {Error} with the end of what it printed, when it ends in another way than it may. */
export async function measure(scope: Scope, args: readonly string[], options: MeasureOptions = {}): Promise<MeasuredProcess> {
  const { cwd, node = process.execPath, env = process.env, exits = [0] } = options;
  const started = performance.now();
  const child = scope.process(() =>
    spawn(node, ['--require', path.resolve('bench/processes/peak.cjs'), ...args], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let errors = '';
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const code = await closed(child);
  const ms = performance.now() - started;
  const peak = [...errors.matchAll(/PEAK (\d+)/g)].at(-1)?.[1];
  if (peak === undefined || code === null || !exits.includes(code))
    throw new Error(
      `${path.basename(args[0] ?? '')} ${args.slice(1).join(' ')} ended with ${code}:\n${errors.slice(-800)}${out.slice(-300)}`,
    );
  return { ms, mb: Number(peak) / 1024, out };
}

/** The exit code; null: it was ended by a signal. @throws {Error} when it could not be started. */
export const closed = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));

/** What the pattern finds first in the text that the process prints. @throws {Error} when it ends before. */
export async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const take = (chunk: unknown): void => {
      text += String(chunk);
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The process ended with ${code} before it printed ${pattern}:\n${text.slice(-800)}`)));
  });
}
