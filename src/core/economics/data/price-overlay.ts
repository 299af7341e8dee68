/** What the price data of genai-prices lacks, with its date and source. Rates: USD per million tokens. */
import type { Rates, ServiceFactors } from '../prices/price.ts';

export interface OverlayRow {
  readonly provider: string;
  readonly model: string;
  readonly rates: Rates;
  readonly tiers?: readonly { readonly above: number; readonly rates: Rates }[];
  readonly contextWindow: number | null;
  readonly asOf: string;
  readonly source: string;
}

export const MISSING_MODELS: readonly OverlayRow[] = [
  {
    provider: 'openai',
    model: 'gpt-6.1-sol',
    // The write rate is OpenAI's rule since gpt-5.6: 1.25 × input for the 30-minute lifetime.
    rates: { input: 2, cacheRead: 0.1, cacheWriteShort: 2.5, cacheWriteLong: null, output: 10 },
    tiers: [{ above: 272_000, rates: { input: 4, cacheRead: 0.2, cacheWriteShort: 5, cacheWriteLong: null, output: 15 } }],
    contextWindow: null,
    asOf: '2026-11-23',
    source: 'release notes that cite the model page of gpt-6.1',
  },
];

/** Factors of the standard price, by provider. */
export const SERVICES: Readonly<Record<string, ServiceFactors & { readonly asOf: string; readonly source: string }>> = {
  openai: { batch: 0.5, flex: 0.5, priority: 2, asOf: '2026-11-23', source: 'OpenAI: Batch and flex processing; service_tier' },
  azure: { batch: 0.5, flex: 0.5, priority: null, asOf: '2026-11-23', source: 'Azure OpenAI: global batch' },
  anthropic: { batch: 0.5, flex: null, priority: null, asOf: '2026-11-23', source: 'Anthropic: Message Batches' },
  google: { batch: 0.5, flex: 0.5, priority: 1.75, asOf: '2026-11-23', source: 'Gemini API: Batch, optimisation' },
  mistral: { batch: 0.5, flex: null, priority: null, asOf: '2026-11-23', source: 'Mistral: Batch' },
  openrouter: { batch: 0.5, flex: null, priority: null, asOf: '2026-11-23', source: 'OpenRouter: Batches' },
};
