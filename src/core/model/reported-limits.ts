/** What a provider says in the headers of a response about how much more it will take. */
export interface ReportedLimits {
  readonly requestsLeft: number | null;
  /** ms until `requestsLeft` is full again. */
  readonly requestsResetMs: number | null;
  readonly tokensLeft: number | null;
  readonly tokensResetMs: number | null;
}

/** `get` reads a header by its lower-case name. Null: the provider says nothing. OpenAI's and Anthropic's names; others use OpenAI's. */
export function readReportedLimits(get: (name: string) => string | null, now: Date): ReportedLimits | null {
  const number = (...names: string[]): number | null => {
    const text = names.map(get).find((value) => value !== null && value.trim() !== '');
    const left = text === undefined || text === null ? NaN : Number(text);
    // Some servers write −1 for "no limit".
    return Number.isFinite(left) && left >= 0 ? left : null;
  };
  const reset = (...names: string[]): number | null => {
    const text = names.map(get).find((value) => value !== null && value.trim() !== '');
    return text === undefined || text === null ? null : durationMs(text.trim(), now);
  };
  const limits = {
    requestsLeft: number('x-ratelimit-remaining-requests', 'anthropic-ratelimit-requests-remaining'),
    requestsResetMs: reset('x-ratelimit-reset-requests', 'anthropic-ratelimit-requests-reset'),
    tokensLeft: number('x-ratelimit-remaining-tokens', 'anthropic-ratelimit-tokens-remaining'),
    tokensResetMs: reset('x-ratelimit-reset-tokens', 'anthropic-ratelimit-tokens-reset'),
  };
  return limits.requestsLeft === null && limits.tokensLeft === null ? null : limits;
}

const UNIT: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A plain number above this is a point in time, in seconds or, from 10^11 on, in ms since 1970. */
const FIRST_POINT = 1e9;
const FIRST_MS = 1e11;

/** `1m30.5s`, `20ms`, plain seconds, a point in time since 1970, or a date (Anthropic); null: none of these. */
function durationMs(text: string, now: Date): number | null {
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    if (value > FIRST_POINT) return Math.max(0, (value < FIRST_MS ? value * 1000 : value) - now.getTime());
    return value < 0 ? null : value * 1000;
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text)
    return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (UNIT[unit ?? ''] ?? 0), 0);
  const date = Date.parse(text);
  return Number.isFinite(date) ? Math.max(0, date - now.getTime()) : null;
}
