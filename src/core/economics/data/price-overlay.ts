/** What the public price data lacks or does not date, with date and source. Rates: USD per million tokens. */
import type { DatedPrice, Rates } from '../prices/price-table.ts';

export interface OverlayRow {
  readonly provider: string;
  readonly model: string;
  /** In the order of time. */
  readonly prices: readonly DatedPrice[];
  /** Tokens; null: not known. */
  readonly contextWindow: number | null;
  readonly asOf: string;
  readonly source: string;
}

const rates = (
  input: number,
  output: number,
  cacheRead: number,
  cacheWriteShort: number | null = null,
  cacheWriteLong: number | null = null,
): Rates => ({
  input,
  cacheRead,
  cacheWriteShort,
  cacheWriteLong,
  output,
});

type Span = Partial<Pick<DatedPrice, 'from' | 'until' | 'tiers'>>;

const price = (of: Rates, { from = null, until = null, tiers = [] }: Span = {}): DatedPrice => ({
  from,
  until,
  hours: null,
  rates: of,
  tiers,
});

/** OpenAI bills a request above 272,000 input tokens whole at these rates. */
const long = (of: Rates): Span => ({ tiers: [{ above: 272_000, rates: of }] });

/** Google's introductory price of its Flash models, and the one after it. */
const FLASH: readonly DatedPrice[] = [
  price(rates(0.75, 3.75, 0.075), { until: '2026-12-31' }),
  price(rates(1.5, 7.5, 0.15), { from: '2027-01-01' }),
];

const openai = {
  provider: 'openai',
  contextWindow: null,
  asOf: '2026-11-28',
  source: 'release notes that cite the page of the model',
} as const;
const anthropic = { provider: 'anthropic', contextWindow: null, asOf: '2026-11-28' } as const;
const google = { provider: 'google', contextWindow: null, asOf: '2026-11-28', source: 'release notes that cite the price page' } as const;
const flash = {
  ...google,
  contextWindow: 1_000_000,
  source: 'Gemini API: Pricing (introductory price until 31 December 2026)',
  prices: FLASH,
} as const;

export const OVERLAY: readonly OverlayRow[] = [
  {
    ...openai,
    model: 'gpt-6.1-sol',
    asOf: '2026-11-23',
    source: 'release notes that cite the model page of gpt-6.1',
    // The write rate is OpenAI's rule since gpt-5.6: 1.25 × input for the 30-minute lifetime.
    prices: [price(rates(2, 10, 0.1, 2.5), long(rates(4, 15, 0.2, 5)))],
  },
  { ...openai, model: 'gpt-6.1-terra', prices: [price(rates(1, 5, 0.05, 1.25), { from: '2026-10-26' })] },
  { ...openai, model: 'gpt-6.2-sol', prices: [price(rates(2, 10, 0.1, 2.5), long(rates(4, 15, 0.2, 5)))] },
  { ...openai, model: 'gpt-6.2-astra', prices: [price(rates(8, 40, 0.4, 10), long(rates(16, 60, 0.8, 20)))] },
  {
    ...anthropic,
    model: 'claude-haiku-5-5',
    source: 'Anthropic: pages of the model and of the migration',
    prices: [
      price(rates(0.1, 0.5, 0.01, 0.125, 0.2), {
        from: '2026-10-07',
        tiers: [{ above: 100_000, rates: rates(0.5, 2.5, 0.05, 0.625, 1) }],
      }),
    ],
  },
  {
    ...anthropic,
    model: 'claude-sonnet-5-5',
    source: 'Anthropic: page of the model; input, output and cache writes as claude-sonnet-5',
    prices: [price(rates(2, 10, 0.1, 2.5, 4), { from: '2026-10-07' })],
  },
  {
    ...google,
    model: 'gemini-4-argon',
    prices: [price(rates(2, 10, 0.1), { until: '2026-11-30' }), price(rates(4, 20, 0.2), { from: '2026-12-01' })],
  },
  { ...google, model: 'gemini-4-neon', prices: [price(rates(3, 15, 0.15))] },
  { ...google, model: 'gemini-4-hydrogen', prices: [price(rates(1.5, 7.5, 0.075))] },
  {
    provider: 'x-ai',
    model: 'grok-4.7',
    contextWindow: 500_000,
    asOf: '2026-09-29',
    source: 'docs.x.ai: Pricing',
    // From 200,000 tokens on.
    prices: [price(rates(2, 6, 0.5), { tiers: [{ above: 199_999, rates: rates(4, 12, 1) }] })],
  },
  { ...flash, model: 'gemini-3.6-flash' },
  { ...flash, model: 'gemini-3.7-flash' },
  { ...flash, model: 'gemini-3.8-flash' },
];

/** Prices that a provider has promised until a day, without saying what comes after it. `model`: without its date. */
export const PROMISES: readonly {
  readonly provider: string;
  readonly model: string;
  readonly until: string;
  readonly asOf: string;
  readonly source: string;
}[] = [
  {
    provider: 'openai',
    model: 'gpt-5.6-sol',
    until: '2026-11-21',
    asOf: '2026-11-28',
    source: 'OpenAI: changelog ("through at least 21 November")',
  },
];
