/** What the benchmarks run on: a bare server that answers at once, and a workspace with many cases. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export function workspaceFor(cases, url) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-bench-'));
  const write = (name, text) => writeFileSync(path.join(root, name), text);
  write('goldset.yaml', `providers:\n  bench: { kind: openai-compatible, baseUrl: ${url} }\n`);
  write('a.prompt', '---\nmodel: bench:m\n---\n{{role "system"}}Reply with a label.\n{{role "user"}}{{ticket}}');
  write(
    'a.golden.yaml',
    Array.from(
      { length: cases },
      (_, i) =>
        `- id: case-${i}\n  vars: { ticket: "Ticket number ${i}: the parcel has not come yet, where is it?" }\n  expected: { label: shipping }\n`,
    ).join(''),
  );
  return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

/** The server has a process of its own, so that it does not share a thread with what is measured. */
export async function startServer(delayMs = 0) {
  const child = fork(path.resolve('scripts/bench-server.mjs'), [String(delayMs)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { port } = await new Promise((resolve) => child.once('message', resolve));
  return {
    url: `http://127.0.0.1:${port}/v1`,
    /** ms from starting a process until its first request arrives; the process is ended then. */
    async timeToFirstRequest(start) {
      const arrived = new Promise((resolve) => child.once('message', resolve));
      child.send('tell-next');
      const started = performance.now();
      const measured = start();
      await arrived;
      const ms = performance.now() - started;
      const closed = new Promise((resolve) => measured.once('close', resolve));
      measured.kill('SIGKILL');
      await closed;
      return ms;
    },
    async stop() {
      const closed = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await closed;
    },
  };
}
