/** What one call of each candidate of a plan is likely to cost, from the analysis of its prompt. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { isFree } from '../../core/run/estimate.ts';
import { callCostOf, UNKNOWN_CALL_COST, type CallCost } from '../../core/run/call-cost.ts';
import type { Candidate, Plan } from '../../core/run/plan.ts';
import type { Workspace } from '../workspace/root.ts';
import type { WorkerEvaluator } from './worker-evaluator.ts';

/** Scripted models without a price are not analysed: they are free. `isBatch`: where the provider has a batch service, at its price. USD by candidate; not known where the price is not, or nothing says how long the output will be. */
export async function costPerCall(
  plan: Plan,
  workspace: Workspace,
  unsaved: Readonly<Record<string, string>>,
  evaluator: Pick<WorkerEvaluator, 'analyse'>,
  isBatch = false,
): Promise<(candidate: Candidate) => CallCost> {
  const costs = new Map<string, CallCost>();
  for (const { candidate } of plan.candidates) {
    const { client, parameters, target } = candidate;
    const { document } = target;
    const key = keyOf(candidate);
    if (costs.has(key) || isFree(candidate)) continue;
    if (candidate.callCost !== undefined) {
      costs.set(key, candidate.callCost);
      continue;
    }
    const models = document.model?.id === client.id ? [] : [client.id];
    const file = path.resolve(workspace.root, document.path);
    // A prompt of a trial may be in no file: the bound of its request is known all the same.
    if (unsaved[file] === undefined && !existsSync(fileOfPrompt(file))) continue;
    const { report, runCosts } = await evaluator.analyse({ workspace, file, unsaved, models, parameters, previous: null, off: [] });
    const [model] = report.models;
    costs.set(key, model === undefined ? UNKNOWN_CALL_COST : callCostOf(model, isBatch && client.batch !== undefined, runCosts[0]));
  }
  return (candidate) => costs.get(keyOf(candidate)) ?? UNKNOWN_CALL_COST;
}

const keyOf = ({ name = '', target, client, parameters }: Candidate): string =>
  `${name}\u0000${target.document.path}\u0000${client.id}\u0000${JSON.stringify(parameters)}`;
