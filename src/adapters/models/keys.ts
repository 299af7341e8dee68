/** Keys belong to an origin. A key of an official provider never goes anywhere else, whatever a workspace file says. */
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { ConfigurationError, missingKey } from '../../core/errors.ts';

/** The port to where keys are kept (environment, secret storage). */
export interface KeySource {
  /** A key kept for exactly this origin, or null. */
  keyForOrigin(origin: string): Promise<string | null>;
  variable(name: string): string | null;
  /** Asks whether a variable's key may go to an origin that is not its own; absent: nobody can be asked. `kept`: one of its own is kept now. */
  mayLeave?(key: ForeignKey): Promise<'send' | 'kept' | 'no'>;
}

/** A key that a workspace file would send away from home. */
export interface ForeignKey {
  /** As goldset.yaml names it. */
  readonly provider: string;
  readonly variable: string;
  /** Where it would go. */
  readonly origin: string;
  /** Where it belongs; null: it is the key of somebody in particular, but not known where. */
  readonly home: string | null;
}

/** An origin that a key can be kept for. */
export interface KeyOrigin {
  readonly name: string;
  readonly origin: string;
  /** The environment variable that is read without a kept key; null: it is asked without one. */
  readonly variable: string | null;
  /** That variable holds a key that belongs elsewhere: it is asked before it goes there. */
  readonly isForeign: boolean;
}

export interface OfficialProvider {
  readonly name: string;
  readonly origin: string;
  readonly baseUrl: string;
  readonly variable: string;
}

export const OPENAI: OfficialProvider = {
  name: 'openai',
  origin: 'https://api.openai.com',
  baseUrl: 'https://api.openai.com/v1',
  variable: 'OPENAI_API_KEY',
};

export const ANTHROPIC: OfficialProvider = {
  name: 'anthropic',
  origin: 'https://api.anthropic.com',
  baseUrl: 'https://api.anthropic.com/v1',
  variable: 'ANTHROPIC_API_KEY',
};

export const OFFICIAL_PROVIDERS = [OPENAI, ANTHROPIC] as const;

/** Variables that hold the keys of somebody in particular: a workspace file must not be able to send them elsewhere. */
const OWNED =
  /^(OPENAI|ANTHROPIC|GOOGLE|GEMINI|AZURE|AWS|MISTRAL|COHERE|GROQ|DEEPSEEK|XAI|OPENROUTER|HF|HUGGINGFACE|GITHUB|GH|GITLAB|NPM|NODE|SLACK|STRIPE|DOCKER|SSH|CI)_|TOKEN$|SECRET|PASSWORD/;

export interface KeyRequest {
  readonly provider: string;
  readonly baseUrl: string;
  /** The variable that the configuration names, or null. */
  readonly variable: string | null;
  /** Origins that the user has allowed for any variable (`--allow-origin`). */
  readonly allowedOrigins: readonly string[];
}

/** The key for the official provider. @throws {ConfigurationError} when there is none. */
export async function officialKey(provider: OfficialProvider, keys: KeySource): Promise<string> {
  const key = (await keys.keyForOrigin(provider.origin)) ?? usableKey(provider.variable, keys.variable(provider.variable));
  if (key === null) throw missingKey(provider.name, provider.variable);
  return key;
}

/** What of an endpoint decides about its key. */
export interface KeyedEndpoint {
  readonly provider: string;
  readonly baseUrl: string;
  /** The provider itself; null: another server. */
  readonly official: OfficialProvider | null;
  readonly keyVariable: string | null;
}

/** The key for an endpoint; null: it needs none. @throws {ConfigurationError} when there is none, or it may not go there. */
export function endpointKey(
  { official, provider, baseUrl, keyVariable }: KeyedEndpoint,
  keys: KeySource,
  allowedOrigins: readonly string[],
): Promise<string | null> {
  const isForeign = official !== null && keyVariable !== null && keyVariable !== official.variable && isOwned(keyVariable);
  if (official !== null && !isForeign) return officialKey({ ...official, variable: keyVariable ?? official.variable }, keys);
  return serverKey({ provider, baseUrl, variable: keyVariable, allowedOrigins }, keys);
}

/** A variable that holds the key of somebody in particular, which a workspace file must not send elsewhere. */
export const isOwned = (variable: string): boolean => OWNED.test(variable.toUpperCase());

/** The key for another server, or null when it needs none. @throws {ConfigurationError} when it may not have the key it names. */
export async function serverKey(request: KeyRequest, keys: KeySource): Promise<string | null> {
  const { origin } = new URL(request.baseUrl);
  const kept = await keys.keyForOrigin(origin);
  if (kept !== null || request.variable === null) return kept;
  const { provider, variable } = request;
  if (isOwned(variable) && !request.allowedOrigins.includes(origin)) {
    const answer = await keys.mayLeave?.({ provider, variable, origin, home: homeOf(variable) });
    if (answer === 'kept') return keys.keyForOrigin(origin);
    if (answer !== 'send')
      throw new ConfigurationError(
        'key/foreign-origin',
        `goldset.yaml would send ${variable} to ${origin}, which is not this key’s own server.`,
        `Use a separate variable for ${provider}, or allow it: --allow-origin ${origin}.`,
      );
  }
  const key = usableKey(variable, keys.variable(variable));
  if (key === null) throw missingKey(provider, variable);
  return key;
}

/** The key as it is. @throws {ConfigurationError} when it cannot be one; the message names the variable and the fault, not the key. */
export function usableKey(variable: string, key: string | null): string | null {
  const fault = key === null ? null : keyFault(key);
  if (fault === null) return key;
  throw new ConfigurationError('key/malformed', `The value of ${variable} ${fault.is}, so it cannot be a key.`, fault.hint);
}

/** What is wrong with the text of a key, and what to do; null: nothing that can be seen. */
export function keyFault(key: string): { readonly is: string; readonly hint: string } | null {
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(key))
    return { is: 'is in quotes', hint: 'Remove the quotes: some tools, such as docker --env-file, keep them.' };
  if (/^(?:authorization:\s*)?(?:bearer|basic)\s/i.test(key))
    return { is: `starts with “${/^\S+/.exec(key)?.[0] ?? ''}”`, hint: 'Give the key alone: Goldset adds the header.' };
  if (/\s/.test(key)) return { is: 'contains white space or a line break', hint: 'Copy the key again, in one piece.' };
  if (/[^\x21-\x7e]/.test(key)) return { is: 'contains a character that no header can carry', hint: 'Copy the key again, as plain text.' };
  return null;
}

const homeOf = (variable: string): string | null =>
  OFFICIAL_PROVIDERS.find((official) => official.variable === variable.toUpperCase())?.origin ?? null;

/** Every origin that a key can be kept for: the providers', and the servers of goldset.yaml. */
export function keyOrigins({ providers }: Pick<GoldsetConfig, 'providers'>): KeyOrigin[] {
  const configured = [...providers].flatMap(([name, provider]): KeyOrigin[] => {
    if (provider.kind === 'command') return [];
    const address = provider.kind === 'http' ? provider.url : provider.baseUrl;
    const variable = provider.apiKeyEnv;
    return address === null ? [] : [{ name, origin: new URL(address).origin, variable, isForeign: variable !== null && isOwned(variable) }];
  });
  return [...OFFICIAL_PROVIDERS.map(({ name, origin, variable }) => ({ name, origin, variable, isForeign: false })), ...configured].filter(
    (place, i, all) => all.findIndex(({ origin }) => origin === place.origin) === i,
  );
}
