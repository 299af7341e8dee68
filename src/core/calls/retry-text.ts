/** What is said while a request waits to be sent again. The same in terminal, page and playground. */
import type { ProviderFailure } from '../problems/errors.ts';

/** Why a request is sent again, as a clause. */
export const whyRetried = (failure: ProviderFailure): string => REASONS[failure] ?? 'the request failed';

/** `rate limited, retrying in 4 s`. */
export const retryText = (failure: ProviderFailure, delayMs: number): string => `${whyRetried(failure)}, retrying in ${shortWait(delayMs)}`;

const shortWait = (ms: number): string => (ms < 1000 ? `${(Math.ceil(ms / 100) / 10).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

const REASONS: Readonly<Partial<Record<ProviderFailure, string>>> = {
  'rate-limit': 'rate limited',
  server: 'the provider failed',
  connection: 'the connection was lost',
  unreachable: 'the server cannot be reached',
  timeout: 'the answer did not come in time',
  unfinished: 'the answer was not finished',
  malformed: 'the answer cannot be read',
};
