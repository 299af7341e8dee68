/** Nothing that was acknowledged is lost: whatever a full disk, a kill or another process has left at the end of a file. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BatchFiles } from '../../src/adapters/batch/batch-files.ts';
import { Capture } from '../../src/adapters/capture/capture.ts';
import { FolderWriter } from '../../src/adapters/capture/folder-writer.ts';
import { ImportSink } from '../../src/adapters/import/import-sink.ts';
import { InteractionFiles } from '../../src/adapters/interactions/interaction-files.ts';
import { PartlyWritten } from '../../src/adapters/partly-written.ts';
import { appendLines, appendLinesLater } from '../../src/adapters/storage/append-lines.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { ScoreStore } from '../../src/adapters/storage/score-store.ts';
import type { StoredLine } from '../../src/core/feedback/interactions/interaction.ts';
import { readPostedSignals } from '../../src/core/feedback/signals/posted-signals.ts';
import { parseJson } from '../../src/core/json/json.ts';
import { ended, TestWorkspace } from '../system/command-line.ts';
import { goldenOf, modelOf, planOf, World } from '../unit/run-world.ts';

const DAY = '2026-11-20';
const AT = `${DAY}T10:00:00.000Z`;

/** What stands at the end of a file before something is appended. */
const TAILS: readonly (readonly [name: string, text: string])[] = [
  ['nothing', ''],
  ['a whole line', '{"old":1}\n'],
  ['half a line', '{"old":1}\n{"interaction":{"id":"torn","ou'],
  ['a line that lacks only its end', '{"old":1}\n{"old":2}'],
  ['half a character', `{"old":1}\n{"text":"\u00e9`],
  ['a carriage return', '{"old":1}\r'],
];

const signal = (id: string): StoredLine => {
  const [followUp] = readPostedSignals(JSON.stringify({ interaction: id, name: 'thumbs-down', value: true }), AT)?.followUps ?? [];
  assert.ok(followUp);
  return { followUp };
};

/** Each thing that appends, to the file that it is given the end of. */
const WRITERS: readonly (readonly [name: string, file: string, write: (root: string) => unknown])[] = [
  ['the writer of lines', 'f.jsonl', (root) => appendLines(path.join(root, 'f.jsonl'), ['{"new":1}', '{"new":2}'])],
  ['the writer that does not wait', 'f.jsonl', (root) => appendLinesLater(path.join(root, 'f.jsonl'), ['{"new":1}', '{"new":2}'])],
  ['signals', `.goldset/interactions/${DAY}.jsonl`, (root) => new InteractionFiles(root).append(signal('a'), signal('b'))],
  [
    'an import',
    `.goldset/interactions/${DAY}.jsonl`,
    (root) => {
      const sink = new ImportSink(new InteractionFiles(root), (line) => line, false);
      assert.deepEqual([sink.add(signal('a')), sink.add(signal('b'))], [null, null]);
      sink.flush();
    },
  ],
  ['the runtime', `.goldset/interactions/${DAY}.jsonl`, (root) => new FolderWriter({ root }).write([signal('a'), signal('b')])],
  [
    'the receiver',
    `.goldset/interactions/${DAY}.jsonl`,
    (root) => {
      const capture = new Capture(
        new InteractionFiles(root),
        (line) => line,
        () => Date.parse(AT),
        () => null,
      );
      assert.equal(
        capture.takeSignals(
          Buffer.from('[{"interaction":"a","name":"thumbs-down","value":true},{"interaction":"b","name":"thumbs-down","value":true}]'),
        ).taken,
        2,
      );
    },
  ],
  [
    'scores',
    '.goldset/scores.jsonl',
    async (root) => {
      const plan = planOf(goldenOf(1), [
        modelOf(() => Promise.resolve({ output: 'ok' })),
        modelOf(() => Promise.resolve({ output: 'ok' }), { id: 'x:y' }),
      ]);
      new ScoreStore().keep(root, plan, await new World().run(plan));
    },
  ],
  [
    'the log of a batch',
    '.goldset/batches/b/batch.jsonl',
    (root) => {
      const files = BatchFiles.create(root, 'b', {});
      files.append({ kind: 'cancelling', at: AT });
      files.append({ kind: 'cancelling', at: AT });
      files.close();
    },
  ],
];

describe('a line that is appended', function () {
  this.timeout(300_000);
  let root: string;
  beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'goldset-append-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const [writer, name, write] of WRITERS) {
    it(`stands alone and whole, whatever the file ended with, when ${writer} appends it`, async () => {
      for (const [tail, text] of TAILS) {
        const file = path.join(root, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        dataFolder(root).adopt();
        await write(root);
        const after = readFileSync(file, 'utf8');
        assert.ok(after.startsWith(text) && after.endsWith('\n'), `${tail}: ${JSON.stringify(after)}`);
        const added = after
          .slice(text.length)
          .split('\n')
          .filter((line) => line !== '');
        assert.equal(added.length, 2, `${tail}: ${JSON.stringify(after)}`);
        for (const line of added) assert.ok(after.split('\n').includes(line) && parseJson(line) !== undefined, tail);
      }
    });
  }

  it('is made with its file', () => {
    appendLines(path.join(root, 'new.jsonl'), ['1']);
    appendLines(path.join(root, 'new.jsonl'), []);
    assert.equal(readFileSync(path.join(root, 'new.jsonl'), 'utf8'), '1\n');
  });
});

const SCRIPT = path.resolve('out/test/security/append.process.mjs');

interface Told {
  readonly acknowledged: readonly string[];
  readonly failures: number;
}

/** `blocks`: 1,024 bytes that a file may have. */
async function appended(file: string, name: string, count: number, batch: number, blocks: number | null, how: string): Promise<Told> {
  const limit = blocks === null ? '' : `ulimit -f ${blocks};`;
  const child = spawn('bash', ['-c', `${limit} exec "$0" "$@"`, process.execPath, SCRIPT, file, name, String(count), String(batch), how]);
  const { code, out, err } = await ended(child);
  assert.equal(code, 0, err);
  return JSON.parse(out) as Told;
}

/** Each acknowledged line, and whether it stands in the file exactly once and alone. */
function assertKept(file: string, acknowledged: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  assert.deepEqual(acknowledged.filter((line) => counts.get(line) !== 1).slice(0, 3), []);
}

describe('an acknowledged line', function () {
  this.timeout(300_000);
  let root: string;
  beforeEach(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'goldset-append-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const how of ['now', 'later'] as const) {
    for (const batch of [1, 7, 50]) {
      it(`stands once and alone after the disk was full and has room again, in batches of ${batch}, written ${how}`, async () => {
        const file = path.join(root, 'f.jsonl');
        writeFileSync(file, 'half a li');
        const full = await appended(file, 'full', 350, batch, 16, how);
        assert.ok(full.failures > 0 && full.acknowledged.length > 0, 'the disk was full after some lines');
        const later = await appended(file, 'later', 350, batch, null, how);
        assert.equal(later.acknowledged.length, 350);
        assertKept(file, [...full.acknowledged, ...later.acknowledged]);
      });
    }
  }

  it('stands once and alone when two processes append at once, one of them to a full disk', async () => {
    const file = path.join(root, 'f.jsonl');
    writeFileSync(file, '{"torn":');
    const told = await Promise.all([
      appended(file, 'a', 1000, 1, null, 'now'),
      appended(file, 'b', 1000, 10, null, 'later'),
      appended(file, 'c', 1000, 5, 48, 'now'),
    ]);
    assertKept(
      file,
      told.flatMap(({ acknowledged }) => acknowledged),
    );
  });

  it('is not written a second time by the receiver after a write that was cut short', () => {
    const written: string[] = [];
    let room = 1;
    const files = {
      append: (...lines: StoredLine[]) => {
        const kept = lines.slice(0, room);
        written.push(...kept.map((line) => ('followUp' in line ? (line.followUp.of.interaction ?? '') : '')));
        if (kept.length < lines.length) throw new PartlyWritten(kept.length, new Error('ENOSPC'));
      },
    } as unknown as InteractionFiles;
    const capture = new Capture(
      files,
      (line) => line,
      () => Date.parse(AT),
      () => null,
    );
    const body = Buffer.from(JSON.stringify(['a', 'b', 'c'].map((interaction) => ({ interaction, name: 'thumbs-down', value: true }))));
    assert.throws(() => capture.takeSignals(body), /ENOSPC/);
    room = 10;
    capture.close();
    assert.deepEqual(written, ['a', 'b', 'c']);
  });
});

describe('the command line after a full disk', function () {
  this.timeout(300_000);

  it('keeps each signal that it acknowledged, and the one after the torn line', async () => {
    const workspace = new TestWorkspace({});
    try {
      const file = `.goldset/interactions/${new Date().toISOString().slice(0, 10)}.jsonl`;
      const told = await workspace.run(['signal', 'first', 'thumbs-down']);
      assert.equal(told.code, 0, told.err);
      appendFileSync(path.join(workspace.root, file), '{"followUp":{"of":{"interaction":"torn"');
      assert.equal((await workspace.run(['signal', 'second', 'thumbs-down'])).code, 0);
      const ids = workspace
        .read(file)
        .split('\n')
        .flatMap((line) => /"interaction":"(first|second)"/.exec(line)?.[1] ?? []);
      assert.deepEqual(ids, ['first', 'second']);
      assert.ok(
        workspace
          .read(file)
          .split('\n')
          .filter((line) => parseJson(line) !== undefined).length >= 2,
      );
    } finally {
      workspace.dispose();
    }
  });
});
