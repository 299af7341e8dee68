/** What one call of a candidate is likely to cost, thinking apart. USD; null: not known. */
import type { CaseCost, RunCost } from '../economics/run-cost.ts';
import type { ModelCost } from '../economics/cost-report.ts';

export interface CallCost {
  /** Null: the price, the answer or the thinking is not known. */
  readonly likely: number | null;
  /** Between what it costs where thinking is not measured, or as it was measured; null: not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Case by case, the first call cold and the others as far as they read what it wrote; null: as `likely`. */
  readonly cases: readonly CaseCost[] | null;
  /** Tokens of the answer alone; null: not known. */
  readonly answerTokens: number | null;
  /** What of it is for thinking; `likely` is null until a call has shown it. */
  readonly thinking: { readonly likely: number | null; readonly low: number | null; readonly high: number | null };
}

export const UNKNOWN_CALL_COST: CallCost = {
  ...{ likely: null, low: null, high: null, cases: null, answerTokens: null },
  thinking: { likely: null, low: null, high: null },
};

/**
 * From the analysis of a prompt. `isBatch`: at the price of the provider's batch service, which has a factor before any answer is known. Where it
 * is not known, the standard price is the upper end.
 */
export function callCostOf(
  { costPerCallUsd: cost, price, reasoning, split, tokens }: ModelCost,
  isBatch: boolean,
  run?: RunCost,
): CallCost {
  const { batch, standard } = price?.service ?? { batch: null, standard: null };
  // The analysis has the price of the service that the prompt names; a batch has its own.
  const share = !isBatch ? 1 : batch === null || standard === null || standard === 0 ? null : batch / standard;
  const times = (usd: number | null): number | null => (usd === null || share === null ? null : usd * share);
  const service = isBatch ? batch : standard;
  const rate = price === null || service === null ? null : (price.rates.output * service) / 1e6;
  const thinking = (tokens: number | null): number | null => (tokens === null || rate === null ? null : tokens * rate);
  return {
    likely: isBatch ? cost.batch : cost.expected,
    low: times(cost.low),
    high: share === null ? cost.high : times(cost.high),
    cases: (isBatch ? run?.batch : run?.live) ?? null,
    answerTokens: tokens.answer.p50,
    thinking: {
      likely: split === null || reasoning.mean === null ? null : times(split.reasoning),
      low: thinking(reasoning.low),
      high: thinking(reasoning.high),
    },
  };
}
