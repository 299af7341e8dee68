import type { ModelClient } from './model-client.ts';
import type { ModelResponse } from './model-request.ts';

/** USD of one answer: as reported by the responder, else from its usage and price; null: unknown. */
export function costOf({ pricing }: Pick<ModelClient, 'pricing'>, { costUsd, usage, service }: ModelResponse): number | null {
  if (costUsd !== undefined) return costUsd >= 0 ? costUsd : null;
  return usage === null || pricing === null ? null : pricing.costUsd(usage, service);
}
