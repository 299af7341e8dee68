/**
 * The names that tools and clouds have for a model, as one: who made it, its name there, and who serves it. Price, tokenizer, caching rule,
 * services and capabilities are all found by what this file returns.
 */
import { parseModelId } from './model-id.ts';

export interface ModelName {
  /** Who made the model, as the price data name them: openai, anthropic, google, deepseek …; who serves it where no maker is known. */
  readonly provider: string;
  /** Its maker's name for it, without host, region and suffix: `claude-sonnet-5-5`. */
  readonly model: string;
  /** Who serves it: openai, azure, bedrock, vertex, openrouter, …, or a provider of goldset.yaml. */
  readonly host: string;
  /** Its host's name for it: `us.anthropic.claude-sonnet-5-5-v1:0`. */
  readonly hostModel: string;
  /** The format that the name itself chooses (promptfoo's `openai:chat:…`); null: it chooses none. */
  readonly api: 'chat' | 'responses' | 'embedding' | null;
}

/** Other names of hosts: Genkit's plugins, promptfoo's providers, price data. */
const HOSTS: Readonly<Record<string, string>> = {
  googleai: 'google',
  gemini: 'google',
  'google-ai': 'google',
  'google-genai': 'google',
  vertexai: 'vertex',
  'vertex-ai': 'vertex',
  'google-vertex': 'vertex',
  'azure-openai': 'azure',
  azureopenai: 'azure',
  'azure-foundry': 'azure',
  'amazon-bedrock': 'bedrock',
  'aws-bedrock': 'bedrock',
  aws: 'bedrock',
  claude: 'anthropic',
  'x-ai': 'xai',
  grok: 'xai',
  mistralai: 'mistral',
  deepseek: 'deepseek',
  'github-models': 'github',
};

/** The host that a name of a provider means: `googleai` is google. */
export const hostNamed = (provider: string): string => (Object.hasOwn(HOSTS, provider) ? (HOSTS[provider] ?? provider) : provider);

/** Who made a model, by the beginning of its name. */
const MAKERS: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-(?!oss)|o[134](-|$)|chatgpt-|codex-|text-embedding-3|text-embedding-ada|computer-use)/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^(gemini-|gemma-)/, 'google'],
  [/^grok-/, 'xai'],
  [/^deepseek/, 'deepseek'],
  [/^(mistral|ministral|magistral|codestral|devstral|pixtral|open-mi[sx]tral)/, 'mistral'],
];

/** Words for makers in front of a model's name (OpenRouter, Bedrock, LiteLLM, Vertex). */
const MAKER_WORDS: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  'x-ai': 'xai',
  xai: 'xai',
  deepseek: 'deepseek',
  'deepseek-ai': 'deepseek',
  mistralai: 'mistral',
  mistral: 'mistral',
  'meta-llama': 'meta',
  meta: 'meta',
  qwen: 'qwen',
  moonshotai: 'moonshotai',
  amazon: 'amazon',
  cohere: 'cohere',
};

const APIS: Readonly<Record<string, NonNullable<ModelName['api']>>> = {
  chat: 'chat',
  completion: 'chat',
  responses: 'responses',
  messages: 'chat',
  embedding: 'embedding',
  embeddings: 'embedding',
};

/**
 * What a name of any tool or cloud means, or null when no provider is named and none can be told from the name.
 * `servedBy`: the provider whose server this is, where goldset.yaml's address tells it.
 */
export function resolveModelName(text: string, servedBy: string | null = null): ModelName | null {
  const parsed = parseModelId(text) ?? bareName(text);
  if (parsed === null) return null;
  const { api, rest } = withoutApi(parsed.model);
  const host = servedBy ?? hostNamed(parsed.provider);
  const found = makersName(rest);
  return {
    provider: found.provider ?? (host === 'vertex' ? 'google' : host),
    model: found.model,
    host,
    hostModel: rest,
    api,
  };
}

function bareName(text: string): { provider: string; model: string } | null {
  const { provider, model } = makersName(text.trim());
  return provider === null ? null : { provider, model };
}

/** promptfoo writes the format between provider and name: `openai:chat:gpt-6-luna`, `azure:responses:DEPLOYMENT`. */
function withoutApi(name: string): { api: ModelName['api']; rest: string } {
  const [first = '', ...others] = name.split(':');
  const api = APIS[first.toLowerCase()] ?? null;
  return api === null || others.length === 0 ? { api: null, rest: name } : { api, rest: others.join(':') };
}

/** A name without region, maker and suffix, and who made it. */
function makersName(name: string): { provider: string | null; model: string } {
  const path = name.split('/');
  // Vertex: publishers/google/models/NAME. Bedrock: arn:aws:bedrock:…:inference-profile/NAME.
  let rest = (path.at(-1) ?? name).toLowerCase();
  let maker = MAKER_WORDS[(path.at(-2) === 'models' ? path.at(-3) : path.at(-2))?.toLowerCase() ?? ''] ?? null;
  const dotted = /^(?:(?:us|us-gov|eu|apac|jp|au|ca|global|regional)\.)?([a-z0-9-]+)\.([a-z][\w.:@-]*)$/.exec(rest);
  const word = MAKER_WORDS[dotted?.[1] ?? ''];
  if (dotted?.[2] !== undefined && word !== undefined) {
    maker = word;
    rest = dotted[2];
  }
  rest = rest
    .replace(/@(\d{8}|default|latest)$/, (_all, day: string) => (/^\d/.test(day) ? `-${day}` : ''))
    .replace(/(-v\d+)?:\d+(:\w+)?$/, '')
    .replace(/:[a-z][\w-]*$/, '');
  // OpenRouter writes versions with a dot: anthropic/claude-sonnet-4.5.
  if (rest.startsWith('claude-')) rest = rest.replace(/-v\d+$/, '').replaceAll('.', '-');
  return { provider: MAKERS.find(([pattern]) => pattern.test(rest))?.[1] ?? maker, model: rest };
}
