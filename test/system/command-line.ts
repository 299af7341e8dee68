/** The built command line in a workspace of its own. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { mustStartAlone, runInHost } from './command-host.ts';
import type { Result } from '../../src/core/results/result.ts';
import type { RunReport } from '../../src/core/run/report.ts';

/** goldset.run/1 as it is read back. */
export type RunJson = Omit<RunReport, 'results'> & { readonly results: readonly Result[] };

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

/** Lets a variable go to every server of this machine, as a user allows it for a development server. */
export const allowedHere = (variable: string): { readonly GOLDSET_ALLOW: string } => ({ GOLDSET_ALLOW: `${variable}@http://127.0.0.1:*` });

export class TestWorkspace {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'goldset-test-'));
  /** The configuration folder of the user who runs the commands, outside the workspace. */
  readonly userConfig = `${this.root}-user`;

  constructor(files: Readonly<Record<string, string>>) {
    this.write({ 'goldset.yaml': '', ...files });
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true });
      writeFileSync(path.join(this.root, name), text);
    }
    // What a test puts there stands for what Goldset wrote on this machine.
    if (Object.keys(files).some((name) => name.startsWith('.goldset/'))) this.adopt();
  }

  /** Gives `.goldset/` the mark of this machine. */
  adopt(): void {
    dataFolder(this.root).adopt();
  }

  read(name: string): string {
    return readFileSync(path.join(this.root, name), 'utf8');
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, [path.resolve('dist/cli.js'), ...args], {
      cwd: this.root,
      env: this.environment(environment),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /**
   * Runs a command to its end, in the process that runs the commands of all tests one after the other (`command-host.mjs`): starting Node,
   * the bundles and the tokenizer takes a second of processor time. A command that is given an input or a variable for Node itself, or that
   * runs beside another one, has a process of its own; `ownProcess` starts one, too.
   */
  async run(
    args: readonly string[],
    options: { environment?: Readonly<Record<string, string>>; input?: string; ownProcess?: boolean } = {},
  ): Promise<Ended> {
    const started = performance.now();
    const environment = this.environment(options.environment);
    const needsOwn = options.ownProcess === true || options.input !== undefined || mustStartAlone(args, environment);
    const hosted = needsOwn ? null : await runInHost({ args, cwd: this.root, environment });
    if (hosted !== null) return { ...hosted, ms: performance.now() - started };
    const child = this.start(args, options.environment);
    child.stdin?.end(options.input ?? '');
    return { ...(await ended(child)), ms: performance.now() - started };
  }

  /** What these tests define, they trust; a test about trust sets GOLDSET_TRUST to an empty text. No key of the person who runs them. */
  private environment(given: Readonly<Record<string, string>> = {}): Record<string, string> {
    const inherited = Object.entries(process.env).filter(([name]) => !/_API_KEY$|^OPENAI|^GOLDSET_ALLOW$/.test(name));
    return { ...(Object.fromEntries(inherited) as Record<string, string>), GOLDSET_TRUST: '1', ...given };
  }

  /** ms of processor time that a command used, as the shell says of what it waited for. */
  async processorTime(args: readonly string[]): Promise<number> {
    const script = '"$0" "$@" >/dev/null 2>&1; times';
    const shell = spawn('sh', ['-c', script, process.execPath, path.resolve('dist/cli.js'), ...args], { cwd: this.root });
    const { out } = await ended(shell);
    const seconds = [...out.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2).map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
    return seconds.reduce((sum, each) => sum + each * 1000, 0);
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-c', 'user.name=Ana Ö', '-c', 'user.email=a@example.com', ...args], { cwd: this.root, encoding: 'utf8' });
  }

  dispose(): void {
    for (const folder of [this.root, this.userConfig]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Fails unless a value of `--json` is valid against its schema in `schemas/`. */
export function assertValid(name: 'check' | 'compare' | 'cost' | 'insights' | 'run' | 'versions', value: unknown): void {
  const schema = JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8')) as object;
  assert.deepEqual(new Validator(schema, '7').validate(value).errors.slice(0, 3), []);
}

export function ended(child: ChildProcess): Promise<Omit<Ended, 'ms'>> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** Resolves with the first match in what the child prints. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let out = '';
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      out += chunk.toString();
      const match = pattern.exec(out);
      if (match) resolve(match);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('close', () => reject(new Error(`It ended without ${String(pattern)}:\n${out}`)));
  });
}
