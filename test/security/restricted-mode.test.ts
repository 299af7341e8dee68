/** VS Code's Restricted Mode: the engine sends nothing, writes nothing, runs no git and does not read `.goldset/`. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PromptAnalyst } from '../../src/adapters/analysis/prompt-analyst.ts';
import type { WorkerEvaluator } from '../../src/adapters/evaluation/worker-evaluator.ts';
import { Git } from '../../src/adapters/git/git.ts';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import { ScoreStore } from '../../src/adapters/storage/score-store.ts';
import { permitWhile } from '../../src/adapters/trust/code-trust.ts';
import { GoldenSets } from '../../src/adapters/workspace/golden-sets.ts';
import { PromptLoader } from '../../src/adapters/workspace/prompt-files.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';
import { BatchEngine } from '../../src/engine/runs/batch-engine.ts';
import { InsightsEngine } from '../../src/engine/interactions/insights-engine.ts';
import { InteractionEngine } from '../../src/engine/interactions/interaction-engine.ts';
import { PromptBuilds } from '../../src/engine/versions/prompt-builds.ts';
import { RunArchive } from '../../src/engine/runs/run-archive.ts';
import { RunEngine } from '../../src/engine/runs/run-engine.ts';
import { SourceEngine } from '../../src/engine/interactions/source-engine.ts';
import { Attacked, DAY, fill } from './data-folder.ts';

const PROMPT = '---\nmodel: openai:gpt-6-luna\n---\nHello {{x}}\n';

/** Fails when it is used at all. */
const untouchable = (name: string): never =>
  new Proxy(
    {},
    { get: (_, key) => (key === 'then' ? undefined : () => assert.fail(`${name}.${String(key)} was used in Restricted Mode`)) },
  ) as never;

describe('in Restricted Mode', () => {
  let attacked: Attacked;
  let isTrusted: boolean;
  beforeEach(() => {
    attacked = new Attacked();
    fill(attacked.root);
    writeFileSync(path.join(attacked.root, 'goldset.yaml'), '');
    writeFileSync(path.join(attacked.root, 'a.prompt'), PROMPT);
    isTrusted = false;
  });
  afterEach(() => attacked.dispose());

  const trusted = (): boolean => isTrusted;
  const restrictedError = { code: 'trust/needed' };
  const key = { id: 'i1', day: DAY, offset: 0, end: 10 };
  const interactions = (evaluator = untouchable('evaluator')): InteractionEngine =>
    new InteractionEngine(evaluator, untouchable('retention'), untouchable('writer'), untouchable('readText'), trusted);
  const sources = (): SourceEngine =>
    new SourceEngine('', untouchable('workspaces'), untouchable('keys'), untouchable('evaluator'), trusted);
  const watch = { news: { note: () => undefined, read: () => undefined }, stop: new AbortController().signal };
  const runs = (): RunEngine =>
    new RunEngine(untouchable('evaluator'), {
      ...{
        keys: untouchable('keys'),
        histories: untouchable('histories'),
        builds: untouchable('builds'),
        judges: '',
        models: {},
        workspaces: untouchable('workspaces'),
      },
      ...{ loader: () => untouchable('loader'), mayRunCode: trusted },
    });
  const prepared = { plan: null, workspace: { root: '' } } as never;
  const batches = (): BatchEngine =>
    new BatchEngine(untouchable('runs'), { open: () => openWorkspace(attacked.root) } as never, untouchable('keys'), trusted);
  const signal = new AbortController().signal;
  const options = { cap: null, isQuiet: true, signal };

  /** Each must be refused before anything is touched. */
  const REFUSED: Readonly<Record<string, () => unknown>> = {
    'a run': () => runs().run(prepared, {} as never),
    'a dry run': () => runs().dryRun(prepared, { isBatch: false, refresh: false }),
    'a batch that is submitted': () => batches().submit(prepared, null, signal),
    'a look at a batch': () => batches().check(attacked.root, 'b1', options),
    'the end of a batch': () => batches().cancel(attacked.root, 'b1', signal),
    insights: () =>
      new InsightsEngine('', untouchable('workspaces'), untouchable('sources'), trusted).read({
        root: attacked.root,
        by: 'type',
        since: null,
      }),
    'a look at a source': () => sources().look({ root: attacked.root, source: 'prod' }, { kind: 'failures', since: null }, watch),
    'a list of a source': () => sources().rows({ root: attacked.root, source: 'prod' }, INBOX, 0, 10, watch),
    'a copy of a call': () => sources().copy({ root: attacked.root, source: 'prod' }, ['i1'], [DAY], watch),
    'an interaction': () => interactions().read(attacked.root, key),
    'a golden case of an interaction': () =>
      interactions().plan(
        attacked.root,
        [key],
        new Map(),
        () => assert.fail(),
        () => assert.fail(),
      ),
    'the cause of an interaction': () => interactions().withoutCause(attacked.root, [key]),
    'a triage': () => interactions().triage(attacked.root, 'dismissed', new Map([['i1', 'no']])),
    'a journal that is opened': () => new RunArchive('', trusted).openedFile(attacked.at('runs/r1.goldset-run.jsonl')),
  };
  for (const [name, work] of Object.entries(REFUSED))
    it(`${name} is refused`, async () => {
      const before = readdirSync(attacked.data, { recursive: true });
      await assert.rejects(async () => {
        await work();
      }, restrictedError);
      assert.deepEqual(readdirSync(attacked.data, { recursive: true }), before);
    });

  /** Each finds nothing in a folder that is full, and finds something when the workspace is trusted. */
  const EMPTY: Readonly<Record<string, () => readonly unknown[]>> = {
    scores: () => new ScoreStore(trusted).all(attacked.root),
    'a journal by the id of its run': () => [new RunArchive('', trusted).storedFile(attacked.root, 'r1') ?? []].flat(),
  };
  for (const [name, read] of Object.entries(EMPTY))
    it(`no view has ${name}`, () => {
      assert.deepEqual(read(), []);
      isTrusted = true;
      assert.equal(read().length, 1);
    });

  it('the list of runs and the plot are empty', async () => {
    const archive = new RunArchive('', trusted);
    assert.deepEqual([await archive.list(attacked.root, [], []), await archive.history(attacked.root, ['a.prompt'])], [[], []]);
  });

  it('no run is said to be interrupted', async () => {
    assert.equal(await runs().interrupted(path.join(attacked.root, 'a.prompt')), null);
  });

  it('the interactions are none, and the worker is not asked', async () => {
    assert.equal((await interactions().inbox(attacked.root, 10))?.stored, 0);
    assert.equal((await interactions().find(attacked.root, INBOX, 0, 10))?.total, 0);
    isTrusted = true;
    const evaluator = { interactions: () => Promise.resolve({ kind: 'found', total: 7 }) } as unknown as WorkerEvaluator;
    assert.equal((await interactions(evaluator as never).find(attacked.root, INBOX, 0, 10))?.total, 7);
  });

  it('git is not started', async () => {
    const git = new Git(process.execPath, trusted);
    await assert.rejects(git.run(attacked.root, ['status']), { code: 'git/restricted' });
    await assert.rejects(git.call(attacked.root, ['fetch'], {}), { code: 'git/restricted' });
    await assert.rejects(git.find(attacked.root), { code: 'git/restricted' });
    assert.throws(() => git.start(attacked.root, ['cat-file']), { code: 'git/restricted' });
  });

  it('the analysis of a prompt neither reads nor writes what was learnt', async () => {
    const workspace = await openWorkspace(attacked.root);
    const job = { workspace, file: path.join(attacked.root, 'a.prompt'), unsaved: {}, models: [], previous: null, off: [] };
    const before = readFileSync(attacked.at('calibration.json'), 'utf8');
    const marked = readFileSync(attacked.at('mark'), 'utf8');
    await new PromptAnalyst(new GoldenSets()).analyse({ ...job, isRestricted: true });
    assert.equal(readFileSync(attacked.at('calibration.json'), 'utf8'), before);
    assert.equal(readFileSync(attacked.at('mark'), 'utf8'), marked);
    assert.equal(dataFolder(attacked.root).problem, null);
  });

  it('calls no function that builds a prompt, whatever asks for it', async () => {
    writeFileSync(path.join(attacked.root, 'goldset.yaml'), 'prompts:\n  app: { build: "file://build.mjs:build" }\n');
    writeFileSync(path.join(attacked.root, 'build.mjs'), "export const build = () => ({ messages: [{ role: 'user', content: 'x' }] });\n");
    const workspace = await openWorkspace(attacked.root);
    const loaded = await new PromptLoader(workspace).load(path.join(attacked.root, 'build.mjs#app'));
    assert.equal(loaded.target.document.template.kind, 'built');
    const builds = new PromptBuilds(path.resolve('dist/sucrase.js'), permitWhile(trusted));
    const job = { workspace, file: path.join(attacked.root, 'build.mjs#app') } as never;
    const calls = {
      'a build': () => builds.build(loaded, workspace, signal),
      'a run': () => builds.settled(loaded, workspace),
    };
    try {
      for (const [name, call] of Object.entries(calls)) await assert.rejects(call(), { code: 'trust/needed' }, name);
      // An analysis says why instead of a count.
      await builds.analyserOf(workspace, () => Promise.resolve(loaded), { analyse: () => Promise.resolve({} as never) }).analyse(job);
      assert.deepEqual(builds.before(path.join(attacked.root, 'build.mjs#app'), workspace).before?.answers.size, 0);
      isTrusted = true;
      await builds.settled(loaded, workspace);
      assert.equal(
        builds.before(path.join(attacked.root, 'build.mjs#app'), workspace).before?.answers.size,
        1,
        'in a trusted window it is called',
      );
    } finally {
      builds.dispose();
    }
  });
});
