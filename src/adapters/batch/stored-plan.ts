/** The plan of a batch as it was when it was submitted: its prompts and golden cases may be others by the time it is answered. */
import path from 'node:path';
import { ConfigurationError, HumanError } from '../../core/problems/errors.ts';
import { FILE_KINDS, schemaOf, VERSION_HINT, versionProblem } from '../../core/files/file-version.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json/json.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Plan, PlannedCase } from '../../core/run/plan.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { givenAnswer } from '../interactions/given-answer.ts';

type Opener = (id: string, from: string) => Promise<ModelClient>;

interface StoredCandidate {
  readonly id: string;
  readonly target: number;
  readonly model: string;
  /** The folder that a relative name of the model is relative to, itself relative to the workspace's. */
  readonly from: string;
  readonly parameters: JsonObject;
  readonly cases: number;
  /** Of an answer that is there already; absent: a model is asked. */
  readonly given?: { readonly output: string; readonly endpoint: string };
}

/** What a batch of `goldset judge run` is of. */
export interface Judging {
  /** As labels and journals name it. */
  readonly judge: string;
  /** Of its prompt, and which model: when the batch was submitted. */
  readonly version: string;
  readonly model: string;
  /** What the answers are graded by, in words. */
  readonly criterion: string;
}

/** Plain data throughout; what candidates share is in it once. `judging`: null: an ordinary run. */
export function storePlan(plan: Plan, root: string, judging: Judging | null): JsonObject {
  if (plan.comparisons.some(({ a }) => a.kind === 'stored'))
    throw new ConfigurationError(
      'batch/baseline',
      'A batch can’t be compared with an earlier run directly.',
      'Run it without the baseline, then compare: goldset compare RUN working.',
    );
  const targets: RunTarget[] = [];
  const cases: (readonly PlannedCase[])[] = [];
  const indexIn = <T>(list: T[], item: T): number => (list.includes(item) ? list.indexOf(item) : list.push(item) - 1);
  const candidates = plan.candidates.map(({ candidate, cases: own }): StoredCandidate => {
    const { id, target, client, parameters } = candidate;
    return {
      id,
      target: indexIn(targets, target),
      model: client.id,
      from: path.relative(root, fromOf(client, target, root)),
      parameters: parameters as JsonObject,
      cases: indexIn(cases, own),
      ...(client.given === undefined ? {} : { given: { output: client.given, endpoint: client.endpoint } }),
    };
  });
  const { repeats, comparisons, shard } = plan;
  const judged = judging === null ? {} : { judging };
  return {
    ...{ schema: schemaOf(FILE_KINDS.plan), root, targets, cases, candidates, repeats, comparisons, shard },
    ...judged,
  } as unknown as JsonObject;
}

/** Null: the plan is of an ordinary run. */
export function judgingOf({ judging }: JsonObject): Judging | null {
  if (!isJsonObject(judging)) return null;
  const { judge, version, model, criterion } = judging;
  if ([judge, version, model, criterion].every((value) => typeof value === 'string')) return judging as unknown as Judging;
  throw new HumanError('batch/damaged', 'The plan of this batch is incomplete.', 'Submit it again.');
}

/** @throws {HumanError} when it is not what `storePlan` made. @throws {ConfigurationError} when a model cannot be opened. */
export async function restorePlan(stored: JsonObject, root: string, open: Opener): Promise<Plan> {
  const problem = versionProblem(stored['schema'], FILE_KINDS.plan);
  if (problem !== null) throw new HumanError('batch/version', `The plan of this batch cannot be read. ${problem}`, VERSION_HINT);
  const { targets, cases, candidates, repeats, comparisons, shard } = stored;
  if (![targets, cases, candidates, comparisons].every(Array.isArray) || typeof repeats !== 'number')
    throw new HumanError('batch/damaged', 'The plan of this batch cannot be read.', 'Submit it again: goldset run --batch');
  const restored = await Promise.all(
    (candidates as unknown as StoredCandidate[]).map(async ({ id, target, model, from, parameters, cases: own, given }) => ({
      candidate: {
        id,
        target: objectAt(targets, target) as unknown as RunTarget,
        client: given === undefined ? await open(model, path.resolve(root, from)) : givenAnswer(model, given.output, given.endpoint),
        parameters,
      },
      cases: listAt(cases, own) as unknown as PlannedCase[],
    })),
  );
  return {
    candidates: restored,
    repeats,
    comparisons: comparisons as unknown as Plan['comparisons'],
    shard: (shard ?? null) as unknown as Plan['shard'],
  };
}

/** A scripted model's file is named relative to the prompt, or to the workspace. */
function fromOf(client: ModelClient, { document }: RunTarget, root: string): string {
  const own = path.dirname(path.resolve(root, document.path));
  if (client.source !== 'scripted') return own;
  const file = client.origin.slice('scripted:'.length);
  return [own, root].find((from) => path.resolve(from, client.id.slice('scripted:'.length)) === file) ?? own;
}

const objectAt = (list: JsonValue | undefined, index: number): JsonObject => {
  const item = Array.isArray(list) ? list[index] : undefined;
  if (isJsonObject(item)) return item;
  throw new HumanError('batch/damaged', 'The plan of this batch is incomplete.', 'Submit it again: goldset run --batch');
};

const listAt = (list: JsonValue | undefined, index: number): JsonValue[] => {
  const item = Array.isArray(list) ? list[index] : undefined;
  return Array.isArray(item) ? item : [];
};
