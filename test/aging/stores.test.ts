/** Stores after months: what a command reads, holds and spends does not grow with what is stored. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { addAnswers, addNotes, multiplyRuns } from '../../bench/inputs/months-of-use.ts';
import { InteractionReader, type InteractionAnswer, type InteractionQuery } from '../../src/adapters/interactions/interaction-reader.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { listRuns } from '../../src/adapters/storage/run-files.ts';
import { ObservedRuns } from '../../src/adapters/storage/observed-runs.ts';
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { TestWorkspace } from '../system/command-line.ts';
import { golden } from '../system/run-workspace.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';

const MEGABYTE = 1 << 20;

/** ms of processor time, which a busy machine does not lengthen. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('months of use', () => {
  it('with 30 journals of 9.5 MB cost check and run less than 0.5 s more', async () => {
    const workspace = new TestWorkspace({
      'goldset.yaml': 'keepRuns: all\n',
      'a.prompt': '---\nmodel: scripted:./a.scripted.yaml\n---\n{{x}}',
      'a.golden.yaml': golden(2000),
      'a.scripted.yaml': `default: { reply: "${'many words '.repeat(400)}" }\n`,
    });
    try {
      await workspace.run(['run']);
      // Of one case, so that only the start is measured.
      const args = { check: ['check'], run: ['run', '--case', 'c1'] };
      const before = { check: await workspace.processorTime(args.check), run: await workspace.processorTime(args.run) };
      multiplyRuns(workspace.root, 30);
      for (const command of ['check', 'run'] as const) {
        const more = (await workspace.processorTime(args[command])) - before[command];
        assert.ok(more < 500, `${command}: ${more.toFixed(0)} ms more`);
      }
      assert.ok(listRuns(workspace.root).length >= 31, 'the journals are there while the commands run');
      // The newest are those of one case, just measured.
      const observed = new ObservedRuns().of(workspace.root, 'a.prompt').find(({ calls }) => calls > 1);
      assert.equal(observed?.calls, 2000);
      assert.ok((observed?.outputs[0] ?? '').startsWith('many words'));
    } finally {
      workspace.dispose();
    }
  }).timeout(600_000);

  it('with 200,000 cached answers take less than 0.3 s and 40 MB to open', () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-aged-'));
    try {
      addAnswers(root, 200_000);
      const before = process.memoryUsage().rss;
      const cache = new ResponseCache(root);
      const ms = processorTime(() => assert.equal(cache.find('0'.repeat(64), null), null));
      const mb = (process.memoryUsage().rss - before) / MEGABYTE;
      assert.equal(cache.stats().entries, 200_000);
      cache.close();
      assert.ok(ms < 300, `${ms.toFixed(0)} ms`);
      assert.ok(mb < 40, `${mb.toFixed(0)} MB`);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }).timeout(600_000);

  it('with 20,000 scores in notes list the versions of six prompts in less than 2 s, and a push adds no line for a score that is there', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.prompt`);
    const workspace = new TestWorkspace({
      ...Object.fromEntries(names.map((name) => [name, `---\nmodel: scripted:./s.yaml\n---\n${name} {{x}}`])),
      'a.golden.yaml': golden(1),
      's.yaml': 'default: { reply: ok }\n',
    });
    try {
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'prompts');
      addNotes(workspace.root, names, 20_000);
      const ms = await workspace.processorTime(['versions']);
      assert.ok(ms < 2000, `${ms.toFixed(0)} ms`);
      workspace.git('init', '-q', '--bare', 'remote.git');
      workspace.git('remote', 'add', 'origin', './remote.git');
      const lines = (): number => {
        const note = execFileSync('git', ['notes', '--ref=refs/notes/goldset', 'show', 'HEAD'], {
          cwd: workspace.root,
          maxBuffer: 64 * MEGABYTE,
        });
        return note.toString().trim().split('\n').length;
      };
      for (let night = 1; night <= 3; night++) {
        assert.equal((await workspace.run(['run', 'a.prompt'])).code, 0);
        const { code, err } = await workspace.run(['scores', 'push']);
        assert.equal(code, 0, err);
        assert.equal(lines(), 20_001, `night ${night}`);
      }
    } finally {
      workspace.dispose();
    }
  }).timeout(600_000);

  it('with 1.8 million flagged calls show the newest in pages, with less than 300 MB and without reading all', () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-flagged-'));
    const [days, perDay] = [30, 60_000];
    try {
      const folder = dataFolder(root).folder('interactions');
      for (let day = 1; day <= days; day++) {
        const date = `2026-10-${String(day).padStart(2, '0')}`;
        const lines = Array.from({ length: perDay }, (_, i) => {
          const id = `${date}-${i}`;
          const time = new Date(Date.parse(`${date}T00:00:00Z`) + i * 1000).toISOString();
          return `{"schema":"goldset.interaction/1","id":"${id}","time":"${time}","output":"No","signals":[{"kind":"explicit","name":"thumbs-down","value":true}]}\n`;
        });
        writeFileSync(path.join(folder, `${date}.jsonl`), lines.join(''));
      }
      const reader = new InteractionReader(() => 0);
      const ask = (query: InteractionQuery): Exclude<InteractionAnswer, { kind: 'more' }> => {
        for (;;) {
          const answer = reader.answer({ root, declared: {}, query, isKept: true });
          if (answer.kind !== 'more') return answer;
        }
      };
      const before = process.memoryUsage().rss;
      const ms = processorTime(() => {
        const inbox = ask({ kind: 'inbox', rows: 5 });
        assert.ok(inbox.kind === 'inbox' && !inbox.isWhole && inbox.open >= 20_000);
      });
      const page = (from: number): string[] => {
        const found = ask({ kind: 'find', filter: INBOX, from, to: from + 3 });
        assert.ok(found.kind === 'found');
        return found.rows.map(({ id }) => id);
      };
      assert.deepEqual(
        page(0),
        [59_999, 59_998, 59_997].map((i) => `2026-10-30-${i}`),
      );
      // Further down than what is held.
      assert.deepEqual(
        page(40_000),
        [19_999, 19_998, 19_997].map((i) => `2026-10-30-${i}`),
      );
      const mb = (process.memoryUsage().rss - before) / MEGABYTE;
      assert.ok(mb < 300, `${mb.toFixed(0)} MB`);
      assert.ok(ms < 5000, `${ms.toFixed(0)} ms`);
      // The next time, what was found is read from its file.
      assert.ok(readFileSync(path.join(folder, 'inbox', '2026-10-30.json')).length < 40 * MEGABYTE);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  }).timeout(600_000);

  it('with a full scores file count what cannot be read, and lose no score', async () => {
    const workspace = new TestWorkspace({
      'a.prompt': '---\nmodel: scripted:./s.yaml\n---\n{{x}}',
      'a.golden.yaml': golden(1),
      's.yaml': 'default: { reply: ok }\n',
    });
    try {
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'prompts');
      await workspace.run(['run']);
      const file = path.join(workspace.root, '.goldset', 'scores.jsonl');
      const own = readFileSync(file, 'utf8');
      writeFileSync(file, `{"torn\n${own.replace('goldset.score/1', 'goldset.score/2')}${own}`);
      const { out, err } = await workspace.run(['versions']);
      assert.match(err, /2 scores were not read\. The first: .*scores\.jsonl, line 1: It is not a JSON object/);
      assert.match(out, /1\/1|100/);
    } finally {
      workspace.dispose();
    }
  }).timeout(600_000);
});
