/** What a run keeps on disk: the response cache, its recordings, the journal and its lock. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { JournalFile, readJournalEnds, readJournalFile } from '../../src/adapters/storage/journal-file.ts';
import { journalToWrite } from '../../src/adapters/storage/run-files.ts';
import { exportRecordings, importRecordings } from '../../src/adapters/storage/response-cache/recordings.ts';
import { pruneCache } from '../../src/adapters/storage/response-cache/prune.ts';
import { ResponseCache, segmentName, segmentsOf } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { responseOf } from '../../src/adapters/storage/response-cache/stored-response.ts';
import { accountOf } from '../../src/adapters/models/account.ts';
import type { Result } from '../../src/core/results/result.ts';
import { answerOf } from '../unit/run-world.ts';
import { sha256 } from '../../src/adapters/hash.ts';

const key = (i: number): string => sha256(`request ${i}`);
const A = 'a'.repeat(16);
const B = 'b'.repeat(16);
const MEGABYTE = 1 << 20;

const cacheFolder = (root: string): string => path.join(root, '.goldset', 'cache');

describe('the response cache', () => {
  let root: string;
  let cache: ResponseCache;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-cache-'));
    cache = new ResponseCache(root);
  });
  afterEach(() => {
    cache.close();
    rmSync(root, { recursive: true, force: true });
  });
  const segments = (): string[] => segmentsOf(root).map((name) => path.join(cacheFolder(root), name));

  it('gives back what it was given, whatever the text, here and in another process', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.nat(), (output, name, tokens) => {
        const answer = answerOf({
          output: output,
          toolCalls: [{ id: null, name, arguments: output }],
          usage: { input: tokens, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 1, reasoning: 0 },
        });
        assert.ok(cache.keep(sha256(output), A, answer));
        assert.deepEqual(cache.find(sha256(output), A), answer);
        const other = new ResponseCache(root);
        assert.deepEqual(other.find(sha256(output), A), answer);
        other.close();
      }),
      { numRuns: 100 },
    );
  });

  it('keeps accounts apart; a recording is everybody’s, and so is what no key was needed for', () => {
    cache.keep(key(1), A, answerOf({ output: 'of a' }));
    assert.equal(cache.find(key(1), B), null);
    assert.equal(cache.find(key(1), A)?.output, 'of a');
    assert.equal(cache.find(key(1), null)?.output, 'of a');
    cache.keep(key(2), null, answerOf({ output: 'of all' }));
    assert.equal(cache.find(key(2), B)?.output, 'of all');
    assert.equal(cache.stats().entries, 2);
  });

  it('the newest of two counts', () => {
    let time = 1000;
    const timed = new ResponseCache(root, () => time);
    timed.keep(key(1), A, answerOf({ output: 'old' }));
    time = 2000;
    timed.keep(key(1), A, answerOf({ output: 'new' }));
    assert.equal(timed.find(key(1), A)?.output, 'new');
    timed.close();
    assert.equal(cache.find(key(1), A)?.output, 'new');
    assert.equal(cache.stats().entries, 1);
  });

  it('damage anywhere is a miss, never a wrong answer and never an error', () => {
    for (let i = 0; i < 20; i++) cache.keep(key(i), A, answerOf({ output: `answer ${i}` }));
    cache.close();
    const [file = ''] = segments();
    const whole = readFileSync(file);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        writeFileSync(file, damaged);
        const read = new ResponseCache(root);
        const found = Array.from({ length: 20 }, (_, i) => read.find(key(i), A));
        read.close();
        found.forEach((answer, i) => assert.ok(answer === null || answer.output === `answer ${i}`));
        assert.ok(found.filter((answer) => answer !== null).length >= 18);
      }),
      { numRuns: 300 },
    );
    for (const size of [whole.length - 1, Math.floor(whole.length / 2), 5, 0]) {
      writeFileSync(file, whole);
      truncateSync(file, size);
      const read = new ResponseCache(root);
      assert.doesNotThrow(() => Array.from({ length: 20 }, (_, i) => read.find(key(i), A)));
      read.close();
    }
    writeFileSync(file, Buffer.concat([Buffer.from('no line of ours\n\n'), whole]));
    assert.equal(cache.find(key(19), A)?.output, 'answer 19');
  });

  it('several processes write at once, and each finds what all have written', async () => {
    const script = path.resolve('out/test/system/cache-writer.process.mjs');
    const ended = [0, 1, 2, 3].map(
      (writer) =>
        new Promise<void>((resolve, reject) => {
          fork(script, [root, String(writer), '200']).once('close', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))));
        }),
    );
    await Promise.all(ended);
    for (let i = 0; i < 800; i++) assert.equal(cache.find(key(i), A)?.output, `answer ${i}`);
    assert.equal(cache.stats().segments, 4);
  });

  it('prunes by age and size, never a segment that is being written', () => {
    const folder = cacheFolder(root);
    cache.keep(key(1), A, answerOf());
    const write = (name: string, size: number, days: number): string => {
      const file = path.join(folder, name);
      writeFileSync(file, Buffer.alloc(size, 'x'));
      const seconds = Date.now() / 1000 - days * 86_400;
      utimesSync(file, seconds, seconds);
      return file;
    };
    const old = write(segmentName(1, 0), 10, 40);
    const large = write(segmentName(2, 0), 3 * MEGABYTE, 2);
    const small = write(segmentName(3, 0), MEGABYTE, 1);
    pruneCache(root, { maxBytes: 2 * MEGABYTE, maxAge: 30 * 86_400_000 }, Date.now());
    assert.deepEqual([old, large, small].map(existsSync), [false, false, true]);
    assert.equal(cache.find(key(1), A)?.output, 'ok');
    assert.ok(!existsSync(path.join(folder, 'prune.lock')));
  });

  it('many small segments become one, and nothing is lost', () => {
    for (let i = 0; i < 40; i++) {
      cache.keep(key(i), A, answerOf({ output: `answer ${i}` }));
      cache.close();
    }
    assert.equal(segments().length, 40);
    pruneCache(root, { maxBytes: Infinity, maxAge: Infinity }, Date.now());
    assert.equal(segments().length, 1);
    for (let i = 0; i < 40; i++) assert.equal(cache.find(key(i), A)?.output, `answer ${i}`);
  });

  it('recordings travel: written in a stable order, without an account, and hostile lines are refused', () => {
    const file = path.join(root, 'recordings.jsonl');
    for (let i = 0; i < 5; i++) cache.keep(key(i), A, answerOf({ output: `answer ${i}` }));
    assert.equal(exportRecordings(cache, file, null), 5);
    const text = readFileSync(file, 'utf8');
    assert.ok(!text.includes(A));
    assert.deepEqual(
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => line.slice(0, 20)),
      [
        ...text
          .split('\n')
          .filter(Boolean)
          .map((line) => line.slice(0, 20)),
      ].sort(),
    );
    assert.equal(exportRecordings(cache, file, new Set([key(3)])), 1);
    const other = mkdtempSync(path.join(os.tmpdir(), 'goldset-cache-'));
    const there = new ResponseCache(other);
    const hostile = [
      '{}',
      'nope',
      '[]',
      `{"key":"${'x'.repeat(64)}","at":"","response":{}}`,
      text.split('\n')[0]?.replace('"output":"', '"output":[],"x":"') ?? '',
    ];
    assert.deepEqual(importRecordings(there, `${text}${hostile.join('\n')}`, Date.now()), { taken: 5, refused: [6, 7, 8, 9, 10] });
    assert.equal(there.find(key(4), B)?.output, 'answer 4');
    there.close();
    rmSync(other, { recursive: true, force: true });
  });

  it('a cache that cannot be written says so, and nothing more', () => {
    cache.keep(key(1), A, answerOf());
    cache.close();
    rmSync(cacheFolder(root), { recursive: true });
    writeFileSync(cacheFolder(root), 'a file');
    assert.equal(cache.keep(key(2), A, answerOf()), false);
    assert.equal(cache.find(key(2), A), null);
    assert.doesNotThrow(() => pruneCache(root, { maxBytes: 0, maxAge: 0 }, Date.now()));
    rmSync(cacheFolder(root));
  });

  it('takes only what is an answer', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const answer = responseOf(value as Parameters<typeof responseOf>[0]);
        assert.ok(answer === null || typeof answer.output === 'string');
      }),
    );
    assert.equal(responseOf({ ...answerOf(), finish: 'never' } as unknown as Parameters<typeof responseOf>[0]), null);
    assert.equal(responseOf({ ...answerOf(), usage: { input: -1 } } as unknown as Parameters<typeof responseOf>[0]), null);
  });

  it('an account is a keyed hash that another folder does not share, and never the key', () => {
    const other = mkdtempSync(path.join(os.tmpdir(), 'goldset-cache-'));
    const account = accountOf(root, 'sk-planted');
    assert.match(account, /^[0-9a-f]{16}$/);
    assert.equal(accountOf(root, 'sk-planted'), account);
    assert.notEqual(accountOf(root, 'sk-other'), account);
    assert.notEqual(accountOf(other, 'sk-planted'), account);
    assert.equal(statSync(path.join(root, '.goldset', 'account-secret')).mode & 0o077, 0);
    rmSync(other, { recursive: true, force: true });
  });
});

describe('the journal on disk', () => {
  let root: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-journal-'));
    file = journalToWrite(root, 'r1');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const result = (id: string, output: string): Result =>
    ({
      candidate: 'c',
      case: id,
      repeat: 0,
      description: null,
      vars: {},
      output,
      verdict: 'pass',
      score: 1,
      assertions: [],
      toolCalls: [],
      attemptLog: [],
      error: null,
      usage: null,
      costUsd: null,
      ttftMs: null,
      latencyMs: null,
    }) as unknown as Result;

  it('gives every result back from where it stands, and repairs a torn last line', () => {
    const journal = JournalFile.create(file);
    const positions = ['a', 'b', 'ü'].map((id) => journal.append({ kind: 'result', result: result(id, `${id}\n${id}`) }));
    assert.deepEqual(
      positions.map((position) => journal.result(position).output),
      ['a\na', 'b\nb', 'ü\nü'],
    );
    journal.close();
    const whole = readFileSync(file);
    for (let cut = 1; cut < whole.length; cut += 7) {
      writeFileSync(file, whole.subarray(0, cut));
      const { journal: again, content } = JournalFile.resume(file);
      const kept = content.outlines.length;
      assert.equal(content.damaged, 0);
      const position = again.append({ kind: 'result', result: result('z', 'last') });
      assert.equal(again.result(position).case, 'z');
      for (const outline of content.outlines) assert.equal(again.result(outline.position).case, outline.case);
      again.close();
      assert.deepEqual(readJournalFile(file)?.outlines.length, kept + 1);
      assert.equal(readJournalFile(file)?.damaged, 0);
    }
  });

  it('has one writer', () => {
    const journal = JournalFile.create(file);
    assert.throws(() => JournalFile.resume(file), /Another process is writing/);
    journal.append({ kind: 'result', result: result('a', 'a') });
    journal.close();
    assert.deepEqual(readdirSync(path.dirname(file)), ['r1.goldset-run.jsonl']);
  });

  it('a run that was declined leaves nothing', () => {
    JournalFile.create(file).close();
    assert.ok(!existsSync(file));
  });

  it('tells from its ends whether it can be resumed', () => {
    const journal = JournalFile.create(file);
    journal.append({
      kind: 'run',
      schema: 'goldset.journal/1',
      id: 'r1',
      startedAt: '',
      toolVersion: '',
      plan: 'p',
      candidates: [],
      cases: [],
      repeats: 1,
    });
    assert.equal(readJournalEnds(file)?.isComplete, false);
    journal.append({ kind: 'end', verdict: 'pass', complete: true, endedAt: '' });
    assert.equal(readJournalEnds(file)?.isComplete, true);
    journal.close();
    appendFileSync(file, '{"kind":"resumed","at":"","toolVersion":""}\n{"ki');
    assert.equal(readJournalEnds(file)?.isComplete, false);
  });
});
