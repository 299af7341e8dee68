/** A model's name → the client that answers for it. The one place that knows all providers. */
import path from 'node:path';
import { ConfigurationError } from '../../core/errors.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { parseModelId } from '../../core/config/model-id.ts';
import { pricingOf, type Pricing } from '../../core/economics/price.ts';
import type { ModelClient } from '../../core/run/model-client.ts';
import { OPENAI, officialKey, serverKey, type KeySource } from './keys.ts';
import { loadOverrides, resolveFacts, scriptedPriceTable } from './resolve-facts.ts';
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
  readonly fetch?: typeof fetch;
}

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
  const shared = { id: `${provider}:${model}`, model, now: options.clock.now, ...(options.fetch ? { fetch: options.fetch } : {}) };
  const { OpenaiClient } = await import('./openai/client.ts');
  const pricing = async (): Promise<Pricing | null> => {
    const { overrides } = await loadOverrides(options.root, options.config);
    const { price } = await resolveFacts(id, from, options.config, overrides);
    return price === null ? null : pricingOf(price);
  };
  if (configured) {
    const { baseUrl, apiKeyEnv: variable } = configured;
    const apiKey = await serverKey({ provider, baseUrl, variable, allowedOrigins: options.allowedOrigins }, options.keys);
    return new OpenaiClient({ ...shared, baseUrl, apiKey, official: false, pricing: await pricing() });
  }
  if (provider === OPENAI.name) {
    const apiKey = await officialKey(OPENAI, options.keys);
    return new OpenaiClient({ ...shared, baseUrl: OPENAI.baseUrl, apiKey, official: true, pricing: await pricing() });
  }
  throw new ConfigurationError(
    'model/unknown-provider',
    `There is no provider "${provider}" for the model ${id}.`,
    `Add it to goldset.yaml (providers: ${provider}: { kind: openai-compatible, baseUrl: … }), or choose a model with --model.`,
  );
}

async function openScripted(id: string, file: string, options: ModelOpenerOptions): Promise<ModelClient> {
  const script = await loadScript(file);
  const model = new ScriptedModel(script, options.matcher, options.clock.now);
  const price = await scriptedPriceTable(script, file);
  return new ScriptedClient(id, price === null ? null : pricingOf(price), model, options.clock);
}
