import { isJsonObject, type JsonValue } from '../../core/json/json.ts';

/** How long a server asks to wait, in ms; null: it does not say, or says something that is not a wait (`Retry-After: -3`). */
export function retryAfterOf(headers: Pick<Headers, 'get'> | undefined, now: number): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? NaN);
  if (Number.isFinite(ms) && ms > 0) return ms;
  const value = headers?.get('retry-after')?.trim() ?? '';
  if (value === '') return null;
  if (/^[-+]?\d+(\.\d+)?$/.test(value)) return Number(value) < 0 ? null : Number(value) * 1000;
  const wait = Date.parse(value) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** How long an error itself asks to wait, in ms: Google's `RetryInfo`, such as `"retryDelay": "34.4s"`; null: it does not say. */
export function waitIn(error: JsonValue | undefined): number | null {
  if (!isJsonObject(error)) return null;
  const { details, error: inner } = error;
  if (!Array.isArray(details)) return waitIn(inner);
  const delays = details
    .filter(isJsonObject)
    .map(({ retryDelay }) => (typeof retryDelay === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(retryDelay) : null));
  const seconds = delays.find((delay) => delay !== null)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
