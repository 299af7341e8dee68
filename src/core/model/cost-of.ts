import type { ModelClient } from './model-client.ts';
import type { ModelResponse } from './model-request.ts';

/** USD of one answer: as reported by the responder, else from its usage and the price of its day; null: unknown. */
export function costOf(
  { pricing }: Pick<ModelClient, 'pricing'>,
  { costUsd, usage, service, region, charges, answeredAt }: ModelResponse,
): number | null {
  if (costUsd !== undefined) return costUsd >= 0 ? costUsd : null;
  if (usage === null || pricing === null) return null;
  const served = {
    ...(service === undefined ? {} : { service }),
    ...(region === undefined ? {} : { region }),
    ...(charges === undefined ? {} : { charges }),
  };
  return pricing.costUsd(usage, served, answeredAt === undefined ? undefined : new Date(answeredAt));
}
