/** The pairs of variable and origin that the user allowed, and where they are kept. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AllowedKeys } from '../../src/adapters/storage/allowed-keys.ts';
import { configFolder } from '../../src/adapters/storage/user-folder.ts';

describe('the remembered pairs', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-allowed-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const pair = { variable: 'LOCAL_KEY', origin: 'https://models.example.com' };

  it('are in a file that only its owner can read and write', () => {
    const keys = new AllowedKeys(path.join(folder, 'deep', 'allowed-keys'));
    keys.add(pair);
    keys.add(pair);
    assert.equal(readFileSync(keys.file, 'utf8'), 'LOCAL_KEY@https://models.example.com\n');
    assert.equal(statSync(keys.file).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(keys.file)).mode & 0o777, 0o700);
    assert.deepEqual(
      [keys.has(pair), keys.has({ ...pair, variable: 'OTHER' }), keys.has({ ...pair, origin: 'https://evil.example' })],
      [true, false, false],
    );
  });
  it('can be taken back, and lines of the user stay', () => {
    const file = path.join(folder, 'allowed-keys');
    writeFileSync(file, '# for the gateway\nLOCAL_KEY@https://models.example.com/v1\nB@http://localhost:*', { mode: 0o600 });
    const keys = new AllowedKeys(file);
    keys.add({ variable: 'C', origin: 'https://c.example' });
    const [first] = keys.pairs;
    assert.ok(first !== undefined);
    keys.remove(first);
    assert.equal(readFileSync(file, 'utf8'), '# for the gateway\nB@http://localhost:*\nC@https://c.example\n');
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
  it('are not used when others can write the file', () => {
    const file = path.join(folder, 'allowed-keys');
    writeFileSync(file, 'LOCAL_KEY@https://models.example.com\n');
    chmodSync(file, 0o666);
    assert.throws(() => new AllowedKeys(file).has(pair), { code: 'key/allowed-file' });
  });
  it('are never looked for in a relative folder, which could be in a repository', () => {
    const before = { ...process.env };
    try {
      Object.assign(process.env, { GOLDSET_CONFIG_DIR: '.config', XDG_CONFIG_HOME: 'config' });
      assert.equal(configFolder(), path.join(os.homedir(), '.config', 'goldset'));
    } finally {
      for (const name of ['GOLDSET_CONFIG_DIR', 'XDG_CONFIG_HOME'])
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
    }
  });
});
