import type { ProviderFailure } from '../../core/errors.ts';

/** What an HTTP status of a provider means. */
export function failureOfStatus(status: number): ProviderFailure {
  if (status === 401 || status === 403) return 'authentication';
  if (status === 402) return 'quota';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate-limit';
  return status >= 500 ? 'server' : 'bad-request';
}
