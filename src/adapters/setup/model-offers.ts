/** The models that a new goldset.yaml may name: those within reach first. Keys are told by the name of their variable alone. */
import { COMPARED_MODELS, EXAMPLE_MODEL, SUGGESTED_MODELS } from '../../core/economics/data/suggested-models.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { parseModelId } from '../../core/model-id.ts';
import { resolveModelName } from '../../core/model-name.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import type { ProviderStatus } from '../models/probe-providers.ts';

export interface ModelOffer {
  /** `provider:model`. */
  readonly id: string;
  readonly isReachable: boolean;
  /** Why it is offered, or what is missing to use it. */
  readonly reason: string;
}

/** Models of one provider that are offered. */
const MOST = 2;

/** `own`: the model that the chosen prompt names; null: none. `ofEditor`: language models of the editor. The first offer is the default. */
export function modelOffers(own: string | null, providers: readonly ProviderStatus[], ofEditor: readonly ModelOffer[] = []): ModelOffer[] {
  const offers = providers.flatMap(offersOf);
  const reachable = offers.filter(({ isReachable }) => isReachable);
  const others = offers.filter(({ isReachable }) => !isReachable);
  const named = own === null ? [] : [offers.find(({ id }) => id === own) ?? ownOffer(own, providers)].map(asNamed);
  const all = [...named, ...reachable, ...ofEditor, ...others];
  const known = all.length > 0 ? all : [{ id: EXAMPLE_MODEL, isReachable: false, reason: 'no provider is set up' }];
  return known.filter(({ id }, i) => known.findIndex((item) => item.id === id) === i);
}

/**
 * The model that a prompt names, as goldset.yaml would name it; null: it names none that goldset.yaml can. A promptfoo config also names
 * functions, servers of its own, and formats (`anthropic:messages:…`).
 */
export function modelOfPrompt(
  document: Pick<PromptDocument, 'path' | 'model' | 'format'>,
  config: { readonly model: string | null },
  providers: readonly ProviderStatus[],
): string | null {
  const own = findModel({ given: null, document, config });
  if (own === null) return null;
  if (document.format !== 'promptfoo' || own.source === 'config') return own.id;
  const name = resolveModelName(own.id);
  return name !== null && providers.some((provider) => provider.name === name.host) ? `${name.host}:${name.hostModel}` : null;
}

/** What is missing to use it says more than who names it. */
const asNamed = (offer: ModelOffer): ModelOffer => (offer.isReachable ? { ...offer, reason: 'the prompt names it' } : offer);

function ownOffer(id: string, providers: readonly ProviderStatus[]): ModelOffer {
  const provider = parseModelId(id)?.provider ?? null;
  const found = providers.find(({ name }) => name === provider);
  const isReachable = found === undefined || found.state === 'reachable' || found.state === 'not-asked';
  return { id, isReachable, reason: found?.reason ?? 'its provider was not reached' };
}

function offersOf({ name, state, reason, models, from }: ProviderStatus): ModelOffer[] {
  const preferred = [EXAMPLE_MODEL, ...COMPARED_MODELS, ...(SUGGESTED_MODELS[name] ?? []).map((model) => `${name}:${model}`)].filter(
    (id, i, all) => id.startsWith(`${name}:`) && all.indexOf(id) === i,
  );
  if (state === 'reachable') {
    const listed = preferred.filter((id) => models.includes(id.slice(name.length + 1)));
    const chosen = listed.length > 0 ? listed : models.slice(0, MOST).map((model) => `${name}:${model}`);
    const why = from === 'local' ? 'runs on this machine' : 'its provider can be reached';
    return chosen.slice(0, MOST).map((id) => ({ id, isReachable: true, reason: why }));
  }
  return preferred.slice(0, 1).map((id) => ({ id, isReachable: false, reason: reason ?? 'its provider was not reached' }));
}
