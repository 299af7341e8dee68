/** What is known about a model by its name: from public data, the user's price file, or a scripted model's own file. */
import path from 'node:path';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { isServer, providerOfModel } from '../../core/config/providers.ts';
import { parseModelId } from '../../core/model-id.ts';
import { tokenizerFact } from '../../core/economics/data/tokenizers.ts';
import type { CapabilityOverrides } from '../../core/economics/capabilities.ts';
import { UNKNOWN_CAPABILITIES } from '../../core/economics/data/capability-row.ts';
import { DEFAULT_LIMIT } from './anthropic/messages-body.ts';
import { NO_PUBLIC_FACTS, publicModelFacts, type ModelFacts, type NamedModel, type PublicFacts } from '../../core/economics/model-facts.ts';
import { scriptedPrice } from '../../core/economics/prices/price.ts';
import type { PriceTable } from '../../core/economics/prices/price-table.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { loadPriceBook } from '../storage/price-data.ts';
import { endpointOf, sentCache } from './endpoint.ts';
import type { Overrides } from './price-file.ts';
import { loadScript, type Script } from './scripted/script-file.ts';

/**
 * As of now. `from`: the folder that the path of a scripted model is relative to. `within`: the folder that must hold its file; null: the
 * user named it. `root`: of the workspace, which may have prices of its own. `capabilities`: what the user's price file says that models
 * accept.
 * @throws {ConfigurationError} when a scripted model's file is missing, outside that folder or invalid.
 */
export async function resolveFacts(
  id: string,
  from: string,
  config: GoldsetConfig,
  overrides: Overrides,
  within: string | null,
  root: string,
  capabilities?: CapabilityOverrides,
): Promise<ModelFacts> {
  if (id.startsWith('scripted:')) return scriptedFacts(id, path.resolve(from, id.slice('scripted:'.length)), within, root);
  const parsed = parseModelId(id);
  if (parsed === null)
    return { id, model: id, price: null, caching: null, tokenizer: tokenizerFact(id), contextWindow: null, capabilities: null, api: null };
  const { provider, model } = parsed;
  const configured = providerOfModel(config.providers, parsed);
  const endpoint = endpointOf(id, config);
  const api = endpoint?.format ?? null;
  // Anthropic's format requires a limit, so Goldset sets one where the prompt sets none.
  const known = {
    id: `${provider}:${model}`,
    servedBy: null,
    api,
    capabilities,
    cache: endpoint === null ? undefined : sentCache(endpoint),
    ...(api === 'messages' ? { sentLimit: DEFAULT_LIMIT } : {}),
  };
  if (configured !== null && !isServer(configured)) return ownServerFacts(known, overrides);
  const baseUrl = configured?.baseUrl ?? null;
  if (baseUrl !== null && isOwnServer(baseUrl)) return ownServerFacts(known, overrides);
  const book = await loadPriceBook(root);
  if (configured === null) return factsOf(known, book, overrides);
  const host = baseUrl === null ? (configured.kind === 'gemini' ? 'google' : configured.kind) : await hostOf(baseUrl);
  return host === null ? ownServerFacts(known, overrides) : factsOf({ ...known, servedBy: host }, book, overrides);
}

const factsOf = (known: NamedModel, facts: PublicFacts, overrides: Overrides): ModelFacts =>
  publicModelFacts(known, facts, overrides, new Date());

/** The provider whose own server this is; null: another one's. Vertex's servers are Google's, with a cache of their own. */
async function hostOf(baseUrl: string): Promise<string | null> {
  if (/(^|[.-])aiplatform\.googleapis\.com$/.test(new URL(baseUrl).hostname)) return 'vertex';
  const { providerOfUrl } = await import('../../core/economics/prices/genai-prices.ts');
  return providerOfUrl(baseUrl);
}

/** A server of the user's: only the user can say what it costs. */
const ownServerFacts = (known: NamedModel, overrides: Overrides): ModelFacts => factsOf(known, NO_PUBLIC_FACTS, overrides);

/** An address without a public name is nobody's service, so no price list has it. */
function isOwnServer(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return !/[a-z]/i.test(hostname.split('.').at(-1) ?? '') || !hostname.includes('.');
}

async function scriptedFacts(id: string, file: string, within: string | null, root: string): Promise<ModelFacts> {
  const script = await loadScript(file, within);
  const { cache } = script;
  const origin = { asOf: new Date().toISOString().slice(0, 10), source: path.basename(file) };
  return {
    id,
    model: 'scripted',
    price: await scriptedPriceTable(script, file, root),
    caching:
      cache === null
        ? null
        : { minimum: cache.minimumTokens, block: cache.blockTokens, ttlSeconds: cache.ttlSeconds, kind: 'automatic', ...origin },
    tokenizer: { exact: true, factor: 1, band: 0, isMeasured: true, source: 'o200k_base' },
    contextWindow: null,
    // A scripted model answers from its file, at once.
    capabilities: {
      ...UNKNOWN_CAPABILITIES,
      thinking: { mode: 'never', budget: null },
      source: origin.source,
      date: origin.asOf,
      basis: 'exact',
      row: 'scripted',
    },
    api: null,
  };
}

/** What a scripted model costs; null: its file does not say. */
export async function scriptedPriceTable(script: Script, file: string, root: string): Promise<PriceTable | null> {
  if (script.pricedAs !== null) {
    const parsed = parseModelId(script.pricedAs);
    if (parsed === null) throw new HumanError('scripted/priced-as', `${file}: \`pricedAs\` must be provider:model.`);
    const named = { id: `${parsed.provider}:${parsed.model}`, servedBy: null, api: null };
    return publicModelFacts(named, await loadPriceBook(root), new Map(), new Date()).price;
  }
  if (script.price === null) return null;
  const asOf = new Date().toISOString().slice(0, 10);
  return scriptedPrice(script.price, { asOf, source: path.basename(file), basis: 'scripted', basedOn: null });
}
