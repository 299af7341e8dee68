/** A score belongs to a prompt version, a golden set, a model and its parameters; all of them live in one store. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../src/adapters/hash.ts';
import { ScoreStore } from '../../src/adapters/storage/score-store.ts';
import { PromptLoader, type LoadedPrompt } from '../../src/adapters/workspace/prompt-files.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import type { Plan } from '../../src/core/run/plan.ts';
import { planRun, type PlanInput } from '../../src/core/run/plan-run.ts';
import { shownScore } from '../../src/core/versions/shown-score.ts';
import { scoreKeyOf } from '../../src/core/versions/score.ts';
import { CaseVerdicts } from '../../src/engine/runs/case-verdicts.ts';
import { modelOf, World } from './run-world.ts';

const PROMPT = 'Say {{x}}.';
const THREE =
  '- { id: a, vars: { x: 1 }, expected: ok }\n- { id: b, vars: { x: 2 }, expected: ok }\n- { id: c, vars: { x: 3 }, expected: no }\n';
const TWO = '- { id: a, vars: { x: 1 }, expected: ok }\n- { id: b, vars: { x: 2 }, expected: ok }\n';
const MODEL = 'test:model';

describe('the store of scores', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'goldset-scores-'));
    write('goldset.yaml', '');
    write('t.prompt', PROMPT);
    write('t.golden.yaml', THREE);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
  const load = async (): Promise<LoadedPrompt> => new PromptLoader(await openWorkspace(root)).load(path.join(root, 't.prompt'));
  const planOf = async (over: Partial<PlanInput> = {}, only: ReadonlySet<string> | null = null, id = MODEL): Promise<Plan> => {
    const { target } = await load();
    const clients = [modelOf(() => Promise.resolve({}), { id })];
    const selection = { matches: null, tags: [], shard: null };
    return planRun({ targets: [{ target, clients, only }], parameters: [], repeats: 1, selection, hash: sha256, ...over });
  };
  const run = async (store: ScoreStore, plan: Plan): Promise<void> => store.keep(root, plan, await new World().run(plan));
  /** What a lens shows: of the files as they are now. `isEdited`: they are not analysed yet. */
  const shown = async (store: ScoreStore, model = MODEL, isEdited = false): Promise<string> =>
    shownScore(store.all(root), scoreKeyOf((await load()).target, model), isEdited).text;

  it('marks the score of edited text as of before, and shows it as it is when the edit is undone', async () => {
    const store = new ScoreStore();
    await run(store, await planOf());
    assert.equal(await shown(store), '2 of 3');
    assert.equal(await shown(store, MODEL, true), '2 of 3 before this edit');
    write('t.prompt', `${PROMPT} Be brief.`);
    assert.equal(await shown(store), '2 of 3 before this edit');
    write('t.prompt', PROMPT);
    assert.equal(await shown(store), '2 of 3');
  });

  it('marks the score after the golden set has shrunk, and shows its new score after a run', async () => {
    const store = new ScoreStore();
    await run(store, await planOf());
    write('t.golden.yaml', TWO);
    assert.equal(await shown(store), '2 of 3 before the golden set changed');
    await run(store, await planOf());
    assert.equal(await shown(store), '2 of 2');
  });

  it('shows the scores of other models and parameters for those alone', async () => {
    const store = new ScoreStore();
    await run(store, await planOf({}, null, 'test:other'));
    await run(store, await planOf({ parameters: [{ temperature: 1 }] }));
    assert.equal(await shown(store), 'not run yet');
    assert.equal(await shown(store, 'test:other'), '2 of 3');
    write('t.prompt', `${PROMPT} Be brief.`);
    assert.equal(await shown(store), 'not run yet');
    assert.equal(await shown(store, 'test:other'), '2 of 3 before this edit');
  });

  it('does not take the score of an old version that was run from git for that of before the edit', async () => {
    const store = new ScoreStore();
    const { target } = await load();
    const clients = [modelOf(() => Promise.resolve({}), { id: MODEL })];
    const old = { ...target, ref: 'HEAD~1', version: 'f'.repeat(64) };
    await run(store, await planOf({ targets: [{ target: old, clients, only: null }] }));
    assert.equal(store.all(root).length, 1);
    assert.equal(await shown(store), 'not run yet');
  });

  it('knows a score however the prompt writes the name of its model', async () => {
    const store = new ScoreStore();
    await run(store, await planOf({}, null, 'openai:gpt-6-luna'));
    for (const written of ['openai:gpt-6-luna', 'openai/gpt-6-luna', 'gpt-6-luna', 'openai:chat:gpt-6-luna', 'openai:responses:gpt-6-luna'])
      assert.equal(await shown(store, written), '2 of 3', written);
    assert.equal(await shown(store, 'other:gpt-6-luna'), 'not run yet');
  });

  it('knows a score whatever the order of its parameters', async () => {
    const store = new ScoreStore();
    await run(store, await planOf({ parameters: [{ temperature: 1, topP: 0.5 }] }));
    const key = scoreKeyOf((await load()).target, MODEL);
    assert.equal(shownScore(store.all(root), { ...key, parameters: { topP: 0.5, temperature: 1 } }, false).text, '2 of 3');
  });

  it('keeps no score of a part of the cases, also when a list makes many cases of one', async () => {
    const store = new ScoreStore();
    await run(store, await planOf({}, new Set(['a'])));
    assert.equal(await shown(store), 'not run yet');
    write('t.golden.yaml', '- { id: a, vars: { x: [1, 2, 3] }, expected: ok }\n- { id: b, vars: { x: 2 }, expected: ok }\n');
    await run(store, await planOf({}, new Set(['a'])));
    assert.equal(await shown(store), 'not run yet');
    await run(store, await planOf());
    assert.equal(await shown(store), '4 of 4');
  });

  it('sees the scores that another process has added', async () => {
    const store = new ScoreStore();
    assert.equal(await shown(store), 'not run yet');
    await run(new ScoreStore(), await planOf());
    assert.equal(await shown(store), '2 of 3');
  });

  it('keeps the verdict of a case until its prompt or the case itself is edited', async () => {
    const verdicts = new CaseVerdicts();
    const plan = await planOf();
    const record = verdicts.recorder(root, plan);
    for (const result of (await new World().run(plan)).results) record(result);
    const verdictOf = async (id: string): Promise<string | undefined> => {
      const { target } = await load();
      const goldenCase = target.cases.find((item) => item.id === id);
      assert.ok(goldenCase);
      const key = scoreKeyOf(target, MODEL);
      const before = verdicts.before(root, key, goldenCase);
      return verdicts.of(root, key, goldenCase) ?? (before === undefined ? undefined : `${before} before this edit`);
    };
    assert.deepEqual([await verdictOf('a'), await verdictOf('c')], ['pass', 'fail']);
    write('t.golden.yaml', THREE.replace('expected: no', 'expected: yes'));
    assert.deepEqual([await verdictOf('a'), await verdictOf('c')], ['pass', 'fail before this edit']);
    write('t.prompt', `${PROMPT} Be brief.`);
    assert.equal(await verdictOf('a'), 'pass before this edit');
  });

  it('keeps fail as the verdict of a case that fails in one repeat, whichever comes last', async () => {
    const verdicts = new CaseVerdicts();
    const plan = await planOf();
    const record = verdicts.recorder(root, plan);
    const { target } = await load();
    const [first] = target.cases;
    assert.ok(first);
    const candidate = plan.candidates[0]?.candidate.id ?? '';
    for (const verdict of ['pass', 'fail', 'pass'] as const) record({ candidate, case: 'a', verdict });
    assert.equal(verdicts.of(root, scoreKeyOf(target, MODEL), first), 'fail');
    // A later run is a new look.
    verdicts.recorder(root, plan)({ candidate, case: 'a', verdict: 'pass' });
    assert.equal(verdicts.of(root, scoreKeyOf(target, MODEL), first), 'pass');
  });
});
