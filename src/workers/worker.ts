/** The worker thread: whatever burns CPU or can hang runs here, where it can be killed. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import { readGoldenSet } from '../core/golden/read-golden.ts';
import { gradeHere, renderHere } from '../core/run/evaluate-here.ts';
import { matchScript } from '../adapters/models/scripted/match.ts';
import { encodeText } from '../core/economics/tokenizer.ts';
import { GOLDEN_SLICE, type TaskReply, type TaskRequest, type WorkerTasks } from '../adapters/evaluation/tasks.ts';
import { withHash } from '../adapters/workspace/golden-hash.ts';
import type { GoldenCase } from '../core/golden/case.ts';

/** The golden set that is being handed over. */
let golden: readonly GoldenCase[] = [];

const tasks: WorkerTasks = {
  render: renderHere,
  grade: gradeHere,
  readGolden: ({ path, text }) => {
    const { cases, hash, diagnostics } = withHash(readGoldenSet(path, text));
    golden = cases;
    return { total: cases.length, hash, diagnostics };
  },
  goldenSlice: ({ from }) => golden.slice(from, from + GOLDEN_SLICE),
  matchScript: ({ script, request }) => matchScript(script, request),
  countTokens: ({ texts }) => texts.map((text) => encodeText(text).length),
};

function perform({ id, task, args }: TaskRequest): TaskReply {
  try {
    const run = tasks[task] as (args: unknown) => unknown;
    return { id, result: run(args) };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
}

parentPort?.on('message', (request: TaskRequest) => parentPort?.postMessage(perform(request)));
parentPort?.postMessage('ready');
