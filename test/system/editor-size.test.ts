/** What the editor keeps over weeks: processes of git, and what it remembers of runs. */
import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Git, type GitPlace } from '../../src/adapters/git/git.ts';
import { OpenRepositories } from '../../src/adapters/git/open-repositories.ts';
import { RunSummaries } from '../../src/engine/runs/run-summaries.ts';
import { TestWorkspace } from './command-line.ts';

/** Notes the processes that answer questions. */
class WatchedGit extends Git {
  readonly started: ChildProcessWithoutNullStreams[] = [];
  override start(at: GitPlace, args: readonly string[]): ChildProcessWithoutNullStreams {
    const child = super.start(at, args);
    this.started.push(child);
    return child;
  }
}

const ended = (child: ChildProcessWithoutNullStreams): Promise<unknown> =>
  child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve();

describe('the processes of git that the editor keeps', function () {
  const folders = Array.from({ length: 40 }, (_, i) => `folder-${i}`);
  let workspace: TestWorkspace;
  let git: WatchedGit;
  let open: OpenRepositories;
  beforeEach(() => {
    workspace = new TestWorkspace(Object.fromEntries(folders.map((name) => [`${name}/a.prompt`, `Prompt of ${name}`])));
    workspace.git('init', '-q', '-b', 'main');
    workspace.git('add', '-A');
    workspace.git('commit', '-qm', 'First');
    git = new WatchedGit();
    open = new OpenRepositories(git);
  });
  afterEach(async () => {
    await open.forget();
    workspace.dispose();
  });
  const texts = (): Promise<(string | null | undefined)[]> =>
    Promise.all(folders.map(async (name) => (await open.of(path.join(workspace.root, name)))?.textAt('HEAD', `${name}/a.prompt`)));

  it('are one for each work tree, however many folders have prompts', async () => {
    assert.deepEqual(
      await texts(),
      folders.map((name) => `Prompt of ${name}`),
    );
    assert.equal(git.started.length, 1);
    workspace.write({ 'inner/a.prompt': 'Inner' });
    workspace.git('init', '-q', 'inner');
    workspace.git('-C', 'inner', 'add', '-A');
    workspace.git('-C', 'inner', 'commit', '-qm', 'Inner');
    const inner = await open.of(path.join(workspace.root, 'inner'));
    assert.equal(await inner?.textAt('HEAD', 'a.prompt'), 'Inner');
    assert.equal(git.started.length, 2);
  });
  it('end when they are forgotten, also one that is asked while it is closed and later', async () => {
    const repository = await open.of(workspace.root);
    assert.ok(repository);
    const asked = repository.textAt('HEAD', 'folder-1/a.prompt');
    await open.forget();
    assert.equal(await asked, 'Prompt of folder-1');
    assert.equal(await repository.textAt('HEAD', 'folder-2/a.prompt'), 'Prompt of folder-2');
    await Promise.all(git.started.map(ended));
    assert.ok(git.started.length >= 1);
  });
  it('are tried again after git could not run', async () => {
    let mayRun = false;
    const restricted = new OpenRepositories(new Git('git', () => mayRun));
    await assert.rejects(restricted.of(workspace.root), /Git is not used/);
    mayRun = true;
    assert.notEqual(await restricted.of(workspace.root), null);
    await restricted.forget();
  });
});

describe('the list of runs', function () {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  const idOf = (i: number): string => `20260101T000000-${String(i).padStart(6, '0')}`;
  const journal = (i: number): string => {
    const prompt = { path: i % 2 === 0 ? 'even.prompt' : 'odd.prompt', name: 'p', version: 'v'.repeat(64), ref: null };
    const candidates = [{ id: 'c', prompt, golden: 'g', model: 'scripted:m', parameters: {} }];
    const head = { id: idOf(i), startedAt: '2026-01-01T00:00:00.000Z', toolVersion: '1', plan: 'p', candidates, repeats: 1 };
    return `${JSON.stringify({ schema: 'goldset.journal/1', kind: 'run', ...head, cases: [{ candidate: 'c', ids: ['a', 'b'] }] })}\n`;
  };
  function begin(runs: number): void {
    workspace = new TestWorkspace({});
    mkdirSync(path.join(workspace.root, '.goldset/runs'), { recursive: true });
    for (let i = 0; i < runs; i++) writeFileSync(fileOf(i), journal(i));
    workspace.adopt();
  }
  const fileOf = (i: number): string => path.join(workspace.root, '.goldset/runs', `${idOf(i)}.goldset-run.jsonl`);

  it('has the newest 200, and leaves the thread to others while 1,000 journals are read', async () => {
    begin(1000);
    const list = new RunSummaries();
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const none = await list.list(workspace.root, ['missing.prompt'], []);
    isDone = true;
    assert.deepEqual(none, []);
    assert.ok(turns > 1, `${turns} turns`);
    const even = await list.list(workspace.root, ['even.prompt'], [idOf(998)]);
    assert.deepEqual([even.length, even[0]?.id, even[0]?.isShown, even[0]?.score, even[1]?.id], [200, idOf(998), true, null, idOf(996)]);
  });
  it('reads a journal once, and again when it has grown', async () => {
    begin(2);
    const list = new RunSummaries();
    const before = await list.list(workspace.root, [], []);
    assert.deepEqual(
      before.map(({ complete }) => complete),
      [false, false],
    );
    const end = { kind: 'end', complete: true, verdict: 'pass', endedAt: '2026-01-01T00:01:00.000Z' };
    appendFileSync(fileOf(1), `${JSON.stringify(end)}\n`);
    const after = await list.list(workspace.root, [], []);
    assert.deepEqual(
      after.map(({ complete, verdict }) => [complete, verdict]),
      [
        [true, 'pass'],
        [false, null],
      ],
    );
  });
});
