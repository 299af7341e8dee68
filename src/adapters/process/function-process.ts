/**
 * A function of the user's program in a process of its own that answers one call after the other: a line of JSON goes in at standard input,
 * a line comes out at file descriptor 3, and what the program prints stays apart. The process ends when its input ends, so it never outlives
 * this one, and it is killed when a call takes too long or answers too much.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { HumanError } from '../../core/problems/errors.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import { killTree, lastOutput, limitTime, MAX_ANSWER, MAX_PRINTED } from './run-process.ts';

export interface FunctionProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All that it may see. */
  readonly env: NodeJS.ProcessEnv;
  /** What it is told first: which function it is. */
  readonly head: JsonObject;
  /** ms that loading the function may take, and one call, without the time in which the machine was busy with others. */
  readonly loadMs: number;
  readonly callMs: number;
}

interface Waiting {
  readonly resolve: (answer: JsonObject) => void;
  readonly reject: (error: HumanError) => void;
  endLimit: () => void;
}

export class FunctionProcess {
  private readonly child: ChildProcess;
  private waiting: Waiting | null = null;
  private ended: HumanError | null = null;
  private chunks: Buffer[] = [];
  private size = 0;
  private printed = '';
  /** The first answer says that the function is loaded. */
  private readonly loaded: Promise<JsonObject>;

  constructor(private readonly program: FunctionProgram) {
    const { command, args, cwd, env, head, loadMs } = program;
    this.child = spawn(command, args, {
      cwd,
      env,
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const hear = (chunk: Buffer): void => void (this.printed = `${this.printed}${chunk.toString('utf8')}`.slice(-MAX_PRINTED));
    this.child.stdout?.on('data', hear);
    this.child.stderr?.on('data', hear);
    (this.child.stdio[3] as Readable).on('data', (chunk: Buffer) => this.take(chunk));
    // A program that does not read its input closes it; its exit says what happened.
    this.child.stdin?.on('error', () => undefined);
    this.child.once('error', (error) => {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      this.end(new HumanError('process/missing', isMissing ? `There is no program ${command}.` : error.message));
    });
    this.child.once('close', (code) => {
      const last = lastOutput(this.printed);
      this.end(new HumanError('code/crashed', `It ended without a result (exit code ${code ?? 'none'}).${last}`));
    });
    // A child that keeps the pipes open would keep `close` from coming.
    this.child.once('exit', () => setTimeout(() => killTree(this.child), 50).unref());
    this.loaded = this.send(head, loadMs);
    // The caller gets the error.
    this.loaded.catch(() => undefined);
  }

  get isAlive(): boolean {
    return this.ended === null;
  }

  /**
   * What the function answered: `{ value }` or `{ error }`. One call at a time.
   * @throws {HumanError} `process/timeout`, `process/too-much`, `process/missing`, `process/stopped`, `code/crashed`: the process has ended.
   */
  async call(input: JsonObject): Promise<JsonObject> {
    const first = await this.loaded;
    return typeof first['error'] === 'string' ? first : this.send(input, this.program.callMs);
  }

  kill(): void {
    this.end(new HumanError('process/stopped', 'It was stopped.'));
  }

  private send(line: JsonValue, limitMs: number): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) {
        reject(this.ended);
        return;
      }
      const endLimit = limitTime(this.child, limitMs, () =>
        this.end(new HumanError('process/timeout', `It did not finish within ${limitMs / 1000} s and was stopped.`)),
      );
      this.waiting = { resolve, reject, endLimit };
      this.child.stdin?.write(`${JSON.stringify(line)}\n`);
    });
  }

  private take(chunk: Buffer): void {
    // Nothing was called, so nothing is answered.
    if (this.waiting === null) return;
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > MAX_ANSWER) {
      this.end(new HumanError('process/too-much', `It answered with more than ${MAX_ANSWER >> 20} MB and was stopped.`));
      return;
    }
    if (!chunk.includes(0x0a)) return;
    const line = Buffer.concat(this.chunks).toString('utf8');
    const answer = parseJson(line.slice(0, line.indexOf('\n')));
    if (!isJsonObject(answer)) {
      this.end(new HumanError('code/crashed', 'It wrote something else than a result.'));
      return;
    }
    const { resolve, endLimit } = this.waiting;
    this.clear();
    endLimit();
    resolve(answer);
  }

  private clear(): void {
    this.waiting = null;
    this.chunks = [];
    this.size = 0;
  }

  private end(error: HumanError): void {
    this.ended ??= error;
    const { waiting } = this;
    this.clear();
    waiting?.endLimit();
    waiting?.reject(this.ended);
    killTree(this.child);
  }
}
