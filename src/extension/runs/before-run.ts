/** Money is spent on purpose: an unscoped run asks before it starts, and so does one that is likely to cost more than `spend.askAbove`. */
import * as vscode from 'vscode';
import { quantity, usd } from '../../core/figures.ts';
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
  const { calls, known, atMostUsd } = await engine.survey(prepared, isBatch);
  if (calls === 0) return true;
  const reused = known === 0 ? '' : ` ${quantity(known, 'answer')} reused.`;
  const cost = [
    likelyUsd === null ? 'Cost not known yet' : `About ${usd((likelyUsd * calls) / samples)}`,
    atMostUsd === null ? 'no output limit, so no upper bound' : `at most ${usd(atMostUsd)}`,
  ].join(', ');
  const detail = uncapped
    ? `No price known for ${unpriced.join(', ')}, so the spending limit of ${usd(cap)} can’t be enforced.${reused}`
    : `${cost}.${cap === null ? '' : isBatch ? ` No batch that could exceed ${usd(cap)} is submitted.` : ` The run stops at ${usd(cap)}.`}${reused}`;
  const prompts = prepared.plan.candidates.length;
  const forPrompts = prompts > 1 ? ` for ${quantity(prompts, 'prompt')}` : '';
  const question = isBatch
    ? `Submit ${quantity(calls, 'request')}${forPrompts} as a batch?`
    : `Send ${quantity(calls, 'request')}${forPrompts}?`;
  const within = isBatch ? ' Answers arrive within 24 hours at the batch price.' : '';
  const action = isBatch ? 'Submit' : 'Run';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: `${detail}${within}` }, action)) === action;
}
