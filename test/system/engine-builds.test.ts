/** Functions that build prompts, in the editor's engine: called by runs and commands, never by what follows the typing. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readText } from '../../src/adapters/bounded-file.ts';
import { startWorker } from '../../src/adapters/evaluation/start-worker.ts';
import { SampleCancels } from '../../src/core/calls/sample-cancels.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { WorkspacePromptAnalysis } from '../../src/adapters/analysis/prompt-analyst.ts';

const SYSTEM = 'You are the agent of a shop. Answer from the rules of the shop alone, and be brief. '.repeat(4);

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': `prompts:
  answer: { build: "file://app/messages.py:build" }
  hangs: { build: "file://app/messages.py:hang" }
`,
  'app/m.scripted.yaml': 'price: { input: 1, cacheRead: 0.1, output: 2 }\ndefault: { reply: fine }\n',
  'app/rules.py': `SYSTEM = "${SYSTEM}"\n`,
  'app/messages.py': `import os, time
from rules import SYSTEM
def build(variables):
    with open("calls.txt", "a") as calls:
        calls.write(f"{os.getpid()}\\n")
    return {"model": "scripted:./m.scripted.yaml", "messages": [
        {"role": "system", "content": SYSTEM}, {"role": "user", "content": "Question: " + variables["question"]}]}
def hang(variables):
    with open("hangs.txt", "w") as file:
        file.write(str(os.getpid()))
    while True:
        time.sleep(60)
`,
  'evals/promptfooconfig.yaml': `prompts: ['Q: {{question}}', 'Question: {{question}}']
providers: ['scripted:../app/m.scripted.yaml']
tests: file://make.py:tests
`,
  'evals/make.py': `def tests():
    with open("made.txt", "a") as made:
        made.write("x")
    return [{"vars": {"question": "when"}, "assert": [{"type": "equals", "value": "fine"}]},
            {"vars": {"question": "where"}, "assert": [{"type": "equals", "value": "no"}]}]
`,
  'app/messages.answer.golden.yaml': `- { id: a, vars: { question: refund }, expected: fine }
- { id: b, vars: { question: hours }, expected: fine }
`,
};

describe('a prompt that a function builds, in the engine of the editor', function () {
  this.timeout(300_000);
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-engine-')));
  const at = (name: string): string => path.join(root, name);
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const answer = at('app/messages.py#answer');
  let isTrusted = true;
  let engine: Engine;

  before(() => {
    for (const [name, text] of Object.entries(FILES)) write(name, text);
    const worker = path.resolve('dist/worker.js');
    const keys = { get: () => null, isAllowed: () => false } as never;
    engine = new Engine({
      worker,
      started: startWorker(worker),
      keys,
      quietKeys: keys,
      readText: (file) => readText(file),
      models: {},
      mayRunCode: () => isTrusted,
      gitExecutable: undefined,
    });
  });
  after(async () => {
    await engine.dispose();
    rmSync(root, { recursive: true, force: true });
  });

  /** The processes that answered, one for each call since the last look. */
  function calls(): string[] {
    const lines = existsSync(at('calls.txt')) ? readFileSync(at('calls.txt'), 'utf8').trim().split('\n') : [];
    rmSync(at('calls.txt'), { force: true });
    return lines;
  }
  const analyse = (unsaved: Readonly<Record<string, string>> = {}): Promise<WorkspacePromptAnalysis> =>
    engine.analysePrompt(answer, { unsaved, models: [], off: [], git: false });
  const codes = ({ diagnostics }: WorkspacePromptAnalysis): string[] => diagnostics.map(({ code }) => code);
  const build = (id = answer): Promise<boolean> => engine.buildPrompt(id, new AbortController().signal);

  it('is not called by an analysis, which counts nothing and says so', async () => {
    const analysis = await analyse();
    assert.deepEqual(codes(analysis), ['build/not-called']);
    assert.deepEqual([analysis.build?.isCounted, analysis.report.models, analysis.cases], [false, [], 2]);
    assert.deepEqual(calls(), []);
  });

  it('is called once for each case by the command, and every analysis after that counts what it returned', async () => {
    assert.equal(await build(), true);
    const called = calls();
    assert.equal(called.length, 2);
    assert.equal(new Set(called).size, 1);
    for (const typed of ['', '# one', '# one more'])
      assert.equal((await analyse({ [at('app/messages.py')]: `${FILES['app/messages.py']}${typed}` })).build?.isCounted, true);
    const analysis = await analyse();
    assert.deepEqual(codes(analysis), []);
    const [model] = analysis.report.models;
    // "Question: " is shared too, so the prefix has the instructions and ends before the question.
    assert.ok(model !== undefined && model.prefix.stableTokens > 60 && model.prefix.stableTokens < (model.tokens.input.p50 ?? 0));
    assert.equal(model.prefix.breaks.length, 1);
    assert.deepEqual(calls(), []);
  });

  it('says for how many cases it was not called, when a case is new', async () => {
    write(
      'app/messages.answer.golden.yaml',
      `${FILES['app/messages.answer.golden.yaml']}- { id: c, vars: { question: address }, expected: fine }\n`,
    );
    const { diagnostics, build: state } = await analyse();
    assert.match(diagnostics[0]?.message ?? '', /was not called yet for 1 of 3 cases/);
    assert.equal(state?.isCounted, true);
  });

  it('is previewed for one case', async () => {
    const { target } = await engine.load(answer);
    const { body, model } = await engine.preview(answer, target.cases[2] ?? null);
    assert.match(JSON.stringify(body), /Question: address/);
    assert.equal(model, 'scripted:./m.scripted.yaml');
    assert.equal(calls().length, 1);
  });

  it('is called again by a run, whose answers are counted after it', async () => {
    const prompts = [{ file: answer, cases: null }];
    const prepared = await engine.runs.prepare({ prompts, model: null, concurrency: 2 });
    const abort = new AbortController();
    const settings = { concurrency: 2, cap: null, abort, cancels: new SampleCancels(), cache: 'use', emit: () => undefined } as const;
    const report = await engine.runs.run(prepared, settings);
    assert.deepEqual([report.candidates[0]?.passed, report.candidates[0]?.cases], [3, 3]);
    assert.equal(calls().length, 3);
    assert.deepEqual(codes(await analyse()), []);
    assert.ok((await engine.scoreKey(answer, {})) !== null);
  });

  it('is not counted when a file that it imports has changed, until it is called again, in a new process', async () => {
    await build();
    const [before] = calls();
    write('app/rules.py', 'SYSTEM = "Be kind."\n');
    const changed = await analyse();
    assert.deepEqual([codes(changed), changed.build?.isCounted, changed.report.models], [['build/changed'], false, []]);
    assert.deepEqual(calls(), []);
    await build();
    const [after] = calls();
    assert.notEqual(after, before);
    assert.deepEqual(codes(await analyse()), []);
  });

  it('is not called where the workspace is not trusted', async () => {
    isTrusted = false;
    try {
      await assert.rejects(build(), { code: 'trust/needed' });
      await assert.rejects(engine.preview(answer, null), { code: 'trust/needed' });
      await analyse();
      assert.deepEqual(calls(), []);
    } finally {
      isTrusted = true;
    }
  });

  it('is killed by a cancellation, which is remembered for no case', async () => {
    const abort = new AbortController();
    const id = at('app/messages.py#hangs');
    const stopped = assert.rejects(engine.buildPrompt(id, abort.signal), { code: 'build/stopped' });
    while (!existsSync(at('hangs.txt')) || readFileSync(at('hangs.txt'), 'utf8') === '')
      await new Promise((resolve) => setTimeout(resolve, 10));
    const pid = Number(readFileSync(at('hangs.txt'), 'utf8'));
    abort.abort();
    await stopped;
    while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    const { diagnostics } = await engine.analysePrompt(id, { unsaved: {}, models: [], off: [], git: false });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ['build/not-called'],
    );
  });

  it('runs the tests that a function of a promptfoo config makes, called once, and only in a trusted folder', async () => {
    const prompts = ['prompt', 'prompt-2'].map((name) => ({ file: at(`evals/promptfooconfig.yaml#${name}`), cases: null }));
    isTrusted = false;
    await assert.rejects(engine.runs.prepare({ prompts, model: null, concurrency: 1 }), { code: 'trust/needed' });
    isTrusted = true;
    assert.equal(existsSync(at('made.txt')), false);
    const prepared = await engine.runs.prepare({ prompts, model: null, concurrency: 1 });
    assert.equal(readFileSync(at('made.txt'), 'utf8'), 'x');
    const verdicts: string[] = [];
    const emit = (event: RunEvent): void => void (event.type === 'result' && verdicts.push(event.result.verdict));
    const settings = { concurrency: 1, cap: null, abort: new AbortController(), cancels: new SampleCancels(), emit };
    await engine.runs.run(prepared, { ...settings, cache: 'off' });
    assert.deepEqual(verdicts.sort(), ['fail', 'fail', 'pass', 'pass']);
  });

  it('has a process that ends with the engine', async () => {
    await build();
    const [pid] = calls();
    await engine.dispose();
    while (isRunning(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

/** A process that was killed and is not yet collected does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error.code === 'EPERM';
    throw error;
  }
}
