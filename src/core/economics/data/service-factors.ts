/** What other ways to send a request cost, as factors of the standard price, by provider and by model. */
import type { ServiceFactors } from '../prices/price-table.ts';

export interface ServiceRow extends ServiceFactors {
  readonly provider: string;
  /** A regular expression over the model's name; absent: all of its models. */
  readonly models?: string;
  readonly asOf: string;
  readonly source: string;
}

const openai = { provider: 'openai', batch: 0.5, flex: 0.5, priority: 2, asOf: '2026-11-23' } as const;
const google = { provider: 'google', batch: 0.5, flex: 0.5, asOf: '2026-11-28' } as const;

/** The first row that fits counts. */
const SERVICES: readonly ServiceRow[] = [
  {
    ...openai,
    models: String.raw`^gpt-6\.2-`,
    flex: null,
    asOf: '2026-11-28',
    source: 'release notes that cite the page of gpt-6.2: fast × 2, no flex',
  },
  { ...openai, source: 'OpenAI: Batch and flex processing; service_tier' },
  { provider: 'azure', batch: 0.5, flex: 0.5, priority: null, asOf: '2026-11-23', source: 'Azure OpenAI: global batch' },
  {
    provider: 'anthropic',
    models: '^claude-opus-5-5',
    batch: 0.5,
    flex: null,
    priority: 2,
    asOf: '2026-11-28',
    source: 'Anthropic: fast mode of Opus 5.5 ($8 and $40)',
  },
  { provider: 'anthropic', batch: 0.5, flex: null, priority: null, asOf: '2026-11-23', source: 'Anthropic: Message Batches' },
  { ...google, models: String.raw`^gemini-(4-(neon|hydrogen)|3\.[78]-flash)`, priority: 1.8, source: 'Gemini API: Pricing, priority' },
  { ...google, priority: 1.75, asOf: '2026-11-23', source: 'Gemini API: Batch, optimisation' },
  { provider: 'mistral', batch: 0.5, flex: null, priority: null, asOf: '2026-11-23', source: 'Mistral: Batch' },
  { provider: 'openrouter', batch: 0.5, flex: null, priority: null, asOf: '2026-11-23', source: 'OpenRouter: Batches' },
];

/** The factors of a model, or null when no row is known. */
export function serviceFactors(provider: string, model: string): ServiceFactors | null {
  const row = SERVICES.find((item) => item.provider === provider && (item.models === undefined || new RegExp(item.models).test(model)));
  return row === undefined ? null : { batch: row.batch, flex: row.flex, priority: row.priority };
}

/** Claude reports where it answered; `inference_geo: us` costs 1.1 × of everything (Anthropic: Data residency, 2026-11-28). */
const REGIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = { anthropic: { us: 1.1 } };

/** Factors of the price by the region that the response names; null: the region makes no difference, or none that is known. */
export const regionFactors = (provider: string): Readonly<Record<string, number>> | null =>
  Object.hasOwn(REGIONS, provider) ? (REGIONS[provider] ?? null) : null;
