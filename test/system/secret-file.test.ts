/** The secret that processes share: the same for all that ask at once, and whole. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { secretIn } from '../../src/adapters/storage/secret-file.ts';

const PROGRAM = path.resolve('out/test/system/secret.process.mjs');

describe('a secret', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-secret-'));
    file = path.join(folder, 'secret');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is one for processes that ask for it at once', async () => {
    const given = await Promise.all(Array.from({ length: 6 }, () => promisify(execFile)(process.execPath, [PROGRAM, file])));
    const secrets = new Set(given.map(({ stdout }) => stdout));
    assert.deepEqual([...secrets], [readFileSync(file, 'utf8')]);
    assert.match([...secrets].join(), /^[0-9a-f]{64}$/);
    assert.deepEqual(readdirSync(folder), ['secret']);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('of a process that was killed while it wrote is made again, and then stays', () => {
    for (const torn of ['', 'abc']) {
      writeFileSync(file, torn);
      const secret = secretIn(file);
      assert.match(secret, /^[0-9a-f]{64}$/);
      assert.equal(secretIn(file), secret);
    }
  });
});
