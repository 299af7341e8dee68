/** The secret of this machine by which persons are hashed: one for all processes that start at once, for its user only, outside every workspace. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PersonSecret } from '../../src/adapters/capture/user-hash.ts';
import { RUNTIME } from './person-secret.process.ts';

const run = promisify(execFile);

describe('the secret for hashes of persons', () => {
  let folder = '';
  const before = { ...process.env };
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-persons-'));
    process.env['GOLDSET_CONFIG_DIR'] = path.join(folder, 'config');
    // An empty one is none.
    process.env['GOLDSET_USER_SECRET'] = '';
  });
  afterEach(() => {
    process.env['GOLDSET_CONFIG_DIR'] = before['GOLDSET_CONFIG_DIR'] ?? '';
    process.env['GOLDSET_USER_SECRET'] = before['GOLDSET_USER_SECRET'] ?? '';
    rmSync(folder, { recursive: true, force: true });
  });
  const secretFile = (): string => path.join(folder, 'config', 'person-secret');

  it('is made once by four processes that record the same user at once, and one of them says so', async () => {
    const outputs = await Promise.all(
      Array.from({ length: 4 }, async (_, i) => {
        const root = path.join(folder, `app-${i}`);
        mkdirSync(root);
        writeFileSync(path.join(root, 'goldset.yaml'), '');
        const { stderr } = await run(process.execPath, ['--input-type=module', '-e', RUNTIME, root], { env: { ...process.env } });
        const file = path.join(root, '.goldset', 'interactions');
        const [day = ''] = readdirSync(file);
        const { user } = JSON.parse(readFileSync(path.join(file, day), 'utf8')) as { user: string };
        return { stderr, user };
      }),
    );
    const secret = readFileSync(secretFile(), 'utf8');
    assert.match(secret, /^[0-9a-f]{64}$/);
    const wanted = createHmac('sha256', secret).update('ana@example.com').digest('hex').slice(0, 16);
    assert.deepEqual(new Set(outputs.map(({ user }) => user)), new Set([wanted]));
    const said = outputs.filter(({ stderr }) => stderr.includes('can be compared only here'));
    assert.equal(said.length, 1, outputs.map(({ stderr }) => stderr).join('|'));
    assert.match(said[0]?.stderr ?? '', /GOLDSET_USER_SECRET/);
    if (process.platform !== 'win32') assert.equal(statSync(secretFile()).mode & 0o777, 0o600);
  });

  it('is the one of the environment, where that has one, and then no file is made', () => {
    process.env['GOLDSET_USER_SECRET'] = 's';
    const told: string[] = [];
    const { hash } = new PersonSecret((message) => told.push(message));
    assert.equal(hash('ana'), createHmac('sha256', 's').update('ana').digest('hex').slice(0, 16));
    assert.deepEqual([told, readdirSync(folder)], [[], []]);
  });

  it('is missing where its folder cannot be made: persons are left out, and that is said once', () => {
    writeFileSync(path.join(folder, 'config'), 'a file where the folder would be');
    const told: string[] = [];
    const { hash } = new PersonSecret((message) => told.push(message));
    assert.deepEqual([hash('ana'), hash('bo')], [null, null]);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^Users are not recorded: .*Set GOLDSET_USER_SECRET\.$/);
  });
});
