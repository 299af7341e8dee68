/** The lock: real processes over one file, processes that are killed, and each order of steps in which two could get it. */
import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { lockHint, takeLock } from '../../src/adapters/storage/lock-file.ts';

const HOLDER = path.resolve('out/test/system/lock-holder.process.mjs');

describe('a lock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-lock-'));
    file = path.join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the file says when this process holds the lock. */
  const ownText = (): Record<string, unknown> => {
    const other = path.join(folder, 'own');
    const lock = takeLock(other);
    const text = JSON.parse(readFileSync(other, 'utf8')) as Record<string, unknown>;
    lock?.release();
    return text;
  };
  /** Whether the lock is free where the file says this. */
  const isFree = (text: string | object, age = 0): boolean => {
    writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text));
    const seconds = Date.now() / 1000 - age;
    utimesSync(file, seconds, seconds);
    const lock = takeLock(file);
    lock?.release();
    rmSync(file, { force: true });
    assert.deepEqual(readdirSync(folder), [], 'nothing is left');
    return lock !== null;
  };

  /** Each line follows from those before: one process is inside, or was killed there and never speaks again. */
  function assertOneAtATime(log: string, killed: ReadonlySet<number>): { readonly entered: number } {
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    const gone = new Set<number>();
    let inside: number | null = null;
    let entered = 0;
    for (const line of lines) {
      const [what, id] = line.split(' ');
      const pid = Number(id);
      assert.ok(!gone.has(pid), `${line} after its lock was taken over`);
      if (what === 'enter') {
        if (inside !== null) {
          assert.ok(killed.has(inside), `${line} while ${inside} is inside`);
          gone.add(inside);
        }
        inside = pid;
        entered++;
      } else {
        assert.equal(inside, pid, line);
        inside = null;
      }
    }
    return { entered };
  }

  const start = async (log: string, rounds: number, isKilled: boolean): Promise<{ pid: number; signal: string | null }> => {
    const child = fork(HOLDER, [file, log, String(rounds), ...(isKilled ? ['killed'] : [])], { stdio: 'inherit' });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.deepEqual([code, signal], isKilled ? [null, 'SIGKILL'] : [0, null]);
    return { pid: child.pid ?? 0, signal };
  };

  it('is held by one of several processes at a time, 1,200 times', async () => {
    const log = path.join(folder, 'log');
    await Promise.all([1, 2, 3, 4].map(() => start(log, 300, false)));
    assert.deepEqual(assertOneAtATime(log, new Set()), { entered: 1200 });
    assert.deepEqual(readdirSync(folder), ['log']);
  }).timeout(120_000);

  it('is taken over by one of those that wait after kill −9 of its holder, 12 times', async () => {
    const log = path.join(folder, 'log');
    const killed: number[] = [];
    const mortals = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) killed.push((await start(log, 10, true)).pid);
    };
    await Promise.all([mortals(), mortals(), mortals(), start(log, 200, false)]);
    assert.equal(killed.length, 12);
    assert.deepEqual(assertOneAtATime(log, new Set(killed)), { entered: 12 * 10 + 200 });
    takeLock(file)?.release();
    assert.deepEqual(readdirSync(folder), ['log']);
  }).timeout(120_000);

  it('knows a process by id, start and host', function () {
    const own = ownText();
    assert.equal(own['pid'], process.pid);
    assert.equal(isFree(own), false, 'this process runs');
    assert.equal(isFree({ ...own, pid: 999_999_999 }), true, 'no process has this id');
    assert.equal(isFree({ ...own, start: '1000' }), true, 'a process from before the machine was started');
    assert.equal(isFree({ ...own, host: 'elsewhere' }), false, 'another host cannot be asked');
    assert.equal(isFree({ ...own, host: 'elsewhere' }, 290), false, 'not renewed for 290 s');
    assert.equal(isFree({ ...own, host: 'elsewhere' }, 310), true, 'not renewed for 310 s');
    assert.equal(isFree(own, 3600), process.platform !== 'linux', 'this process can be asked, however long ago it renewed');
    assert.equal(isFree({ pid: 999_999_999, host: own['host'], started: null }), true, 'as version 0.5 wrote it');
    if (process.platform !== 'linux') return;
    const [boot] = String(own['start']).split(':');
    assert.equal(isFree({ ...own, start: `${boot}:1` }), true, 'the id is used again');
    assert.equal(isFree({ ...own, start: String(own['start']).replace(boot ?? '', 'other-boot') }), true, 'the machine was started again');
  });

  it('is not held after kill −9 by a process whose parent has not asked for its end', async function () {
    if (process.platform !== 'linux') this.skip();
    const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    try {
      const output = parent.stdout as NonNullable<typeof parent.stdout>;
      const [line] = (await once(createInterface(output), 'line')) as [string];
      const field = async (of: string, part: (text: string) => string | undefined, wanted: string): Promise<void> => {
        while (part(readFileSync(`/proc/${of}`, 'utf8')) !== wanted) await new Promise((resolve) => setImmediate(resolve));
      };
      await field(`${parent.pid}/comm`, (text) => text.trim(), 'sleep');
      assert.equal(isFree({ ...ownText(), pid: Number(line), start: '' }), false);
      (parent.stdio[3] as Writable).end();
      await field(`${line}/stat`, (text) => text.split(') ')[1]?.[0], 'Z');
      assert.equal(isFree({ ...ownText(), pid: Number(line), start: '' }), true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('an empty or torn file is being written when it is young, and left behind when it is old', () => {
    for (const text of ['', '{"pid":', 'torn', '\u0000\u0000', '{}']) {
      assert.equal(isFree(text), false, `young: ${text}`);
      assert.equal(isFree(text, 9), false, `9 s: ${text}`);
      assert.equal(isFree(text, 11), true, `11 s: ${text}`);
    }
  });

  it('says what to do about a process on another host', () => {
    writeFileSync(file, JSON.stringify({ ...ownText(), pid: 12, host: 'build-7' }));
    assert.equal(
      lockHint(file, 'Wait.'),
      `Process 12 on build-7 holds ${file}. If that process has ended, the lock expires 5 minutes after it was last renewed, or delete the file.`,
    );
    writeFileSync(file, JSON.stringify(ownText()));
    assert.equal(lockHint(file, 'Wait.'), `Process ${process.pid} of this machine holds ${file}. Wait.`);
    rmSync(file);
    assert.equal(lockHint(file, 'Wait.'), 'Wait.');
  });

  it('is lost when its name is another file, also where the open file keeps its link, as on NFS', () => {
    const lock = takeLock(file);
    assert.ok(lock);
    const now = Date.now;
    try {
      assert.equal(lock.stillHeld(), true);
      // NFS gives a removed file that is open another name.
      renameSync(file, path.join(folder, '.nfs01'));
      writeFileSync(file, JSON.stringify({ pid: process.pid, host: 'elsewhere', start: '', id: 'another' }));
      Date.now = () => now() + 60_000;
      assert.equal(lock.stillHeld(), false);
    } finally {
      Date.now = now;
    }
    lock.release();
    assert.match(readFileSync(file, 'utf8'), /elsewhere/, 'the lock of the other process stays');
  });
  it('is renewed by its holder, and a holder that slept too long learns that it has lost it', () => {
    const { now } = Date;
    const holder = takeLock(file);
    assert.ok(holder !== null);
    try {
      const old = Date.now() / 1000 - 3600;
      utimesSync(file, old, old);
      assert.equal(holder.stillHeld(), true);
      assert.ok(statSync(file).mtimeMs < Date.now() - 3_000_000, 'it was renewed a moment ago, so no time is spent on it');
      Date.now = () => now() + 3_600_000;
      assert.equal(holder.stillHeld(), true);
      assert.ok(statSync(file).mtimeMs > now() - 60_000, 'it is renewed');
      // Another host has found it expired.
      rmSync(file);
      const other = takeLock(file);
      assert.ok(other !== null);
      const text = readFileSync(file, 'utf8');
      Date.now = () => now() + 7_200_000;
      assert.equal(holder.stillHeld(), false);
      holder.release();
      assert.equal(readFileSync(file, 'utf8'), text, 'the lock of the other process stays');
      other.release();
    } finally {
      Date.now = now;
    }
    assert.deepEqual(readdirSync(folder), []);
  });

  describe('step by step', () => {
    const { linkSync, link, symlinkSync, rmSync: remove, openSync, writeSync } = fs;
    const original = { linkSync, link, symlinkSync, rmSync: remove, openSync, writeSync };
    afterEach(() => {
      Object.assign(fs, original);
      syncBuiltinESMExports();
    });
    /** Runs `work` once, before the function of `fs` is called with a path for which `when` holds. */
    function before(name: 'rmSync' | 'openSync' | 'writeSync', when: (path: unknown) => boolean, work: () => void): void {
      const real = original[name] as (...given: unknown[]) => unknown;
      let isDone = false;
      Object.assign(fs, {
        [name]: (...given: unknown[]) => {
          if (!isDone && when(given[0])) {
            isDone = true;
            work();
          }
          return real(...given);
        },
      });
      syncBuiltinESMExports();
    }
    const gone = (): string => JSON.stringify({ ...ownText(), pid: 999_999_999 });

    it('uses no link', () => {
      const fail = (): never => {
        throw new Error('no links here');
      };
      Object.assign(fs, { linkSync: fail, link: fail, symlinkSync: fail });
      syncBuiltinESMExports();
      assert.throws(() => fs.linkSync('a', 'b'), /no links here/);
      writeFileSync(file, gone());
      const lock = takeLock(file);
      assert.ok(lock !== null);
      assert.equal(takeLock(file), null);
      lock.release();
      takeLock(file)?.release();
      assert.ok(!existsSync(file));
    });

    it('one that comes while another removes the file of a killed process does not get it', () => {
      writeFileSync(file, gone());
      let second: unknown = 'not asked';
      before(
        'rmSync',
        (at) => at === file,
        () => (second = takeLock(file)),
      );
      const first = takeLock(file);
      assert.equal(second, null);
      assert.ok(first !== null);
    });

    it('one that was slow to remove it leaves the lock of the one that was quicker', () => {
      writeFileSync(file, gone());
      let quick: ReturnType<typeof takeLock> = null;
      // The slow one has seen the file, and is about to make its claim.
      before(
        'openSync',
        (at) => at !== file,
        () => (quick = takeLock(file)),
      );
      assert.equal(takeLock(file), null);
      assert.ok(quick !== null);
      assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid, process.pid);
    });

    it('one that was killed while it removed the file blocks no other process', () => {
      const text = gone();
      writeFileSync(file, text);
      let claim = '';
      before(
        'openSync',
        (at) => at !== file && ((claim = String(at)), true),
        () => undefined,
      );
      takeLock(file)?.release();
      assert.notEqual(claim, '');
      writeFileSync(file, text);
      writeFileSync(claim, gone());
      takeLock(file)?.release();
      assert.deepEqual(readdirSync(folder), []);
    });

    it('one that takes long to write what it is does not get it, and its file is left behind', () => {
      const { now } = performance;
      try {
        before(
          'writeSync',
          () => true,
          () => (performance.now = () => now.call(performance) + 6000),
        );
        assert.equal(takeLock(file), null);
      } finally {
        performance.now = now;
      }
      assert.equal(readFileSync(file, 'utf8'), '');
      assert.equal(isFree('', 11), true);
    });

    it('a disk that is full leaves no lock', () => {
      before(
        'writeSync',
        () => true,
        () => {
          throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        },
      );
      assert.throws(() => takeLock(file), /no space left/);
      assert.deepEqual(readdirSync(folder), []);
    });
  });
});
