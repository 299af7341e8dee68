/** Prices of public models from the dated data of genai-prices, guarded: an id that it only resembles is an estimate, and said so. */
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { Pricing } from './price.ts';
import type { Usage } from './usage.ts';

/** The bundled data's date: that of the package's release (it carries no date of its own). */
export const PRICE_DATA = { asOf: '2026-09-23', source: 'genai-prices 0.1.8' } as const;

/** The price of a model at a provider, or null when nothing like it is known. */
export function findPricing(provider: string, model: string): Pricing | null {
  const known = findProvider({ providerId: provider })?.models ?? [];
  const probe = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId: provider });
  if (probe === null) return null;
  const exact = probe.model.id === model || isSnapshotOf(model, probe.model.id);
  const basedOn = known.find((item) => item.id === probe.model.id)?.id ?? probe.model.id;
  return {
    info: { ...PRICE_DATA, basis: exact ? 'exact' : 'estimated', basedOn: exact ? null : basedOn },
    costUsd: (usage) => calcPrice(asGenaiUsage(usage), model, { providerId: provider })?.total_price ?? null,
  };
}

/** `gpt-6-luna-2026-09-01` is a dated snapshot of `gpt-6-luna`; `gpt-6-luna-pro` is another model. */
const isSnapshotOf = (model: string, id: string): boolean =>
  model.startsWith(`${id}-`) && /^(\d{4}-?\d{2}-?\d{2}|latest)$/.test(model.slice(id.length + 1));

const asGenaiUsage = (usage: Usage): Record<string, number> => ({
  input_tokens: usage.input,
  output_tokens: usage.output,
  cache_read_tokens: usage.cacheRead,
  cache_write_tokens: usage.cacheWriteShort + usage.cacheWriteLong,
});
