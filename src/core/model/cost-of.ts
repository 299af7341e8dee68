import type { ModelClient } from './model-client.ts';
import type { ModelResponse } from './model-request.ts';

/** USD of one answer: what whoever answered says, else by its usage and price; null: not known. */
export function costOf({ pricing }: Pick<ModelClient, 'pricing'>, { costUsd, usage, service }: ModelResponse): number | null {
  if (costUsd !== undefined) return costUsd;
  return usage === null || pricing === null ? null : pricing.costUsd(usage, service);
}
