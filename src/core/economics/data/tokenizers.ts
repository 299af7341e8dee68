/** Which vocabulary counts a model's tokens, and what is known of one that is not shipped. What a run reports corrects it (calibration.ts). */
import { SCRIPT_RATES, type MeasuredVocabulary } from './script-rates.ts';
import type { VocabularyName } from '../tokens/vocabulary.ts';

export interface TokenizerFact {
  /** The vocabulary that counts is the model's own. */
  readonly exact: boolean;
  /** That counts; absent: o200k_base. */
  readonly vocabulary?: VocabularyName;
  /** Tokens of the model ÷ tokens of the vocabulary that counts; with `rates`, in English prose. */
  readonly factor: number;
  /** Share by which the true count may differ; with `rates`, in English prose. */
  readonly band: number;
  /** The row of script-rates.ts that gives a factor and a band for each script; absent: `factor` and `band` are for all texts. */
  readonly rates?: MeasuredVocabulary;
  /** Reported tokens ÷ the estimate, where runs have taught it; it is part of `factor`. Absent: 1. */
  readonly correction?: number;
  /** False: the model's vocabulary is not published, and nothing was learnt from its reported usage. Absent: true. */
  readonly isMeasured?: boolean;
  readonly source: string;
}

interface Row {
  readonly models: RegExp;
  /** What counts exactly, or what it is estimated from. */
  readonly by: VocabularyName | MeasuredVocabulary;
  readonly source: string;
}

/** The vendor publishes no vocabulary, so the band holds what all published ones count. */
const NOT_PUBLISHED = 'the vocabulary of this model is not published: not measured, between what published vocabularies count';

const TOKENIZERS: readonly Row[] = [
  { models: /^gpt-oss/, by: 'o200k_base', source: 'tiktoken: o200k_harmony' },
  { models: /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o1|o3|o4|chatgpt-4o)/, by: 'o200k_base', source: 'tiktoken: o200k_base' },
  { models: /^(gpt-4(?![.o\d])|gpt-3\.5|gpt-35|text-embedding-(3|ada-002))/, by: 'cl100k_base', source: 'tiktoken: cl100k_base' },
  { models: /^gpt-/, by: 'openai', source: `o200k_base; ${NOT_PUBLISHED}` },
  {
    models: /^claude-(opus-4-[78]|opus-5|sonnet-5|haiku-5|fable|mythos)/,
    by: 'claude-5',
    source: `${NOT_PUBLISHED}, and about 30 % more (Anthropic: Token counting)`,
  },
  { models: /^claude-/, by: 'claude', source: NOT_PUBLISHED },
  { models: /^(gemini-|gemma-?3)/, by: 'gemma3', source: 'measured on the vocabulary of Gemma 3, which Google’s SDK counts Gemini with' },
  { models: /(^|[./])llama-?3(?!\d)/, by: 'llama3', source: 'measured on the vocabulary of Llama 3.1' },
  { models: /(^|[./])(qwen-?(2|2\.5|3)(?![.\d])|qwq)/, by: 'qwen3', source: 'measured on the vocabulary of Qwen 3' },
  { models: /(^|[./])deepseek-(v3|r1|chat|reasoner)/, by: 'deepseek3', source: 'measured on the vocabulary of DeepSeek V3' },
  {
    models: /(^|[./])(open-mistral-nemo|mistral-(nemo|small|medium)|ministral|magistral|devstral|pixtral)/,
    by: 'tekken',
    source: 'measured on the vocabulary of Mistral Nemo (Tekken)',
  },
  { models: /^/, by: 'open', source: NOT_PUBLISHED },
];

/** Without the pattern of its row: facts are written as JSON. */
export function tokenizerFact(model: string): TokenizerFact {
  const { by, source } = TOKENIZERS.find(({ models }) => models.test(model)) ?? { by: 'open', source: NOT_PUBLISHED };
  if (by === 'o200k_base' || by === 'cl100k_base') return { exact: true, vocabulary: by, factor: 1, band: 0, isMeasured: true, source };
  const { english, isMeasured } = SCRIPT_RATES[by];
  return { exact: false, factor: english.factor, band: english.band, rates: by, isMeasured, source };
}
