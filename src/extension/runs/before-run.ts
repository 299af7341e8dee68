/** Money is spent on purpose: an unscoped run asks before it starts, and so does one that is likely to cost more than `spend.askAbove`. */
import * as vscode from 'vscode';
import { count, usd } from '../../core/figures.ts';
import { unsavedTexts } from '../window/documents.ts';
import type { PreparedRun, RunEngine } from '../../engine/run-engine.ts';

/** USD, where goldset.yaml does not say. */
const ASK_ABOVE = 0.1;

/** `isBatch`: by batch, at its price. `cap`: USD, or null for none. False: the user declined. */
export async function mayStart(
  engine: RunEngine,
  prepared: PreparedRun,
  cap: number | null,
  mustAsk: boolean,
  isBatch = false,
): Promise<boolean> {
  const { samples, likelyUsd, assumedUsd, unpriced } = await engine.estimate(prepared, unsavedTexts(), isBatch);
  const uncapped = cap !== null && unpriced.length > 0;
  const askAbove = prepared.workspace.config.spend.askAbove ?? ASK_ABOVE;
  if (!mustAsk && !uncapped && assumedUsd <= askAbove) return true;
  const { calls, known, atMostUsd } = await engine.dryRun(prepared, isBatch);
  if (calls === 0) return true;
  const reused = known === 0 ? '' : ` ${count(known)} more answers are known already.`;
  const cost = [
    likelyUsd === null ? 'The cost is not known yet' : `About ${usd((likelyUsd * calls) / samples)}`,
    atMostUsd === null ? 'no output limit, so no upper bound' : `at most ${usd(atMostUsd)}`,
  ].join(', ');
  const detail = uncapped
    ? `Nobody knows what ${unpriced.join(', ')} costs, so the cap of ${usd(cap)} cannot be kept.${reused}`
    : `${cost}.${cap === null ? '' : isBatch ? ` Nothing is submitted that could pass ${usd(cap)}.` : ` The run stops at ${usd(cap)}.`}${reused}`;
  const prompts = prepared.plan.candidates.length;
  const forPrompts = prompts > 1 ? ` for ${count(prompts)} prompts` : '';
  const question = isBatch ? `Submit ${count(calls)} requests${forPrompts} as a batch?` : `Ask ${count(calls)} times${forPrompts}?`;
  const within = isBatch ? ' Answers come within 24 hours, at the price of a batch.' : '';
  const action = isBatch ? 'Submit' : 'Run';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: `${detail}${within}` }, action)) === action;
}
