/** What went wrong with a call, in Goldset's words. */
import { providerErrorOf, type SdkErrors } from '../adapters/models/sdk-errors.ts';
import { messageOf, isProviderError } from '../core/problems/errors.ts';
import type { Interaction } from '../core/feedback/interactions/interaction.ts';
import { excerpt } from '../core/text/text.ts';
import { hideKey } from '../adapters/models/hide-key.ts';

export interface SdkCallTarget {
  /** `provider:model`. */
  readonly id: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** The error classes that the client's own class carries; null: it carries none. */
  readonly sdk: SdkErrors | null;
}

export function callError(error: unknown, target: SdkCallTarget): NonNullable<Interaction['error']> {
  const { sdk, apiKey } = target;
  const isProviders = isProviderError(error) || error instanceof SyntaxError || (sdk !== null && error instanceof sdk.APIError);
  if (isProviders && sdk !== null) {
    const { failure, message } = providerErrorOf(error, target, sdk);
    return { type: failure, message };
  }
  return {
    type: isProviderError(error) ? error.failure : error instanceof Error ? error.name : 'error',
    message: excerpt(hideKey(messageOf(error), apiKey), 500),
  };
}

/** Whether the application ended the call itself. */
export const isAbort = (error: unknown, sdk: SdkErrors | null, signal: unknown): boolean =>
  (sdk !== null && error instanceof sdk.APIUserAbortError) ||
  (error instanceof Error && error.name === 'AbortError') ||
  (signal instanceof AbortSignal && signal.aborted);

/** `OpenAI.APIError` and its kind; an application may have another copy of the SDK than any other code. */
export function sdkErrorsOf(client: object): SdkErrors | null {
  const { APIError, APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } =
    client.constructor as unknown as Partial<SdkErrors>;
  return APIError !== undefined &&
    APIConnectionError !== undefined &&
    APIConnectionTimeoutError !== undefined &&
    APIUserAbortError !== undefined
    ? { APIError, APIConnectionError, APIConnectionTimeoutError, APIUserAbortError }
    : null;
}
