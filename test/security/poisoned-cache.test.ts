/** A response cache that another program has written into: what it claims is not believed, and nothing is allocated or answered by it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { answerOf } from '../unit/run-world.ts';

const KEY = 'a'.repeat(64);
const [OWN, OTHER, EVERYBODY] = ['1'.repeat(16), '2'.repeat(16), '-'.repeat(16)];
const ENTRY = 56;

describe('a poisoned response cache', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-cache-'));
    folder = path.join(dataFolder(root).folder('cache'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const put = (account: string, output: string): void => {
    const cache = new ResponseCache(root);
    assert.ok(cache.put(KEY, account, 1_790_000_000_000, answerOf({ output })));
    cache.close();
  };
  const found = (account: string | null): string | null => {
    const cache = new ResponseCache(root);
    try {
      return cache.find(KEY, account)?.output ?? null;
    } finally {
      cache.close();
    }
  };
  const fileWith = (ending: string): string =>
    path.join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? assert.fail(ending));
  /** The index beside the segment, changed, with the digest that it then needs: it is a checksum, and no signature. */
  const forgeIndex = (change: (entries: Buffer) => Buffer): void => {
    const file = fileWith('.index');
    const bytes = readFileSync(file);
    const entries = change(bytes.subarray(64));
    const digest = createHash('sha256')
      .update(entries)
      .update(String(bytes.readUIntBE(24, 6)))
      .digest();
    digest.copy(bytes, 32);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 64), entries]));
  };

  it('is read as it was written', () => {
    put(OWN, 'mine');
    assert.equal(found(OWN), 'mine');
    assert.equal(found(OTHER), null);
    forgeIndex((entries) => entries);
    assert.equal(found(OWN), 'mine');
  });

  for (const [name, offset, length] of [
    ['4 GB', 0, 2 ** 32 - 1],
    ['behind the end of the segment', 2 ** 32 - 1, 200],
    ['one byte more than there is', 1, null],
  ] as const)
    it(`an index that says that an answer is ${name} counts for nothing, and the segment is read`, () => {
      put(OWN, 'mine');
      forgeIndex((entries) => {
        entries.writeUInt32BE(offset, 48);
        if (length !== null) entries.writeUInt32BE(length, 52);
        return entries;
      });
      const before = process.memoryUsage().arrayBuffers;
      assert.equal(found(OWN), 'mine');
      assert.ok(process.memoryUsage().arrayBuffers - before < 1 << 28);
    });

  it('an index cannot give the answer of one account to another', () => {
    put(OTHER, 'theirs');
    for (const isRecording of [0, 1]) {
      forgeIndex((entries) => {
        entries.write(OWN, 32, 'hex');
        entries[40] = isRecording;
        return entries;
      });
      assert.equal(found(OWN), null);
    }
    rmSync(fileWith('.index'));
    assert.equal(found(OTHER), 'theirs');
  });

  it('an answer whose bytes were changed is none, nor is one under another key or account', () => {
    put(OWN, 'mine');
    const segment = fileWith('.answers');
    const line = readFileSync(segment, 'utf8');
    rmSync(fileWith('.index'));
    for (const forged of [
      line.replace('mine', 'evil'),
      line.replace(OWN, EVERYBODY),
      line.replace(OWN, OTHER),
      line.replace(KEY, 'b'.repeat(64)),
      line.slice(0, -20),
      `${'x'.repeat(5000)}\n`,
      `${KEY} ${OWN} zzzzzzzzz 00000000 {}\n`,
      '',
    ]) {
      writeFileSync(segment, forged);
      for (const account of [OWN, OTHER, null]) assert.equal(found(account), null, forged.slice(0, 120));
    }
  });

  it('a segment or an index that is a link, another name of a file or no file is not read', () => {
    put(EVERYBODY, 'outside');
    const kept = path.join(root, 'kept');
    const segment = fileWith('.answers');
    writeFileSync(kept, readFileSync(segment));
    const puts: Readonly<Record<string, (file: string) => void>> = {
      link: (file) => symlinkSync(kept, file),
      'hard link': (file) => linkSync(kept, file),
      folder: (file) => mkdirSync(file),
      pipe: (file) => execFileSync('mkfifo', [file]),
    };
    for (const [kind, putThere] of Object.entries(process.platform === 'win32' ? {} : puts)) {
      for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
      putThere(segment);
      assert.equal(found(EVERYBODY), null, kind);
    }
  });

  it('an index with entries of a wrong size, or without its head, is none', () => {
    put(OWN, 'mine');
    forgeIndex((entries) => Buffer.concat([entries, entries.subarray(0, ENTRY - 1)]));
    assert.equal(found(OWN), 'mine');
    writeFileSync(fileWith('.index'), '');
    assert.equal(found(OWN), 'mine');
  });
});
