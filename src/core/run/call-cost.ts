/** What one call of a candidate is likely to cost, thinking apart. USD; null: not known. */
import type { ModelCost } from '../economics/cost-report.ts';

export interface CallCost {
  /** Null: the price, the answer or the thinking is not known. */
  readonly likely: number | null;
  /** Between what it costs where thinking is not measured, or as it was measured; null: not known. */
  readonly low: number | null;
  readonly high: number | null;
  /** What of it is for thinking; `likely` is null until a call has shown it. */
  readonly thinking: { readonly likely: number | null; readonly low: number | null; readonly high: number | null };
}

export const UNKNOWN_CALL_COST: CallCost = { likely: null, low: null, high: null, thinking: { likely: null, low: null, high: null } };

/** From the analysis of a prompt. `isBatch`: at the price of the provider's batch service. */
export function callCostOf({ costPerCallUsd: cost, price, reasoning, split }: ModelCost, isBatch: boolean): CallCost {
  const share = !isBatch ? 1 : cost.batch !== null && cost.cold !== null && cost.cold > 0 ? Math.min(1, cost.batch / cost.cold) : 1;
  const rate = price === null ? null : (price.rates.output * share) / 1e6;
  const usd = (tokens: number | null): number | null => (tokens === null || rate === null ? null : tokens * rate);
  return {
    likely: isBatch ? cost.batch : cost.expected,
    low: cost.low === null ? null : cost.low * share,
    high: cost.high,
    thinking: {
      likely: split === null || reasoning.mean === null ? null : split.reasoning * share,
      low: usd(reasoning.low),
      high: usd(reasoning.high),
    },
  };
}
