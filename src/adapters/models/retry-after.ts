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
