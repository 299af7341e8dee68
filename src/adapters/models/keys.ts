/** Keys belong to an origin. A key of an official provider never goes anywhere else, whatever a workspace file says. */
import { ConfigurationError, missingKey } from '../../core/errors.ts';

/** The port to where keys are kept (environment, secret storage). */
export interface KeySource {
  /** A key kept for exactly this origin, or null. */
  keyForOrigin(origin: string): Promise<string | null>;
  variable(name: string): string | null;
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
  const key = (await keys.keyForOrigin(provider.origin)) ?? keys.variable(provider.variable);
  if (key === null) throw missingKey(provider.name, provider.variable);
  return key;
}

/** A variable that holds the key of somebody in particular, which a workspace file must not send elsewhere. */
export const isOwned = (variable: string): boolean => OWNED.test(variable);

/** The key for another server, or null when it needs none. @throws {ConfigurationError} when it may not have the key it names. */
export async function serverKey(request: KeyRequest, keys: KeySource): Promise<string | null> {
  const { origin } = new URL(request.baseUrl);
  const kept = await keys.keyForOrigin(origin);
  if (kept !== null || request.variable === null) return kept;
  if (OWNED.test(request.variable) && !request.allowedOrigins.includes(origin)) {
    throw new ConfigurationError(
      'key/foreign-origin',
      `goldset.yaml would send ${request.variable} to ${origin}, which is not where that key belongs.`,
      `Use a variable of its own for ${request.provider}, or allow it: --allow-origin ${origin}.`,
    );
  }
  const key = keys.variable(request.variable);
  if (key === null) throw missingKey(request.provider, request.variable);
  return key;
}
