/** Reads files out of commits, without a checkout: one `git cat-file --batch` answers all questions, in their order. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { HumanError } from '../../core/problems/errors.ts';
import type { Git, GitPlace } from './git.ts';

interface Asked {
  readonly resolve: (bytes: Buffer | null) => void;
  readonly reject: (error: Error) => void;
}

const NEWLINE = 10;

export class ObjectReader {
  private process: ChildProcessWithoutNullStreams | null = null;
  private readonly asked: Asked[] = [];
  private isClosed = false;
  private chunks: Buffer[] = [];
  private size = 0;
  /** Bytes that the answer under way needs, its newline included; null: its header has not come yet. */
  private wanted: { readonly body: number; readonly isText: boolean } | null = null;

  constructor(
    private readonly git: Git,
    private readonly at: GitPlace,
  ) {}

  /** The text of an object by its hash; null: there is none, or it is no text. */
  async object(hash: string): Promise<string | null> {
    return (await this.bytes(hash))?.toString('utf8') ?? null;
  }

  /** The bytes of an object by its hash; null: it does not exist, or it is not a file. */
  bytes(hash: string): Promise<Buffer | null> {
    return /^[0-9a-f]{4,64}$/.test(hash) ? this.ask(hash) : Promise.resolve(null);
  }

  /** The text of `path` (from the top, with forward slashes) at a commit; null: there is no such file. */
  async read(commit: string, path: string): Promise<string | null> {
    // A line break would end the question.
    return /[\n\r\0]/.test(path) ? null : ((await this.ask(`${commit}:${path}`))?.toString('utf8') ?? null);
  }

  private ask(question: string): Promise<Buffer | null> {
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      const child = this.start();
      keepAlive(child, true);
      child.stdin.write(`${question}\n`);
    });
  }

  /** Ends the process as soon as every question has its answer; one that is asked later is answered by a process that then ends. */
  close(): void {
    this.isClosed = true;
    if (this.asked.length === 0) this.endProcess();
  }

  private endProcess(): void {
    this.process?.stdin.end();
    this.process = null;
  }

  private start(): ChildProcessWithoutNullStreams {
    if (this.process) return this.process;
    const child = this.git.start(this.at, ['cat-file', '--batch']);
    child.stdout.on('data', (chunk: Buffer) => this.take(chunk));
    const end = (error: Error): void => {
      // One that was let go has answered everything; the questions now are those of another.
      if (this.process !== child) return;
      this.process = null;
      for (const { reject } of this.asked.splice(0)) reject(error);
    };
    child.once('error', end);
    child.once('close', () => end(new HumanError('git/failed', 'git cat-file ended early.', 'Check the repository: git fsck')));
    // A process that is gone tells so by `close`.
    child.stdin.on('error', () => child.kill());
    this.process = child;
    return child;
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.wanted !== null && this.size < this.wanted.body) return;
    let bytes = Buffer.concat(this.chunks);
    for (;;) {
      if (this.wanted === null) {
        const end = bytes.indexOf(NEWLINE);
        if (end === -1) break;
        const header = bytes.toString('utf8', 0, end);
        bytes = bytes.subarray(end + 1);
        const found = /^[0-9a-f]+ (\w+) (\d+)$/.exec(header);
        if (found === null) this.asked.shift()?.resolve(null);
        else this.wanted = { body: Number(found[2]) + 1, isText: found[1] === 'blob' };
      } else {
        if (bytes.length < this.wanted.body) break;
        const body = this.wanted.isText ? Buffer.from(bytes.subarray(0, this.wanted.body - 1)) : null;
        bytes = bytes.subarray(this.wanted.body);
        this.wanted = null;
        this.asked.shift()?.resolve(body);
      }
    }
    this.chunks = [bytes];
    this.size = bytes.length;
    if (this.asked.length > 0 || this.process === null) return;
    // The process must not keep ours from ending.
    keepAlive(this.process, false);
    if (this.isClosed) this.endProcess();
  }
}

function keepAlive(child: ChildProcessWithoutNullStreams, isWanted: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as { ref?(): void; unref?(): void }[];
  for (const handle of handles) {
    if (isWanted) handle.ref?.();
    else handle.unref?.();
  }
}
