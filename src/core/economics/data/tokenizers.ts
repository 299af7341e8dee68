/**
 * How a model's tokens relate to those of o200k_base, before anything was learnt from reported usage.
 * Factors for Claude and Gemini are starting values; a model's own calls correct them (calibration.ts).
 */

export interface TokenizerFact {
  /** o200k_base is the model's own vocabulary. */
  readonly exact: boolean;
  /** Tokens of the model ÷ tokens of o200k_base. */
  readonly factor: number;
  /** Share by which the true count may differ. */
  readonly band: number;
  readonly source: string;
}

interface Row extends TokenizerFact {
  readonly models: RegExp;
}

const TOKENIZERS: readonly Row[] = [
  {
    models: /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o1|o3|o4|chatgpt-4o)/,
    exact: true,
    factor: 1,
    band: 0,
    source: 'tiktoken: o200k_base',
  },
  { models: /^gpt-/, exact: false, factor: 1, band: 0.05, source: 'o200k_base; the vocabulary of this model is not published' },
  {
    models: /^claude-(opus-4-[78]|opus-5|sonnet-5|haiku-5|fable|mythos)/,
    exact: false,
    factor: 1.45,
    band: 0.12,
    source: 'Anthropic: Token counting (about 30 % more than before)',
  },
  { models: /^claude-/, exact: false, factor: 1.12, band: 0.1, source: 'measured on public vocabularies' },
  { models: /^gemini-/, exact: false, factor: 1.08, band: 0.1, source: 'default value, not calibrated' },
  { models: /./, exact: false, factor: 1.1, band: 0.2, source: 'default value, not calibrated' },
];

const UNKNOWN: TokenizerFact = { exact: false, factor: 1, band: 0.2, source: 'o200k_base' };

/** Without the pattern of its row: facts are written as JSON. */
export function tokenizerFact(model: string): TokenizerFact {
  const row = TOKENIZERS.find(({ models }) => models.test(model));
  if (row === undefined) return UNKNOWN;
  const { exact, factor, band, source } = row;
  return { exact, factor, band, source };
}
