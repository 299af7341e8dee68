/** The worker thread: whatever burns CPU or can hang runs here, where it can be killed. */
import { parentPort } from 'node:worker_threads';
import { MAX_STORE, readText } from '../adapters/bounded-file.ts';
import { isAtOrWithin, isInside } from '../adapters/within.ts';
import { isHumanError, messageOf } from '../core/problems/errors.ts';
import { gradeHere, renderHere } from '../core/evaluation/evaluate-here.ts';
import {
  GOLDEN_SLICE,
  type TaskFailure,
  type TaskName,
  type TaskReply,
  type TaskRequest,
  type ThreadNews,
  type WorkerTasks,
} from '../adapters/evaluation/tasks.ts';
import { ownThreadId } from '../adapters/evaluation/thread-cpu.ts';
import type { SourceRequest } from '../adapters/clickhouse/source-look.ts';
import { GoldenSets, readerOf } from '../adapters/workspace/golden-sets.ts';
import { PromptLoader } from '../adapters/workspace/prompt-files.ts';
import type { PromptIndex } from '../adapters/workspace/prompt-index.ts';
import type { Workspace } from '../adapters/workspace/root.ts';
import type { GoldenCase } from '../core/golden/case.ts';

const goldenSets = new GoldenSets();

/** The golden set that is being handed over. */
let golden: readonly GoldenCase[] = [];

let analyst: import('../adapters/analysis/prompt-analyst.ts').PromptAnalyst | undefined;

let counter: import('../adapters/analysis/request-counter.ts').RequestCounter | undefined;

let scanner: import('../adapters/workspace/source-scan.ts').SourceScanner | undefined;

let marked: import('../adapters/workspace/code-index.ts').MarkedNames | undefined;
let configs: import('../adapters/workspace/promptfoo-files.ts').PromptfooNames | undefined;

let interactionReader: import('../adapters/interactions/interaction-reader.ts').InteractionReader | undefined;
let shownTitles: import('../adapters/interactions/shown-titles.ts').ShownTitles | undefined;

let receiver: import('../adapters/capture/capture-job.ts').CaptureReceiver | undefined;

let parquetReader: import('../adapters/parquet/parquet-reader.ts').ParquetReader | undefined;

/** The tokenizer's vocabulary takes a third of a second and 60 MB, so it is loaded by the first who counts. */
const tasks: WorkerTasks = {
  load: async ({ workspace, file, unsaved, most }) => {
    const read = readerOf(unsaved, (name) => readText(name, MAX_STORE));
    // What an editor has not saved yet may be on no disk.
    const has = (name: string): Promise<boolean> =>
      Promise.resolve(isInside(workspace.root, name) || (unsaved[name] !== undefined && isAtOrWithin(workspace.root, name)));
    const loaded = await new PromptLoader(workspace, { read, has }, goldenSets.read, goldenSets.names).load(file);
    return most === null ? loaded : { ...loaded, target: { ...loaded.target, cases: loaded.target.cases.slice(0, most) } };
  },
  usedCodePrompts: async ({ workspace, file }) => (await indexOf(workspace)).promptsOf(file),
  promptsOfGolden: async ({ workspace, golden }) =>
    (await import('../adapters/workspace/find-prompts.ts')).promptsUsing(golden, await indexOf(workspace)),
  codePrompts: async ({ path, text }) => {
    const [{ mayHavePrompts }, { readCode }] = await Promise.all([
      import('../core/prompt/code/may-have-prompts.ts'),
      import('../core/prompt/code/read-code.ts'),
    ]);
    if (!mayHavePrompts(text)) return [];
    const { prompts } = readCode(path, text, () => null);
    return prompts.map(({ id, range, containedIn }) => ({ name: id.slice(path.length + 1), range, isContained: containedIn !== null }));
  },
  scanSources: async (job) => {
    const { SourceScanner } = await import('../adapters/workspace/source-scan.ts');
    scanner ??= new SourceScanner();
    return scanner.scan(job);
  },
  movePrompt: async (job) => (await import('../adapters/workspace/edit-code-prompt.ts')).movePrompt(job),
  renamePromptField: async (job) => (await import('../adapters/workspace/edit-code-prompt.ts')).renamePromptField(job),
  render: renderHere,
  grade: gradeHere,
  measureMedia: async ({ base64 }) => (await import('../adapters/workspace/media-facts.ts')).mediaFacts(Buffer.from(base64, 'base64')),
  readGolden: ({ path, text }) => {
    const { cases, hash, diagnostics } = goldenSets.parse(path, text);
    golden = cases;
    return { total: cases.length, hash, diagnostics };
  },
  goldenSlice: ({ from }) => golden.slice(from, from + GOLDEN_SLICE),
  editGolden: async ({ path, text, change }) => {
    const [{ addCases, setExpected }, { changeCases }] = await Promise.all([
      import('../core/golden/edit/edit-golden.ts'),
      import('../core/golden/edit/change-cases.ts'),
    ]);
    // What is read back here is what the editor shows next.
    const set = { path, text, read: (changed: string) => goldenSets.parse(path, changed).cases };
    if ('cells' in change) return changeCases(set, change.cells);
    return 'add' in change ? addCases(set, change.add) : setExpected(set, change.case, change.expected);
  },
  matchScript: async ({ script, request }) => (await import('../adapters/models/scripted/match.ts')).matchScript(script, request),
  analyse: async (job) => {
    const { PromptAnalyst } = await import('../adapters/analysis/prompt-analyst.ts');
    analyst ??= new PromptAnalyst(goldenSets);
    return analyst.analyse(job);
  },
  countRequest: async (job) => {
    const { RequestCounter } = await import('../adapters/analysis/request-counter.ts');
    counter ??= new RequestCounter();
    return counter.count(job);
  },
  interactions: async (job) => {
    const [{ InteractionReader }, { ShownTitles }] = await Promise.all([
      import('../adapters/interactions/interaction-reader.ts'),
      import('../adapters/interactions/shown-titles.ts'),
    ]);
    interactionReader ??= new InteractionReader(() => performance.now());
    shownTitles ??= new ShownTitles();
    return shownTitles.in(job.root, interactionReader.answer(job));
  },
  capture: async (job) => {
    const { CaptureReceiver } = await import('../adapters/capture/capture-job.ts');
    receiver ??= new CaptureReceiver();
    return receiver.take(job);
  },
  parquet: async (job) => {
    const [{ ParquetReader }, library] = await Promise.all([
      import('../adapters/parquet/parquet-reader.ts'),
      import('../adapters/parquet/parquet-library.ts'),
    ]);
    parquetReader ??= new ParquetReader(library);
    return parquetReader.read(job);
  },
  insights: async (job) => (await import('../adapters/interactions/read-insights.ts')).readInsights(job),
  drift: async (job) => (await import('../adapters/interactions/read-drift.ts')).readDrift(job),
  failures: async (job) => (await import('../adapters/interactions/read-failures.ts')).readFailures(job),
  retain: async ({ root, limits, now }) => {
    const [{ addUp }, { keepRetention }] = await Promise.all([
      import('../adapters/interactions/read-insights.ts'),
      import('../adapters/interactions/retention.ts'),
    ]);
    return keepRetention(root, limits, new Date(now), () => addUp(root));
  },
  prune: async ({ root, config, now }) => (await import('../adapters/retention/prune-data.ts')).pruneData(root, config, new Date(now)),
};

async function indexOf(workspace: Workspace): Promise<PromptIndex> {
  const [{ MarkedNames }, { PromptfooNames }, { PromptIndex }] = await Promise.all([
    import('../adapters/workspace/code-index.ts'),
    import('../adapters/workspace/promptfoo-files.ts'),
    import('../adapters/workspace/prompt-index.ts'),
  ]);
  marked ??= new MarkedNames();
  configs ??= new PromptfooNames();
  return new PromptIndex(workspace, marked, configs);
}

/** What a task loads before its time starts: the tokenizer's vocabulary takes 0.66 s of processor time. */
const NEEDS: Readonly<Partial<Record<TaskName, () => Promise<unknown>>>> = {
  matchScript: async () => Promise.all([loadTokenizer(), import('../adapters/models/scripted/match.ts')]),
  // Which vocabulary it needs, its models say: the analyst loads it, and its limit has 2 s for that.
  analyse: async () => import('../adapters/analysis/prompt-analyst.ts'),
  countRequest: async () => Promise.all([loadTokenizer(), import('../adapters/analysis/request-counter.ts')]),
};

const loadTokenizer = async (): Promise<unknown> => (await import('../core/economics/tokens/tokenizer.ts')).encodeText('a');

const tell = (news: ThreadNews): void => parentPort?.postMessage(news);

async function perform(request: TaskRequest | SourceRequest): Promise<TaskReply> {
  const { id } = request;
  try {
    if ('source' in request)
      return { id, result: await (await import('../adapters/clickhouse/source-look.ts')).lookAtSource(request.source) };
    const { task, args } = request;
    await NEEDS[task]?.();
    tell({ began: id });
    const run = tasks[task] as (args: unknown) => unknown;
    return { id, result: await run(args) };
  } catch (error) {
    return { id, error: failureOf(error) };
  }
}

const failureOf = (error: unknown): TaskFailure =>
  isHumanError(error)
    ? { code: error.code, message: error.message, hint: error.hint ?? null }
    : { code: null, message: messageOf(error), hint: null };

/** One after the other, in the order in which they came: the host times the first in line. */
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (request: TaskRequest | SourceRequest) => {
  last = last.then(async () => parentPort?.postMessage(await perform(request)));
});
tell({ thread: ownThreadId() });
