/**
 * What a call cost by the provider's own account, wherever it says so. It is preferred to a computed cost: it knows discounts, routes and
 * tools that no price list has. The names are read here and nowhere else.
 *
 * - xAI, `usage.cost_in_usd_ticks`: 10^10 ticks are a US dollar (docs.x.ai, Cost tracking).
 * - OpenRouter, `usage.cost`: what the account is charged; with the user's own key (`is_byok`) the upstream provider charges
 *   `cost_details.upstream_inference_cost` besides (openrouter.ai, Usage accounting).
 * - Perplexity, `usage.cost.total_cost`, with its fee for the request and for searches (docs.perplexity.ai, Pricing).
 * - LiteLLM, `usage.cost` of a stream, and the header `x-litellm-response-cost` (docs.litellm.ai, Response headers). It writes 0 for a model
 *   whose price it does not know, and before the answer of a stream, so its 0 is unknown.
 */
import { isJsonObject, type JsonObject } from '../../json/json.ts';

const TICKS_PER_USD = 1e10;

/** USD that a usage object reports; null: it reports none, or something that is not an amount. */
export function reportedCost(usage: unknown): number | null {
  if (!isJsonObject(usage)) return null;
  const ticks = amount(usage, 'cost_in_usd_ticks');
  if (ticks !== null) return ticks / TICKS_PER_USD;
  const cost = amount(usage, 'cost') ?? (isJsonObject(usage['cost']) ? amount(usage['cost'], 'total_cost') : null);
  if (cost === null) return null;
  const details = isJsonObject(usage['cost_details']) ? usage['cost_details'] : null;
  const upstream = details === null ? null : amount(details, 'upstream_inference_cost');
  if (usage['is_byok'] === true) return upstream === null ? null : cost + upstream;
  // Only OpenRouter says what its 0 means: a free model.
  return cost > 0 || details !== null || usage['is_byok'] === false ? cost : null;
}

/** USD that the headers of a response report; null: they report none. `get` reads a header by its lower-case name. */
export function costInHeaders(get: (name: string) => string | null): number | null {
  const text = get('x-litellm-response-cost')?.trim() ?? '';
  const cost = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(cost) && cost > 0 ? cost : null;
}

/** As a field of a response. */
export function costField(usage: unknown): { readonly costUsd?: number } {
  const cost = reportedCost(usage);
  return cost === null ? {} : { costUsd: cost };
}

function amount(object: JsonObject, name: string): number | null {
  const value = Object.hasOwn(object, name) ? object[name] : null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
