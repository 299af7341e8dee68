/** Money is spent on purpose: an unscoped run asks before it starts, and so does one that is likely to cost more than `spend.askAbove`. */
import * as vscode from 'vscode';
import { quantity, usd } from '../../core/display/figures.ts';
import {
  asksBefore,
  callsOfAll,
  estimateSpend,
  judgesText,
  likelyText,
  quotaText,
  type SpendEstimate,
} from '../../core/run/estimate-spend.ts';
import { unsavedTexts } from '../window/documents.ts';
import type { PreparedRun, RunEngine } from '../../engine/runs/run-engine.ts';

export interface StartTerms {
  /** USD; null: none. */
  readonly cap: number | null;
  /** Ask before it starts, whatever it costs. */
  readonly mustAsk: boolean;
  /** By batch, at its price. */
  readonly isBatch?: boolean;
  /** Sends every request again, stored answers or not. */
  readonly refresh?: boolean;
}

/** False: the user declined. */
export async function mayStart(
  engine: RunEngine,
  prepared: PreparedRun,
  { cap, mustAsk, isBatch = false, refresh = false }: StartTerms,
): Promise<boolean> {
  const { plan, judged, workspace } = prepared;
  const perCallUsd = await engine.costPerCall(prepared, unsavedTexts(), isBatch);
  const spendOf = (callsOf: ReadonlyMap<string, number>): SpendEstimate => estimateSpend({ plan, judged, callsOf, perCallUsd });
  const mustTell = ({ calls, unpriced }: SpendEstimate): boolean => (mustAsk && calls > 0) || (cap !== null && unpriced.length > 0);
  const isAsked = (spend: SpendEstimate): boolean => mustTell(spend) || asksBefore(spend, workspace.config.spend.askAbove);
  // Known answers only make it less: where all samples together are not worth a question, nothing has to be rendered.
  const atMost = spendOf(callsOfAll(plan));
  if (!isAsked(atMost) && atMost.quota.requests === 0) return true;
  const { callsOf, known, atMostUsd } = await engine.dryRun(prepared, { isBatch, refresh });
  const spend = spendOf(callsOf);
  const quota = quotaText(spend);
  if (!isAsked(spend)) {
    // Said, not asked: a person who runs one case again and again is not stopped each time.
    if (quota !== '') void vscode.window.showInformationMessage(`Goldset: ${quota}`);
    return true;
  }
  const { calls, judgements, unpriced } = spend;
  const reused = known === 0 ? '' : ` ${quantity(known, 'answer')} reused.`;
  const cost = [
    capitalised(likelyText(spend)),
    ...(atMostUsd !== null
      ? [`at most ${usd(atMostUsd)}`]
      : spend.rangeUsd !== null && spend.rangeUsd.high !== null
        ? []
        : ['no output limit, so no upper bound']),
  ].join(', ');
  const detail =
    cap !== null && unpriced.length > 0
      ? `No price known for ${unpriced.join(', ')}, so the spending limit of ${usd(cap)} can’t be enforced.${reused}`
      : `${cost}${judgesText(judged)}.${cap === null ? '' : isBatch ? ` No batch that could exceed ${usd(cap)} is submitted.` : ` The run stops at ${usd(cap)}.`}${reused}`;
  const prompts = plan.candidates.length;
  const forPrompts = prompts > 1 ? ` for ${quantity(prompts, 'prompt')}` : '';
  const within = isBatch ? ' Answers arrive within 24 hours at the batch price.' : '';
  const action = isBatch ? 'Submit' : 'Run';
  const question = questionOf(calls, judgements, forPrompts, isBatch);
  return (
    (await vscode.window.showWarningMessage(
      question,
      { modal: true, detail: `${detail}${within}${quota === '' ? '' : ` ${quota}`}` },
      action,
    )) === action
  );
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** With all answers reused, the question is about the judge requests. */
function questionOf(calls: number, judgements: number, forPrompts: string, isBatch: boolean): string {
  const requests = calls > 0 ? quantity(calls, 'request') : quantity(judgements, 'judge request');
  return isBatch ? `Submit ${requests}${forPrompts} as a batch?` : `Send ${requests}${forPrompts}?`;
}
