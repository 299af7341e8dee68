/** What an answer in a provider's form says of itself: its id, and how it was served. */
import { serviceOf } from '../../economics/prices/price.ts';
import type { JsonObject } from '../../json/json.ts';
import type { Interaction, ResponseFacts } from '../interactions/interaction.ts';

/** The provider's own name for it; null: it has none. */
export const answerIdIn = (envelope: JsonObject | null): string | null => {
  const id = envelope?.['id'] ?? envelope?.['responseId'];
  return typeof id === 'string' && id !== '' ? id : null;
};

/** How a provider says it served the call, where that changes the price. */
export function servedAs(response: ResponseFacts | undefined): Interaction['served'] {
  const served = serviceOf(response?.serviceTier);
  return Object.keys(served).length === 0 ? undefined : served;
}
