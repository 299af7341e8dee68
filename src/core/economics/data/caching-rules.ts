/**
 * When a provider caches a prompt's prefix. The first row that fits a model counts.
 * Providers change these often: every row has its date and source, and a user's price file can override it.
 */

export interface CachingRule {
  /** Tokens that a prefix must have to be cached. */
  readonly minimum: number;
  /** A cached prefix ends at a multiple of this; 1: where it ends. Tokens. */
  readonly block: number;
  /** How long an entry lives after its last use, seconds. */
  readonly ttlSeconds: number;
  /** `automatic`: nothing to do. `marked`: only where the request sets a breakpoint. `best-effort`: no promise. */
  readonly kind: 'automatic' | 'marked' | 'best-effort';
  /** The provider sets one mark by itself, at the end of the newest message, and charges for writing it. Absent: it sets none. */
  readonly implicit?: boolean;
  /** Blocks before a mark in which an earlier entry is looked for; absent: all. */
  readonly lookBack?: number;
  readonly asOf: string;
  readonly source: string;
}

export interface CachingRuleData extends CachingRule {
  readonly provider: string;
  /** A regular expression over the model's name. */
  readonly models: string;
}

const OPENAI = { provider: 'openai', minimum: 1024, kind: 'automatic', asOf: '2026-11-23', source: 'OpenAI: Prompt caching' } as const;
const CLAUDE = {
  provider: 'anthropic',
  block: 1,
  ttlSeconds: 300,
  kind: 'marked',
  lookBack: 20,
  asOf: '2026-11-23',
  source: 'Anthropic: Prompt caching',
} as const;
/** Rows that were read again later. */
const CONFIRMED = { asOf: '2026-11-28' } as const;
const GEMINI = {
  provider: 'google',
  block: 1,
  ttlSeconds: 300,
  kind: 'best-effort',
  asOf: '2026-11-23',
  source: 'Gemini API: Context caching',
} as const;
/** No page states the minimum of these models: that of 2.5. */
const AS_OTHERS = {
  minimum: 2048,
  source: 'Gemini API: Context caching, which states no minimum for this model: that of Gemini 2.5',
} as const;
/** Implicit caching with a durable tier: an entry may live that long, without a promise. */
const VERTEX = {
  ...GEMINI,
  ...CONFIRMED,
  provider: 'vertex',
  ttlSeconds: 86_400,
  source: 'Vertex AI: Context caching (up to 24 hours)',
} as const;

const RULES: readonly CachingRuleData[] = [
  // These find a prefix again only at a mark that an earlier request had too; the automatic one stands at the very end.
  { ...OPENAI, kind: 'marked', implicit: true, models: String.raw`^gpt-(5\.[6-9]|[6-9])`, block: 1, ttlSeconds: 1800 },
  { ...OPENAI, models: String.raw`^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o[134]|chatgpt|codex)`, block: 128, ttlSeconds: 300 },
  { ...OPENAI, provider: 'azure', models: String.raw`.`, block: 128, ttlSeconds: 300, source: 'Azure OpenAI: Prompt caching' },
  { ...CLAUDE, models: String.raw`^claude-(opus-5|fable-5-1|mythos-5-1)`, minimum: 512 },
  { ...CLAUDE, ...CONFIRMED, models: String.raw`^claude-(haiku|sonnet)-5-5`, minimum: 512 },
  {
    ...CLAUDE,
    ...CONFIRMED,
    models: String.raw`^claude-mythos-5`,
    minimum: 2048,
    source: 'Anthropic: Prompt caching; other pages say 512',
  },
  { ...CLAUDE, ...CONFIRMED, models: String.raw`^claude-fable-5`, minimum: 1024, source: 'Anthropic: Prompt caching; other pages say 512' },
  { ...CLAUDE, models: String.raw`^claude-(opus-4-7|mythos|haiku-3-5|3-5-haiku)`, minimum: 2048 },
  { ...CLAUDE, models: String.raw`^claude-(opus-4-[56]|haiku-4-5)`, minimum: 4096 },
  { ...CLAUDE, models: String.raw`.`, minimum: 1024 },
  { ...GEMINI, models: String.raw`^gemini-(3\.1-pro|3-pro|3\.[5-9]-flash)`, minimum: 4096 },
  { ...GEMINI, models: String.raw`^gemini-3-flash`, minimum: 1024 },
  { ...GEMINI, models: String.raw`^gemini-2\.5`, minimum: 2048 },
  { ...GEMINI, ...AS_OTHERS, models: String.raw`.` },
  { ...VERTEX, models: String.raw`^gemini-(3\.1-pro|3-pro|3\.[5-9]-flash)`, minimum: 4096 },
  { ...VERTEX, models: String.raw`^gemini-3-flash`, minimum: 1024 },
  { ...VERTEX, models: String.raw`^gemini-2\.5`, minimum: 2048 },
  { ...VERTEX, ...AS_OTHERS, models: String.raw`^gemini-` },
  {
    provider: 'deepseek',
    models: String.raw`.`,
    minimum: 64,
    block: 64,
    ttlSeconds: 3600,
    kind: 'automatic',
    asOf: '2026-11-23',
    source: 'DeepSeek: Context caching on disk',
  },
  {
    provider: 'xai',
    models: String.raw`.`,
    minimum: 128,
    block: 128,
    ttlSeconds: 300,
    kind: 'best-effort',
    asOf: '2026-11-23',
    source: 'xAI: Prompt caching',
  },
];

/** The rule of a model, or null when none is known. `rules`: others than the built-in ones, from a later download. */
export const cachingRule = (provider: string, model: string, rules: readonly CachingRuleData[] = RULES): CachingRule | null =>
  rules.find((row) => row.provider === provider && new RegExp(row.models).test(model)) ?? null;

/** Whether a document is a list of caching rules. Its patterns are short and plain, so that none can run away. */
export const isCachingRules = (value: unknown): value is CachingRuleData[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((row: Partial<Record<keyof CachingRuleData, unknown>> | null) => {
    const numbers = [row?.minimum, row?.block, row?.ttlSeconds];
    const texts = [row?.provider, row?.models, row?.kind, row?.asOf, row?.source];
    return (
      numbers.every((item) => typeof item === 'number' && item > 0) &&
      texts.every((item) => typeof item === 'string') &&
      ['automatic', 'marked', 'best-effort'].includes(String(row?.kind)) &&
      /^[\^$\w.|()[\]\-\\ ]{1,200}$/.test(String(row?.models)) &&
      isPattern(String(row?.models))
    );
  });

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Whether an OpenAI model accepts marks for the prompt cache in a request; earlier models refuse the field. */
export const takesBreakpoints = (model: string): boolean => /^gpt-(5\.[6-9]|[6-9])/.test(model);
