/** What one call of each candidate of a plan is likely to cost, from the analysis of its prompt. */
import path from 'node:path';
import { isFree } from '../../core/run/estimate.ts';
import type { Candidate, Plan } from '../../core/run/plan.ts';
import type { Workspace } from '../workspace/root.ts';
import type { WorkerEvaluator } from './worker-evaluator.ts';

/** Scripted models without a price are not analysed: they are free. `isBatch`: where the provider has a batch service, at its price. USD by candidate; null: not known, because the price is not, or nothing says how long the answer will be. */
export async function costPerCall(
  plan: Plan,
  workspace: Workspace,
  unsaved: Readonly<Record<string, string>>,
  evaluator: WorkerEvaluator,
  isBatch = false,
): Promise<(candidate: Candidate) => number | null> {
  const costs = new Map<string, number | null>();
  for (const { candidate } of plan.candidates) {
    const { document } = candidate.target;
    const key = keyOf(candidate);
    if (costs.has(key) || isFree(candidate)) continue;
    const models = document.model?.id === candidate.client.id ? [] : [candidate.client.id];
    const file = path.resolve(workspace.root, document.path);
    const { report } = await evaluator.analyse({ workspace, file, unsaved, models, previous: null, off: [] });
    costs.set(key, report.models[0]?.costPerCallUsd[isBatch && candidate.client.batch ? 'batch' : 'expected'] ?? null);
  }
  return (candidate) => costs.get(keyOf(candidate)) ?? null;
}

const keyOf = ({ target, client }: Candidate): string => `${target.document.path}\u0000${client.id}`;
