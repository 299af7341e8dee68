/**
 * Which provider answers at which host: one table for the library, telemetry and prices. Names are those of the price data. Dated
 * 2026-11-30; test/unit/provider-hosts.test.ts compares it with the patterns of genai-prices.
 */

const HOSTS: readonly (readonly [host: RegExp, provider: string])[] = [
  [/^api\.openai\.com$/, 'openai'],
  [/^api\.anthropic\.com$/, 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'google'],
  [/^api\.groq\.com$/, 'groq'],
  [/^openrouter\.ai$/, 'openrouter'],
  [/^api\.mistral\.ai$/, 'mistral'],
  [/^api\.together\.(?:xyz|ai)$/, 'together'],
  [/^api\.deepseek\.com$/, 'deepseek'],
  [/^api\.fireworks\.ai$/, 'fireworks'],
  [/^api\.x\.ai$/, 'x-ai'],
  [/^api\.perplexity\.ai$/, 'perplexity'],
  [/^api\.cerebras\.ai$/, 'cerebras'],
  [/^api\.novita\.ai$/, 'novita'],
  [/^api\.cohere\.(?:com|ai)$/, 'cohere'],
  [/^api\.moonshot\.(?:ai|cn)$/, 'moonshotai'],
  [/^[\w-]+\.openai\.azure\.com$/, 'azure'],
  [/^bedrock-runtime\.[\w-]+\.amazonaws\.com$/, 'aws'],
];

/** Null: a host that is not known, such as one of the user's. */
export function providerOfHost(host: string): string | null {
  const name = host.toLowerCase();
  return HOSTS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** `api.groq.com:llama-…`, as records of earlier versions have it, is a model of `groq`. */
export function withProviderOfHost(model: string): string {
  const colon = model.indexOf(':');
  const provider = colon === -1 ? null : providerOfHost(model.slice(0, colon));
  return provider === null ? model : `${provider}:${model.slice(colon + 1)}`;
}
