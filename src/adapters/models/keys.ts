/**
 * Keys are sent by consent: a variable goes to its own provider's origin, or to the one origin that the user allowed for exactly this
 * variable, whatever a workspace file says, and never unencrypted unless it stays on this machine. The one place that decides it.
 */
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { homeOf, isOwnPair, isUnencrypted, originOf, pairText, tokenName, type KeyPair } from '../../core/config/key-pair.ts';
import { AWS_VARIABLES } from '../../core/config/own-origins.ts';
import { ConfigurationError, missingKey } from '../../core/problems/errors.ts';
import { usableHeader, usableKey } from './key-fault.ts';

/** The port to where keys are kept (environment, secret storage) and to what the user allowed. */
export interface KeySource {
  /** A key kept for exactly this origin, or null. */
  keyForOrigin(origin: string): Promise<string | null>;
  /** The value of a variable; null: it is not set, or empty. */
  variable(name: string): string | null;
  /** Whether the user has allowed exactly this pair. @throws {ConfigurationError} when what was allowed cannot be read. */
  isAllowed(pair: KeyPair): boolean;
  /** Asks whether a variable may go to an origin that is not its own; absent: there is no one to ask. `kept`: the origin has a key of its own now. */
  mayLeave?(key: ForeignKey): Promise<'send' | 'kept' | 'no'>;
}

/** A key that a workspace file would send away from home. */
export interface ForeignKey extends KeyPair {
  /** As goldset.yaml names it. */
  readonly provider: string;
  /** Where the variable belongs; null: that is not known. */
  readonly home: string | null;
  /** It is what a token command prints, so no other key can be given instead. */
  readonly isToken?: true;
  /** What names the address; absent: goldset.yaml. */
  readonly namedBy?: string;
}

/** An origin that a key can be kept for. */
export interface KeyOrigin {
  readonly name: string;
  readonly origin: string;
  /** The environment variable that is read without a kept key; null: requests are sent without a key. */
  readonly variable: string | null;
  /** The variable is not this origin's own: it is sent only after the user allowed it. */
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

/** Gemini's own API. */
export const GOOGLE: OfficialProvider = {
  name: 'google',
  origin: 'https://generativelanguage.googleapis.com',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  variable: 'GEMINI_API_KEY',
};

export const OFFICIAL_PROVIDERS = [OPENAI, ANTHROPIC, GOOGLE] as const;

export interface KeyRequest {
  readonly provider: string;
  /** Where the key would go; its origin counts. */
  readonly baseUrl: string;
  /** The variable that the configuration names, or null. */
  readonly keyVariable: string | null;
  /** What names the address; absent: goldset.yaml. */
  readonly namedBy?: string;
  /** The variable has the value of a header, not only a key. */
  readonly isHeader?: true;
}

/** The key for the official provider. @throws {ConfigurationError} when no key is set. */
export async function officialKey({ name, baseUrl, variable }: OfficialProvider, keys: KeySource): Promise<string> {
  const key = await keyFor({ provider: name, baseUrl, keyVariable: variable }, keys);
  if (key === null) throw missingKey(name, variable);
  return key;
}

/**
 * The key for a server; null: its configuration names no variable, and no key is kept for its origin.
 * @throws {ConfigurationError} `key/missing`; `key/plain-http` when it would go unencrypted to another machine; `key/foreign-origin` when the
 * user has not allowed this pair: the hint contains the exact flag that allows it.
 */
export async function keyFor(request: KeyRequest, keys: KeySource): Promise<string | null> {
  const { provider, baseUrl, keyVariable: variable, namedBy = 'goldset.yaml' } = request;
  const origin = originOf(baseUrl);
  const kept = await keys.keyForOrigin(origin);
  const value = kept ?? (variable === null ? null : keys.variable(variable));
  if (value === null && variable === null) return null;
  if (value === null || (kept === null && variable === null)) throw missingKey(provider, variable ?? '');
  if (isUnencrypted(baseUrl))
    throw unencrypted(kept === null ? (variable ?? '') : 'The stored key', origin, 'remove `apiKeyEnv` if the server needs no key');
  if (kept !== null || variable === null) return kept;
  const pair = { variable, origin };
  const usable = (): string => (request.isHeader === true ? usableHeader : usableKey)(variable, value);
  if (isOwnPair(pair) || keys.isAllowed(pair)) return usable();
  const answer = await keys.mayLeave?.({
    ...{ ...pair, provider, home: homeOf(variable) },
    ...(request.namedBy === undefined ? {} : { namedBy }),
  });
  if (answer === 'send') return usable();
  if (answer === 'kept') return keys.keyForOrigin(origin);
  throw new ConfigurationError(
    'key/foreign-origin',
    `${namedBy} would send ${variable} to ${origin}, which is not this key’s own server.`,
    `If you trust this server with this key, allow the pair: --allow-origin ${pairText(pair)}`,
  );
}

/**
 * Whether what a provider's token command prints may go to its server. A token has no server of its own that Goldset could know.
 * @throws {ConfigurationError} as `keyFor`, unless the user allowed `token:PROVIDER` at exactly this origin.
 */
export async function requireTokenConsent({ provider, baseUrl }: Omit<KeyRequest, 'keyVariable'>, keys: KeySource): Promise<void> {
  const { origin } = new URL(baseUrl);
  const pair = { variable: tokenName(provider), origin };
  if (isUnencrypted(baseUrl)) throw unencrypted(`The token of ${provider}`, origin, 'remove `tokenCommand`');
  if (keys.isAllowed(pair) || (await keys.mayLeave?.({ ...pair, provider, home: null, isToken: true })) === 'send') return;
  throw new ConfigurationError(
    'key/foreign-origin',
    `goldset.yaml would send the token of the provider ${provider} to ${origin}, which you have not allowed.`,
    `If you trust this server with this token, allow the pair: --allow-origin ${pairText(pair)}`,
  );
}

const unencrypted = (what: string, origin: string, otherwise: string): ConfigurationError =>
  new ConfigurationError(
    'key/plain-http',
    `${what} would be sent to ${origin} without encryption. No key is sent over http, except to this machine.`,
    `Use an address that starts with https://, or ${otherwise}.`,
  );

/** Every origin that a key can be kept for: the providers', and the servers and stores of goldset.yaml. */
export function keyOrigins({ providers, sources }: Pick<GoldsetConfig, 'providers' | 'sources'>): KeyOrigin[] {
  const configured = [...providers].flatMap(([name, provider]): KeyOrigin[] => {
    if (provider.kind === 'command') return [];
    const address = provider.kind === 'http' ? provider.url : provider.baseUrl;
    // A provider with a token command has no key that could be kept.
    if (address === null || (provider.kind !== 'http' && provider.signIn !== undefined)) return [];
    const { origin } = new URL(address);
    const official = OFFICIAL_PROVIDERS.find((item) => item.origin === origin);
    const variable = provider.apiKeyEnv ?? official?.variable ?? null;
    return [{ name, origin, variable, isForeign: variable !== null && !isOwnPair({ variable, origin }) }];
  });
  const stores = [...sources].flatMap(([name, { clickhouse, passwordEnv }]): KeyOrigin[] =>
    passwordEnv === null ? [] : [{ name, origin: new URL(clickhouse).origin, variable: passwordEnv, isForeign: true }],
  );
  return [
    ...OFFICIAL_PROVIDERS.map(({ name, origin, variable }) => ({ name, origin, variable, isForeign: false })),
    ...configured,
    ...stores,
  ].filter((place, i, all) => all.findIndex(({ origin }) => origin === place.origin) === i);
}

/** The variables that providers and sources name, built-in ones included: what an environment file may supply. */
export const namedVariables = ({ providers, sources }: Pick<GoldsetConfig, 'providers' | 'sources'>): ReadonlySet<string> =>
  new Set([
    ...[...sources.values()].flatMap(({ passwordEnv, feedback }) => [passwordEnv ?? [], feedback?.passwordEnv ?? []].flat()),
    ...OFFICIAL_PROVIDERS.map(({ variable }) => variable),
    ...[...providers.values()].flatMap((provider) => {
      if (provider.kind === 'command') return [];
      const signIn =
        provider.kind === 'http' ? [] : [...(provider.signIn?.env ?? []), ...(provider.kind === 'bedrock' ? AWS_VARIABLES : [])];
      return [...(provider.apiKeyEnv === null ? [] : [provider.apiKeyEnv]), ...signIn];
    }),
  ]);
