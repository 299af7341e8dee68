/** The models that a prompt can be run with, by where they come from. */
import { SUGGESTED_MODELS } from '../../core/economics/data/suggested-models.ts';
import type { ProviderStatus } from '../../adapters/models/probe-providers.ts';

export interface ModelGroup {
  readonly title: string;
  /** Whether its models can be called now, as far as that is known without a call. */
  readonly isReachable: boolean;
  readonly models: readonly ModelOption[];
}

export interface ModelOption {
  /** `provider:model`. */
  readonly id: string;
  /** What to know before it is chosen; null: nothing. */
  readonly note: string | null;
}

export interface ChoiceSources {
  /** Of the prompt, then of goldset.yaml. */
  readonly own: readonly string[];
  /** `scripted:` files of the workspace. */
  readonly scripted: readonly string[];
  readonly providers: readonly ProviderStatus[];
  /** The editor's language models, with their names. */
  readonly editor: readonly { readonly id: string; readonly name: string }[];
}

/** What providers list beside models that answer. */
const NOT_CHAT = /embed|tts|whisper|dall-e|moderation|image|audio|realtime|transcribe|davinci|babbage|sora|rerank/i;
/** Models of one provider that are listed; any other can be typed. */
const MOST = 60;

/** Each model once, where it stands first. What cannot be called now stands last. */
export function modelGroups({ own, scripted, providers, editor }: ChoiceSources): ModelGroup[] {
  const seen = new Set<string>();
  const group = (title: string, models: readonly ModelOption[], isReachable = true): ModelGroup[] => {
    const fresh = models.filter(({ id }) => !seen.has(id));
    fresh.forEach(({ id }) => seen.add(id));
    return fresh.length === 0 ? [] : [{ title, isReachable, models: fresh }];
  };
  return [
    ...group(
      'This prompt and goldset.yaml',
      own.map((id) => ({ id, note: null })),
    ),
    ...group(
      'Scripted models, offline',
      scripted.map((id) => ({ id, note: null })),
    ),
    ...providers.filter(isReachable).flatMap((provider) => group(titleOf(provider), optionsOf(provider))),
    ...group(
      'Language models of the editor, no key needed',
      editor.map(({ id, name }) => ({ id, note: name })),
    ),
    ...providers.filter((provider) => !isReachable(provider)).flatMap((provider) => group(titleOf(provider), optionsOf(provider), false)),
  ];
}

/** A pipeline, and what has no list, is called when a prompt runs. */
const isReachable = ({ state }: ProviderStatus): boolean => state === 'reachable' || state === 'not-asked';

const titleOf = ({ name, from, state, address }: ProviderStatus): string => {
  if (from === 'local') return `${name}, found on this machine`;
  return state === 'reachable' || state === 'not-asked' ? name : `${name}, ${state === 'no-key' ? 'no key' : `${state} at ${address}`}`;
};

function optionsOf({ name, state, reason, models, note }: ProviderStatus): ModelOption[] {
  if (state === 'not-asked') return [{ id: name, note: 'a pipeline' }];
  if (state === 'no-key')
    return (SUGGESTED_MODELS[name] ?? []).map((model) => ({ id: `${name}:${model}`, note: 'Needs a key: "Goldset: Manage API Keys".' }));
  if (state !== 'reachable') return (SUGGESTED_MODELS[name] ?? []).map((model) => ({ id: `${name}:${model}`, note: reason }));
  const chat = models.filter((model) => !NOT_CHAT.test(model));
  const left = chat.length > MOST ? `${MOST} of ${chat.length} models are listed; type the name of any other.` : null;
  const first = [note, left].filter((text) => text !== null).join(' ');
  return chat.slice(0, MOST).map((model, i) => ({ id: `${name}:${model}`, note: i === 0 && first !== '' ? first : null }));
}
