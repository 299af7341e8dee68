/** What a request's parameters and its model say about thinking, before the request is sent. */
import { isJsonObject } from '../../json/json.ts';
import type { Parameters } from '../../prompt/document.ts';
import type { Capabilities } from '../data/capability-row.ts';
import { thinkingRange } from '../data/thinking-ranges.ts';
import type { ModelFacts } from '../model-facts.ts';
import type { ObservedRun } from '../observed.ts';
import { effortOf, parameterMisfits, withoutMisfits } from '../parameter-fit.ts';
import { ENOUGH_CALLS, type MeasuredCall, type ThinkingOutlook } from './reasoning-estimate.ts';

type ThinkingFacts = Pick<ModelFacts, 'id' | 'model' | 'capabilities' | 'sentLimit' | 'api'>;

export function thinkingOutlook({ model, capabilities, sentLimit, api }: ThinkingFacts, written: Parameters): ThinkingOutlook {
  // What the model rejects is not sent, so it switches nothing.
  const parameters = withoutMisfits(written, parameterMisfits(written, capabilities, { api, hasTools: false }));
  const requested = parameters.maxOutputTokens ?? sentLimit ?? null;
  const limit = requested ?? capabilities?.outputLimit ?? null;
  const thinks = doesThink(capabilities, parameters);
  const effort = thinks === false ? null : (effortOf(parameters) ?? capabilities?.defaultEffort ?? null);
  return {
    effort,
    thinks,
    limit,
    limitOf: limit === null ? null : requested === null ? 'model' : 'request',
    stated: thinks === true ? thinkingRange(model, effort) : null,
  };
}

/** Whether a request with these parameters makes the model think; null: not known of this model. */
function doesThink(
  capabilities: Pick<Capabilities, 'thinking' | 'efforts' | 'defaultEffort'> | null,
  parameters: Parameters,
): boolean | null {
  const mode = capabilities?.thinking?.mode ?? null;
  if (mode === 'never') return false;
  if (mode === 'always') return true;
  const own = switchIn(parameters);
  if (own !== null) return own;
  const effort = effortOf(parameters);
  // Only where an effort `none` exists does the effort switch thinking on and off; elsewhere it says how much a model writes.
  if (effort === 'none') return false;
  if (effort !== null && (mode === null || capabilities?.efforts?.includes('none') === true)) return true;
  return mode === null ? null : mode === 'on';
}

/** What parameters in the provider's own words say: `thinking: { type: disabled }`, a budget of 0; null: nothing. */
function switchIn(parameters: Parameters): boolean | null {
  const { thinking } = parameters;
  if (isJsonObject(thinking) && typeof thinking['type'] === 'string') return thinking['type'] !== 'disabled';
  if (typeof parameters['enable_thinking'] === 'boolean') return parameters['enable_thinking'];
  const config = parameters['thinkingConfig'] ?? parameters['thinking_config'];
  const budget = isJsonObject(config) ? (config['thinkingBudget'] ?? config['thinking_budget']) : undefined;
  return typeof budget === 'number' ? budget !== 0 : null;
}

/** Runs with this model that thought as a request with these parameters does, in the order given. */
export function runsThinkingAlike(facts: ThinkingFacts, parameters: Parameters, runs: readonly ObservedRun[]): ObservedRun[] {
  const own = settingOf(facts, parameters);
  return runs.filter((run) => run.model === facts.id && settingOf(facts, run.parameters) === own);
}

/** Calls of the newest of these runs, of as many runs as an estimate takes. `runs`: newest first. */
export function measuredCalls(facts: ThinkingFacts, runs: readonly ObservedRun[]): MeasuredCall[] {
  const calls: MeasuredCall[] = [];
  for (const { parameters, thinking } of runs) {
    if (calls.length >= ENOUGH_CALLS) break;
    const outlook = thinkingOutlook(facts, parameters);
    calls.push(...thinking.map((tokens) => ({ ...tokens, outlook })));
  }
  return calls;
}

/** Parameters that set how long a model thinks in the provider's own words, beside the effort. */
const BUDGETS = ['thinking', 'thinkingConfig', 'thinking_config', 'enable_thinking'] as const;

/** What decides how long a model thinks. */
function settingOf(facts: ThinkingFacts, parameters: Parameters): string {
  const { effort, thinks } = thinkingOutlook(facts, parameters);
  return JSON.stringify([thinks, effort, ...BUDGETS.map((name) => parameters[name] ?? null)]);
}
