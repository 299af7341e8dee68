/** A program of the user's in a process group of its own: time limit, few variables, bounded output, killed with its children. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HumanError } from '../../core/problems/errors.ts';
import { excerpt } from '../../core/text/text.ts';
import { waitedMs } from './waited-time.ts';

export interface ProcessJob {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All that it may see. */
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  /** Without the time in which it was ready and the machine was busy with others. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Where its answer is read from: standard output, or a channel of its own (file descriptor 3), so that what it prints stays apart. */
  readonly answer: 'stdout' | 'channel';
  /** The arguments are quoted for Windows already. */
  readonly isVerbatim?: boolean;
}

export interface ProcessResult {
  readonly answer: string;
  /** The end of what it printed elsewhere. */
  readonly printed: string;
  /** Null: a signal ended it. */
  readonly code: number | null;
}

/** Bytes of an answer. */
export const MAX_ANSWER = 16 << 20;
/** ms until a process that waited for a processor is looked at again. */
const SHORTEST_LOOK_MS = 50;
/** Characters of what else it printed. */
export const MAX_PRINTED = 4000;

/** Without the others, programs do not even start on Windows. */
const BASE = process.platform === 'win32' ? ['PATH', 'PATHEXT', 'SystemRoot', 'TEMP', 'TMP'] : ['PATH'];

/** The environment of a program: PATH, and the variables that are named. That is hygiene: a process can read more of its user's. */
export const variables = (names: readonly string[]): NodeJS.ProcessEnv =>
  Object.fromEntries([...BASE, ...names].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

/** @throws {HumanError} `process/timeout`, `process/stopped`, `process/too-much`, `process/missing`. */
export function runProcess(job: ProcessJob): Promise<ProcessResult> {
  const { command, args, cwd, env, input, timeoutMs, signal, answer: from, isVerbatim = false } = job;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
      windowsVerbatimArguments: isVerbatim,
    });
    let failure: HumanError | null = null;
    const stop = (error: HumanError): void => {
      failure ??= error;
      killTree(child);
    };
    const endLimit = limitTime(child, timeoutMs, () => {
      stop(new HumanError('process/timeout', `It did not finish within ${timeoutMs / 1000} s and was stopped.`));
    });
    const cancel = (): void => stop(new HumanError('process/stopped', 'It was stopped.'));
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const chunks: Buffer[] = [];
    let size = 0;
    let printed = '';
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_ANSWER) stop(new HumanError('process/too-much', `It answered with more than ${MAX_ANSWER >> 20} MB and was stopped.`));
      else chunks.push(chunk);
    };
    const hear = (chunk: Buffer): void => void (printed = `${printed}${chunk.toString('utf8')}`.slice(-MAX_PRINTED));
    const channel = child.stdio[3] as Readable;
    child.stdout?.on('data', from === 'stdout' ? take : hear);
    channel.on('data', from === 'channel' ? take : hear);
    child.stderr?.on('data', hear);
    // A program that does not read its input closes it; its exit says what happened.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    const end = (): void => {
      endLimit();
      signal?.removeEventListener('abort', cancel);
    };
    child.once('error', (error) => {
      end();
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      reject(new HumanError('process/missing', isMissing ? `There is no program ${command}.` : error.message));
    });
    child.once('close', (code) => {
      end();
      // What it started must not outlive it.
      killTree(child);
      if (failure !== null) reject(failure);
      else resolve({ answer: Buffer.concat(chunks).toString('utf8'), printed, code });
    });
    // A child that keeps the pipes open would keep `close` from coming.
    child.once('exit', () => setTimeout(() => killTree(child), 50).unref());
  });
}

/**
 * Calls `over` once a program has had this time from now on, without the time in which it was ready and the machine was busy with others.
 * Returns what ends the limit.
 */
export function limitTime(child: ChildProcess, ms: number, over: () => void): () => void {
  const pid = child.pid ?? 0;
  const [started, waited] = [performance.now(), waitedMs(pid)];
  const look = (): void => {
    const left = ms - (performance.now() - started - Math.max(0, waitedMs(pid) - waited));
    if (left > 0) timer = setTimeout(look, Math.max(left, SHORTEST_LOOK_MS));
    else over();
  };
  let timer = setTimeout(look, ms);
  return () => clearTimeout(timer);
}

/** ` Last output: …`, the last line that a program printed; empty: it printed nothing. */
export function lastOutput(printed: string): string {
  const text = printed.trim();
  return text === '' ? '' : ` Last output: ${excerpt(text.split('\n').at(-1) ?? '', 300)}`;
}

/** Kills a program with all that it started. */
export function killTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    if (child.exitCode === null)
      spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on('error', () => child.kill());
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // The whole group is gone already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') child.kill('SIGKILL');
  }
}
