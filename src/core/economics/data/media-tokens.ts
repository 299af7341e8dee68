/**
 * What a PDF or audio costs in input tokens, as a band: providers publish rates per page and per second, and some of them a range. Sources:
 * Anthropic "PDF support" (1,500–3,000 tokens of text a page, and the page as an image), Gemini "Document understanding" (258 tokens a page),
 * "Media resolution" (280, 560 or 1,120 tokens a page from Gemini 3 on) and "Audio understanding" (32 tokens a second), OpenAI "Managing
 * Realtime costs" (10 tokens a second); read on 2026-11-23. OpenAI publishes no rate for pages: the band is assumed.
 */

export interface TokenBand {
  readonly low: number;
  readonly high: number;
}

interface Rate extends TokenBand {
  readonly models: RegExp;
}

const PER_PAGE: readonly Rate[] = [
  { models: /^claude-(opus-4-[78]|opus-5|sonnet-5|haiku-5|fable|mythos)/, low: 1500, high: 3000 + 4784 },
  { models: /^claude-/, low: 1500, high: 3000 + 1568 },
  { models: /^gemini-[12]\./, low: 258, high: 258 },
  { models: /^gemini-/, low: 280, high: 1120 },
  { models: /./, low: 300, high: 4500 },
];

const PER_SECOND: readonly Rate[] = [
  { models: /^gemini-/, low: 32, high: 32 },
  { models: /./, low: 10, high: 32 },
];

/** Where the bytes do not tell: from one page to the most that a provider takes in one file (Anthropic 600, Gemini 1,000). */
const UNKNOWN_PAGES: TokenBand = { low: 1, high: 1000 };
/** From a second to the longest that Gemini takes, 9.5 hours. */
const UNKNOWN_SECONDS: TokenBand = { low: 1, high: 34_200 };

/** Tokens of a PDF. `pages`: null: not known. */
export const pdfTokens = (model: string, pages: number | null): TokenBand => times(PER_PAGE, model, pages, UNKNOWN_PAGES);

/** Tokens of audio. `seconds`: null: not known. */
export const audioTokens = (model: string, seconds: number | null): TokenBand => times(PER_SECOND, model, seconds, UNKNOWN_SECONDS);

function times(rates: readonly Rate[], model: string, amount: number | null, unknown: TokenBand): TokenBand {
  const { low, high } = rates.find(({ models }) => models.test(model)) ?? { low: 0, high: 0 };
  return { low: Math.ceil((amount ?? unknown.low) * low), high: Math.ceil((amount ?? unknown.high) * high) };
}
