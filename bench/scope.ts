/** What a part has opened: processes, browsers, servers and folders. All of it is ended when the part ends, however it ends. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export class Scope {
  private readonly endings: (() => unknown)[] = [];
  private over: Error | null = null;

  /** Keeps a resource until the scope ends. @throws {Error} when it has ended already; the resource is ended then too. */
  async use<T>(opening: T | Promise<T>, end: (resource: T) => unknown): Promise<T> {
    const resource = await opening;
    if (this.over) {
      await end(resource);
      throw this.over;
    }
    this.endings.push(() => end(resource));
    return resource;
  }

  /** A process that leads a group (`detached`), so that what it started ends with it. @throws {Error} when the scope has ended. */
  process<T extends ChildProcess>(start: () => T): T {
    this.check();
    const child = start();
    this.endings.push(() => endGroup(child));
    return child;
  }

  /** @throws {Error} when the scope has ended. */
  check(): void {
    if (this.over) throw this.over;
  }

  /** A new empty folder, removed with the scope. */
  folder(name: string): string {
    this.check();
    const folder = mkdtempSync(path.join(os.tmpdir(), `goldset-bench-${name}-`));
    this.endings.unshift(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    return folder;
  }

  /** Ends everything, the newest first and folders last. Returns what could not be ended. */
  async end(reason: Error): Promise<unknown[]> {
    this.over ??= reason;
    const problems: unknown[] = [];
    for (let ending = this.endings.pop(); ending; ending = this.endings.pop()) {
      try {
        await ending();
      } catch (problem) {
        problems.push(problem);
      }
    }
    return problems;
  }
}

/** Resolves when the process is gone. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await gone;
}
