/** An SDK whose key is what a token command printed. A refused token is replaced once: the command runs again, and the request is sent again. */
import type { Sdk } from '../http-client.ts';
import type { HeldToken, TokenHolder } from './token-holder.ts';

export interface TokenSdkOptions {
  readonly holder: TokenHolder;
  /** The SDK with one token. @throws {ProviderError} when the API cannot use such a token. */
  readonly make: (token: HeldToken['token']) => Sdk;
  readonly errors: Sdk['errors'];
  /** Whether an error says that the token was refused and another may do. */
  readonly isRefused: (error: unknown) => boolean;
}

export function tokenSdk({ holder, make, errors, isRefused }: TokenSdkOptions): Sdk {
  let made: { readonly of: HeldToken; readonly sdk: Sdk } | null = null;
  const sdkOf = (held: HeldToken): Sdk => {
    if (made?.of !== held) made = { of: held, sdk: make(held.token) };
    return made.sdk;
  };
  const send = async (request: (sdk: Sdk) => Promise<Response>, signal: AbortSignal): Promise<Response> => {
    const held = await holder.current(signal);
    try {
      const response = await request(sdkOf(held));
      held.isUnproven = false;
      return response;
    } catch (error) {
      const other = isRefused(error) ? await holder.instead(held, signal) : null;
      if (other === null) throw error;
      const response = await request(sdkOf(other));
      other.isUnproven = false;
      return response;
    }
  };
  return {
    errors,
    ready: async (signal) => {
      await holder.current(signal);
    },
    tokens: () => holder.secrets,
    post: (path, body, signal) => send((sdk) => sdk.post(path, body, signal), signal),
    get: (path, signal) => send((sdk) => sdk.get(path, signal), signal),
  };
}

/** The HTTP status of an error of an SDK; null: it has none. */
export const statusOf = (error: unknown): number | null =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null;
