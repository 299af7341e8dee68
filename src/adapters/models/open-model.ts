/** A model's name → the client that answers for it. The one place that knows all providers. */
import path from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import type { GoldsetConfig, ProviderConfig } from '../../core/config/goldset-yaml.ts';
import { parseModelId } from '../../core/config/model-id.ts';
import type { CachingRule } from '../../core/economics/data/caching-rules.ts';
import { pricingOf } from '../../core/economics/price.ts';
import type { ModelClient } from '../../core/run/model-client.ts';
import { sha256 } from '../workspace/golden-hash.ts';
import { accountOf } from './account.ts';
import { takesBreakpoints } from './openai/body.ts';
import { OPENAI, officialKey, serverKey, type KeySource } from './keys.ts';
import { loadOverrides, resolveFacts } from './resolve-facts.ts';
import { ScriptedClient } from './scripted/client.ts';
import { loadScript } from './scripted/script-file.ts';
import { ScriptedModel, type ScriptMatcher } from './scripted/scripted-model.ts';

export interface ModelOpener {
  /**
   * `from`: the folder that relative script paths are relative to.
   * @throws {ConfigurationError} when the model cannot be used, with the way out.
   */
  open(id: string, from: string): Promise<ModelClient>;
  /** Loads the client's code while others work; no ids: the prompts will name the models. */
  warmUp(ids: readonly string[]): Promise<void>;
}

export interface ModelOpenerOptions {
  /** Of the workspace. */
  readonly root: string;
  readonly config: GoldsetConfig;
  readonly keys: KeySource;
  readonly matcher: ScriptMatcher;
  readonly clock: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };
  readonly allowedOrigins: readonly string[];
  /** How long one call may take, ms. */
  readonly deadlineMs?: number;
  /** Nothing will be asked, so no key is needed. */
  readonly isFrozen?: boolean;
}

/**
 * Servers that people run themselves (vLLM, SGLang, llama.cpp, `goldset serve`) keep prefixes without saying so. Only the
 * schedule assumes it: the first of many calls that share a long prefix goes ahead. No cost is projected from it.
 */
const ASSUMED_CACHING: CachingRule = {
  minimum: 1024,
  block: 1,
  ttlSeconds: 300,
  kind: 'best-effort',
  asOf: '2026-11-23',
  source: 'assumed',
};

/** No answer of a chat model takes longer; a server that hangs is an error, not a run without an end. ms. */
const DEADLINE = 300_000;

export function modelOpener(options: ModelOpenerOptions): ModelOpener {
  const opened = new Map<string, Promise<ModelClient>>();
  return {
    open(id, from) {
      const key = id.startsWith('scripted:') ? `scripted:${path.resolve(from, id.slice('scripted:'.length))}` : id;
      const known = opened.get(key) ?? openModel(id, from, options);
      opened.set(key, known);
      return known;
    },
    async warmUp(ids) {
      if (ids.length > 0 && ids.every((id) => id.startsWith('scripted:'))) return;
      await import('./openai/client.ts');
    },
  };
}

async function openModel(id: string, from: string, options: ModelOpenerOptions): Promise<ModelClient> {
  if (id.startsWith('scripted:')) return openScripted(id, path.resolve(from, id.slice('scripted:'.length)), options);
  const parsed = parseModelId(id);
  if (parsed === null)
    throw new ConfigurationError(
      'model/unknown',
      `"${id}" does not say which provider has this model.`,
      'Write provider:model, such as openai:gpt-6-luna.',
    );
  const { provider, model } = parsed;
  const configured = options.config.providers.get(provider);
  const official = !configured && provider === OPENAI.name;
  if (!configured && !official)
    throw new ConfigurationError(
      'model/unknown-provider',
      `There is no provider "${provider}" for the model ${id}.`,
      `Add it to goldset.yaml (providers: ${provider}: { kind: openai-compatible, baseUrl: … }), or choose a model with --model.`,
    );
  const { root, config, clock, isFrozen } = options;
  const baseUrl = configured?.baseUrl ?? OPENAI.baseUrl;
  const apiKey = isFrozen ? null : await keyFor(provider, configured, options);
  const { overrides } = await loadOverrides(root, config);
  const { price, caching } = await resolveFacts(id, from, config, overrides);
  const { OpenaiClient } = await import('./openai/client.ts');
  const marks = official && config.promptCache.breakpoints && takesBreakpoints(model);
  return new OpenaiClient({
    id: `${provider}:${model}`,
    model,
    baseUrl,
    apiKey,
    account: apiKey === null ? null : accountOf(root, apiKey),
    official,
    pricing: price === null ? null : pricingOf(price),
    caching: caching?.kind === 'marked' && !marks ? null : (caching ?? (configured ? ASSUMED_CACHING : null)),
    takesCacheKeys: official && config.promptCache.keys,
    takesBreakpoints: marks,
    deadlineMs: options.deadlineMs ?? DEADLINE,
    now: clock.now,
  });
}

/** Null: the server needs none. */
function keyFor(provider: string, configured: ProviderConfig | undefined, options: ModelOpenerOptions): Promise<string | null> {
  if (!configured) return officialKey(OPENAI, options.keys);
  const { baseUrl, apiKeyEnv: variable } = configured;
  return serverKey({ provider, baseUrl, variable, allowedOrigins: options.allowedOrigins }, options.keys);
}

async function openScripted(id: string, file: string, options: ModelOpenerOptions): Promise<ModelClient> {
  const script = await loadScript(file);
  const model = new ScriptedModel(script, options.matcher, options.clock.now);
  const { price, caching } = await resolveFacts(`scripted:${file}`, path.dirname(file), options.config, new Map());
  return new ScriptedClient({
    id,
    pricing: price === null ? null : pricingOf(price),
    caching,
    file,
    // Another text answers differently, wherever it stands.
    endpoint: `scripted#${sha256(JSON.stringify(script))}`,
    model,
    clock: options.clock,
  });
}
