/** The last records of a process that ends: by a signal, by itself, by an error. It ends as it would have done without the library. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { CaptureRoot } from './captured.ts';

const ended = (how: string, root: string): Promise<readonly [code: number | null, signal: string | null]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.resolve('out/test/system/ending-app.process.mjs'), how, root], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });

describe('a process that ends right after a call', () => {
  const ways = [
    ['SIGTERM', null, 'SIGTERM'],
    ['SIGINT', null, 'SIGINT'],
    ['SIGHUP', null, 'SIGHUP'],
    ['own', 7, null],
    ['exit', 3, null],
    ['throw', 1, null],
  ] as const;
  for (const [how, code, signal] of ways)
    it(`${how}: its record and its signal are on disk, redacted, and it ends as ever`, async () => {
      const root = new CaptureRoot();
      try {
        assert.deepEqual(await ended(how, root.root), [code, signal]);
        const interaction = await root.interaction();
        assert.equal(interaction.output, 'hi');
        assert.ok(!JSON.stringify(interaction).includes('ana@example.com'));
        assert.equal((await root.followUps()).length, 1);
      } finally {
        root.dispose();
      }
    });
});
