/** Money is spent on purpose: an unscoped run asks before it starts, and so does one that is likely to cost more than `spend.askAbove`. */
import * as vscode from 'vscode';
import { count, usd } from '../core/figures.ts';
import { unsavedTexts } from './documents.ts';
import type { PreparedRun, RunEngine } from './run-engine.ts';

/** USD, where goldset.yaml does not say. */
const ASK_ABOVE = 0.1;

/** `cap`: USD, or null for none. False: the user declined. */
export async function mayStart(engine: RunEngine, prepared: PreparedRun, cap: number | null, mustAsk: boolean): Promise<boolean> {
  const { samples, likelyUsd, assumedUsd, unpriced } = await engine.estimate(prepared, unsavedTexts());
  const uncapped = cap !== null && unpriced.length > 0;
  const askAbove = prepared.workspace.config.spend.askAbove ?? ASK_ABOVE;
  if (!mustAsk && !uncapped && assumedUsd <= askAbove) return true;
  const { calls, known, atMostUsd } = await engine.survey(prepared);
  if (calls === 0) return true;
  const reused = known === 0 ? '' : ` ${count(known)} more answers are known already.`;
  const cost = [
    likelyUsd === null ? 'The cost is not known yet' : `About ${usd((likelyUsd * calls) / samples)}`,
    atMostUsd === null ? 'no output limit, so no upper bound' : `at most ${usd(atMostUsd)}`,
  ].join(', ');
  const detail = uncapped
    ? `Nobody knows what ${unpriced.join(', ')} costs, so the cap of ${usd(cap)} cannot be kept.${reused}`
    : `${cost}.${cap === null ? '' : ` The run stops at ${usd(cap)}.`}${reused}`;
  const prompts = prepared.plan.candidates.length;
  const question = `Ask ${count(calls)} times${prompts > 1 ? ` for ${count(prompts)} prompts` : ''}?`;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Run')) === 'Run';
}
