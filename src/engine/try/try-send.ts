/** Sends the request of each lane. Every lane ends with an answer, be it broken, and one that fails does not stop the others. */
import type { PickedFiles } from '../../adapters/tries/picked-files.ts';
import { TryCalls } from '../../adapters/tries/try-calls.ts';
import { dryRunPorts } from '../../adapters/run/dry-run-ports.ts';
import { mediaReader } from '../../adapters/workspace/media-files.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { resolveModel } from '../../core/config/resolve-model.ts';
import { sha256 } from '../../adapters/hash.ts';
import type { Message } from '../../core/prompt/request.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { dryRun } from '../../core/run/estimate.ts';
import { asksBefore, oneCall } from '../../core/run/estimate-spend.ts';
import type { Plan } from '../../core/run/plan.ts';
import { brokenAnswer, checkedOutput, triedAnswer } from '../../core/try/read-answer.ts';
import { planTry, triedCase, type PlannedLane } from '../../core/try/try-plan.ts';
import type { TryProblem } from '../../protocol/try.ts';
import { isStop, stoppedBefore, type LaneState } from './try-lane.ts';
import type { TryPorts } from './try-ports.ts';
import { tryProblem, BY_PERSON } from './try-problem.ts';

export interface SendJob {
  /** Of one prompt and one input. */
  readonly lanes: readonly LaneState[];
  readonly workspace: Workspace;
  readonly ports: TryPorts;
  readonly abort: AbortController;
  /** Sent although the answer is known. */
  readonly refresh: boolean;
  readonly picked: PickedFiles;
}

/** `ended`: an answer is whole, or broken by a problem. */
export async function sendLanes(job: SendJob, ended: (lane: LaneState, problem: TryProblem | null) => void): Promise<void> {
  const { lanes, workspace, ports, abort, refresh } = job;
  const [first] = lanes;
  if (first === undefined) return;
  const { loaded, typed, messages, tools } = first.input;
  const fail = (lane: LaneState, error: unknown): void => {
    const source = lane.client?.source ?? (lane.lane.model.startsWith('scripted:') ? 'scripted' : 'model');
    lane.answer = brokenAnswer(lane.text, lane.thinking, { source }, lane.ttftMs);
    lane.conversation = [...(lane.request?.messages ?? lane.conversation), ...partial(lane.text)];
    ended(lane, error === DECLINED ? NOT_SENT : isStop(error) && abort.signal.aborted ? BY_PERSON : tryProblem(error));
  };
  const failAll = (open: readonly LaneState[], error: unknown): void => {
    for (const lane of open) fail(lane, error);
  };
  if (abort.signal.aborted) return failAll(lanes, stoppedBefore());
  let target: RunTarget;
  try {
    target = await ports.settled(loaded, workspace, typed.vars);
  } catch (error) {
    return failAll(lanes, error);
  }
  const goldenCase = triedCase({ ...typed, tools, ...(messages === undefined ? {} : { messages }) }, target.document.path);
  const open: LaneState[] = [];
  const planned: PlannedLane[] = [];
  const opener = ports.models(workspace);
  for (const lane of lanes) {
    try {
      const { document } = target;
      // The prompt's own model, given by its id, is still written in the prompt.
      const given = lane.lane.model === document.model?.id ? null : lane.lane.model;
      const model = resolveModel({ given, document, config: workspace.config }, 'Choose a model.');
      const client = await opener.open(model.id, modelFolder(model, { file: loaded.file, root: workspace.root }));
      lane.client = client;
      planned.push({ client, parameters: lane.lane.effort === null ? {} : { reasoningEffort: lane.lane.effort } });
      open.push(lane);
    } catch (error) {
      fail(lane, error);
    }
  }
  if (open.length === 0) return;
  const plan = planTry(target, goldenCase, planned, sha256);
  const isCheap = await isSurelyCheap(plan, job);
  if (abort.signal.aborted) return failAll(open, stoppedBefore());
  if (!isCheap && !(await ports.mayStart(plan, workspace, refresh))) return failAll(open, DECLINED);
  if (abort.signal.aborted) return failAll(open, stoppedBefore());
  await sendPlan({ ...job, lanes: open }, plan, fail, ended);
}

/** Whether the most that it can cost is known, and is less than a person is asked about. */
async function isSurelyCheap(plan: Plan, { workspace, ports, picked }: SendJob): Promise<boolean> {
  const evaluator = ports.evaluatorOf(workspace);
  const readMedia = picked.reader(mediaReader(workspace.root, evaluator.measureMedia));
  const { atMostUsd } = await dryRun(plan, { ...dryRunPorts(workspace.root, evaluator, null), readMedia });
  return atMostUsd !== null && !asksBefore(oneCall(atMostUsd), workspace.config.spend.askAbove);
}

const DECLINED = Symbol('declined');
const NOT_SENT: TryProblem = { message: 'Nothing was sent: you declined the cost.', hint: null, action: null };

async function sendPlan(
  { lanes, workspace, ports, abort, refresh, picked }: SendJob,
  plan: Plan,
  fail: (lane: LaneState, error: unknown) => void,
  ended: (lane: LaneState, problem: TryProblem | null) => void,
): Promise<void> {
  const byName = new Map(lanes.map((lane) => [lane.lane.id, lane]));
  const evaluator = ports.evaluatorOf(workspace, abort.signal);
  const calls = new TryCalls({
    root: workspace.root,
    plan,
    evaluator,
    readMedia: picked.reader(mediaReader(workspace.root, evaluator.measureMedia)),
    cache: refresh ? 'refresh' : 'use',
    cap: workspace.config.spend.perRun,
    abort,
    emit: (event) => {
      if ('sample' in event) byName.get(event.sample.candidate)?.take(event);
      else for (const lane of lanes) if (lane.client?.origin === event.origin) lane.take(event);
    },
  });
  const send = async (lane: LaneState, candidate: Plan['candidates'][number]): Promise<void> => {
    try {
      lane.parameters = candidate.candidate.parameters;
      const sent = await calls.send(candidate, lane.lane.id, (request) => (lane.request = request));
      const isAnswered = sent.last.toolCalls.length === 0;
      const schema = isAnswered ? await checkedOutput(sent.answered.response.output, sent.request.output.schema, evaluator) : null;
      lane.conversation = sent.conversation;
      if (lane.input.messages === undefined) lane.rendered = sent.request.messages;
      lane.waiting = sent.last.toolCalls.map((call) => ({ call, result: null }));
      lane.answer = triedAnswer(sent, candidate.candidate.client, lane.thinking, schema);
    } catch (error) {
      fail(lane, error);
      return;
    }
    ended(lane, null);
  };
  try {
    await Promise.all(
      lanes.map((lane, i) => {
        const candidate = plan.candidates[i];
        return candidate === undefined ? Promise.resolve() : send(lane, candidate);
      }),
    );
  } finally {
    calls.close();
  }
}

/** What had arrived, as the last message of the conversation. */
const partial = (text: string): Message[] => (text === '' ? [] : [{ role: 'model', content: [{ text }] }]);
