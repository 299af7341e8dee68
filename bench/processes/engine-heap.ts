/** Weeks of the editor's engine in one process: runs one after the other, with what a window does after each. Prints memory as JSON. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startWorker } from '../../src/adapters/evaluation/start-worker.ts';
import { CaseVerdicts } from '../../src/engine/runs/case-verdicts.ts';
import type { Engine, EngineOptions } from '../../src/engine/engine.ts';
import { SampleCancels } from '../../src/core/calls/sample-cancels.ts';

export interface EngineHeap {
  /** MB of the main thread's heap and buffers after a collection. */
  readonly heapMb: number;
  /** MB of the whole process, with the worker thread. */
  readonly residentMb: number;
}

/** Runs after which the floor is measured: everything has been loaded by then. */
const FIRST = 50;

async function main(): Promise<void> {
  const [file = '', count = '0', bundles = ''] = process.argv.slice(2);
  const worker = path.join(bundles, 'worker.js');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle that the editor loads
  const { createEngine } = require(path.join(bundles, 'engine.js')) as { createEngine(options: EngineOptions): Engine };
  const keys = { keyForOrigin: () => Promise.resolve(null), variable: () => null, isAllowed: () => false };
  const engine = createEngine({
    worker,
    started: startWorker(worker),
    keys,
    quietKeys: keys,
    readText: (name) => readFile(name, 'utf8'),
    models: {},
    mayRunCode: () => true,
    gitExecutable: undefined,
  });
  const verdicts = new CaseVerdicts();
  let floor: EngineHeap | null = null;
  for (let i = 1; i <= Number(count); i++) {
    await runOnce(engine, verdicts, file);
    if (i === FIRST) floor = measured();
  }
  console.log(JSON.stringify({ floor, end: measured() }));
  await engine.dispose();
}

async function runOnce(engine: Engine, verdicts: CaseVerdicts, file: string): Promise<void> {
  const prepared = await engine.runs.prepare({ prompts: [{ file, cases: null }], model: null, concurrency: 8 });
  const record = verdicts.recorder(prepared.workspace.root, prepared.plan);
  await engine.runs.run(prepared, {
    concurrency: 8,
    cap: null,
    abort: new AbortController(),
    cancels: new SampleCancels(),
    cache: 'refresh',
    emit: (event) => {
      if (event.type === 'result') record(event.result);
    },
  });
  // A lens, and the list of runs of the page.
  await engine.analysePrompt(file, { unsaved: {}, models: [], off: [], git: true });
  await engine.archive.list(prepared.workspace.root, [], []);
}

function measured(): EngineHeap {
  if (globalThis.gc === undefined) throw new Error('Start it with --expose-gc.');
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapMb: (heapUsed + external) / 2 ** 20, residentMb: rss / 2 ** 20 };
}

void main();
