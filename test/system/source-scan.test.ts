/** The search of source files for prompts: what it finds, what it reads and parses again, and how it is stopped. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { WorkerEvaluator } from '../../src/adapters/evaluation/worker-evaluator.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import { SourceScanner } from '../../src/adapters/workspace/source-scan.ts';

const FILES: Readonly<Record<string, string>> = {
  'goldset.yaml': 'prompts:\n  answer: { build: "file://app/build.ts:build" }\n  "app/named.py#NAMED_PROMPT": {}\n',
  'app/marked.ts': '// goldset: welcome\nexport const text = `Hello ${name}`;\n',
  'app/word.ts': '// The word goldset: is no mark of a prompt here.\nexport const a = 1;\n',
  'app/golden.py': 'SYSTEM_PROMPT = "You are kind."\nOTHER_PROMPT = "Be brief."\n',
  'app/golden.SYSTEM_PROMPT.golden.yaml': '- { id: a, expected: x }\n',
  'app/named.py': 'NAMED_PROMPT = "You are brief."\n',
  'app/build.ts': "export const build = () => 'x';\n",
  'app/unused.ts': "export const UNUSED_PROMPT = 'Nothing uses it.';\n",
  'app/plain.ts': 'export const a = 1;\n',
  'app/plain.py': 'a = 1\n',
};
const USED = ['app/build.ts#answer', 'app/golden.py#SYSTEM_PROMPT', 'app/marked.ts#welcome', 'app/named.py#NAMED_PROMPT'];

describe('the search of source files for prompts', function () {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-scan-')));
  const at = (name: string): string => path.join(root, name);
  mkdirSync(at('app'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(at(name), text);
  after(() => rmSync(root, { recursive: true, force: true }));

  const sources = Object.keys(FILES)
    .filter((name) => /\.(?:ts|py)$/.test(name))
    .map(at);
  const scanner = new SourceScanner();
  /** Ids from the root, and how many files were read and parsed for them. */
  async function scan(everything = false, files = sources): Promise<{ ids: string[]; read: number; parsed: number }> {
    const { read, parsed } = scanner;
    const ids = scanner.scan({ workspace: await openWorkspace(root), files, everything });
    return { ids: ids.map((id) => path.relative(root, id)).sort(), read: scanner.read - read, parsed: scanner.parsed - parsed };
  }

  it('finds those that are used, and parses only files with the bytes of a mark', async () => {
    assert.deepEqual(await scan(), { ids: USED, read: 8, parsed: 2 });
  });

  it('reads nothing again that has not changed', async () => {
    assert.deepEqual(await scan(), { ids: USED, read: 0, parsed: 0 });
  });

  it('finds every prompt, where every one is wanted, and parses only files with a clue', async () => {
    const all = [...USED, 'app/golden.py#OTHER_PROMPT', 'app/unused.ts#UNUSED_PROMPT'].sort();
    const first = await scan(true);
    assert.deepEqual(first.ids, all);
    assert.equal(first.parsed, 3, 'golden.py, named.py and unused.ts; the marked ones are known');
    assert.deepEqual(await scan(true), { ids: all, read: 0, parsed: 0 });
    assert.deepEqual(await scan(false), { ids: USED, read: 0, parsed: 0 });
  });

  it('reads a file again whose size or time has changed, and one that is new', async () => {
    writeFileSync(at('app/marked.ts'), '// goldset: farewell\nexport const text = `Bye ${name}`;\n');
    assert.deepEqual(
      (await scan()).ids,
      USED.map((id) => id.replace('welcome', 'farewell')),
    );
    utimesSync(at('app/plain.ts'), 1, 1);
    assert.equal((await scan()).read, 1);
  });

  it('has nothing of a file that is gone', async () => {
    assert.deepEqual(await scan(true, [at('app/gone.ts')]), { ids: [], read: 0, parsed: 0 });
  });

  it('finds the prompts of a golden set on the worker', async () => {
    const evaluator = new WorkerEvaluator(path.resolve('dist/worker.js'));
    try {
      const job = { workspace: await openWorkspace(root), golden: at('app/golden.SYSTEM_PROMPT.golden.yaml') };
      assert.deepEqual(await evaluator.promptsOfGolden(job), [at('app/golden.py#SYSTEM_PROMPT')]);
    } finally {
      await evaluator.dispose();
    }
  });

  it('goes through the worker in slices, and ends when it is stopped between two', async () => {
    const evaluator = new WorkerEvaluator(path.resolve('dist/worker.js'));
    try {
      const workspace = await openWorkspace(root);
      const job = { workspace, files: Array.from({ length: 120 }, (_, i) => sources[i % sources.length] ?? ''), everything: false };
      const found = await evaluator.scanSources(job, new AbortController().signal);
      assert.equal(found?.filter((id) => id.endsWith('#NAMED_PROMPT')).length, 120 / sources.length);
      const abort = new AbortController();
      const stopped = evaluator.scanSources(job, abort.signal);
      abort.abort();
      assert.equal(await stopped, undefined);
    } finally {
      await evaluator.dispose();
    }
  });
});
