/**
 * How servers that speak OpenAI's Chat Completions differ from it. Data, dated 2026-11-23 (docs of each server, issues of
 * each project); `providers: NAME: { server: … }` in goldset.yaml chooses one where an address does not tell.
 */
import type { JsonObject } from '../json/json.ts';
import { isLoopbackHost } from './key-pair.ts';

export interface Dialect {
  readonly name: string;
  /** Which field limits the output, in tokens. */
  readonly limit: 'max_tokens' | 'max_completion_tokens';
  /** Takes `stream`. */
  readonly streams: boolean;
  /** Takes `stream_options`, and reports usage in a stream only with it. */
  readonly streamOptions: boolean;
  /** How structured output is asked for: OpenAI's `json_schema`, or only `json_object`. */
  readonly structured: 'json_schema' | 'json_object';
  /** Parameters that it has under another name, or in another place: value → fields of the body. */
  readonly parameters: Readonly<Record<string, (value: unknown) => JsonObject>>;
  /** The header that the key goes into. */
  readonly keyHeader: 'authorization' | 'api-key' | 'x-goog-api-key';
  /** What to know before numbers of it are trusted, for `goldset models`; null: nothing. */
  readonly note: string | null;
}

const OFFICIAL: Dialect = {
  name: 'openai',
  limit: 'max_completion_tokens',
  streams: true,
  streamOptions: true,
  structured: 'json_schema',
  parameters: { reasoningEffort: (value) => ({ reasoning_effort: value as string }) },
  keyHeader: 'authorization',
  note: null,
};

/** A server of which nothing is known. */
const COMPATIBLE: Dialect = { ...OFFICIAL, name: 'openai-compatible', limit: 'max_tokens' };

const local = (name: string, rest: Partial<Dialect>): Dialect => ({ ...COMPATIBLE, name, ...rest });

export const DIALECTS = {
  openai: OFFICIAL,
  'openai-compatible': COMPATIBLE,
  ollama: local('ollama', {
    note: 'Ollama silently truncates prompts longer than its num_ctx. Compare the reported input tokens with Goldset’s count.',
  }),
  'lm-studio': local('lm-studio', { structured: 'json_schema', note: 'LM Studio accepts a JSON Schema but has no plain JSON mode.' }),
  'llama.cpp': local('llama.cpp', { note: 'llama.cpp always answers with the model it was started with, not the one in the request.' }),
  vllm: local('vllm', { note: 'vLLM reports cached tokens only if started with --enable-prompt-tokens-details.' }),
  openrouter: local('openrouter', {
    parameters: { reasoningEffort: (value) => ({ reasoning: { effort: value as string } }) },
    note: 'OpenRouter chooses a provider for each call and charges that provider’s price.',
  }),
  azure: local('azure', { limit: 'max_completion_tokens', keyHeader: 'api-key', note: 'The model name is the name of your deployment.' }),
  gemini: local('gemini', {
    limit: 'max_tokens',
    note: 'Gemini’s compatible endpoint has no explicit caching and counts reasoning as output.',
  }),
} as const satisfies Readonly<Record<string, Dialect>>;

/** Gemini's own API, which is no dialect of OpenAI's: only where its key goes, and what to know about it. */
export const GEMINI_API: Dialect = { ...COMPATIBLE, name: 'gemini-api', keyHeader: 'x-goog-api-key' };

export type DialectName = keyof typeof DIALECTS;
export const DIALECT_NAMES = Object.keys(DIALECTS) as DialectName[];

/** Ports of servers that people run themselves, as they are by default. */
export const LOCAL_SERVERS: readonly { readonly dialect: DialectName; readonly baseUrl: string }[] = [
  { dialect: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { dialect: 'lm-studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  { dialect: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
  { dialect: 'vllm', baseUrl: 'http://127.0.0.1:8000/v1' },
];

const HOSTS: readonly (readonly [RegExp, DialectName])[] = [
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/\.openai\.azure\.com$|\.services\.ai\.azure\.com$|\.cognitiveservices\.azure\.com$/, 'azure'],
  [/^generativelanguage\.googleapis\.com$|(^|-)aiplatform\.googleapis\.com$/, 'gemini'],
  [/^api\.openai\.com$/, 'openai'],
];

/** By the address; a loopback address is told by its port. */
export function dialectOfUrl(baseUrl: string): Dialect {
  const { hostname, port } = new URL(baseUrl);
  const byHost = HOSTS.find(([host]) => host.test(hostname));
  if (byHost) return DIALECTS[byHost[1]];
  const isHere = isLoopbackHost(hostname);
  const byPort = isHere ? LOCAL_SERVERS.find((server) => new URL(server.baseUrl).port === port) : undefined;
  return byPort ? DIALECTS[byPort.dialect] : COMPATIBLE;
}
