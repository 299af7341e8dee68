/** How long a part may take: a whole run ends in time, also when parts before were slow. */

/** Seconds that all parts may take together when none is named. */
export const WHOLE_RUN = 25 * 60;

/** Seconds for a part that begins `elapsed` seconds after the first one; null: the time of a whole run is over. A part that is named has its own limit. */
export function secondsFor(part: { readonly limit: number }, elapsed: number, isWholeRun: boolean): number | null {
  if (!isWholeRun) return part.limit;
  const left = WHOLE_RUN - elapsed;
  return left > 0 ? Math.min(part.limit, left) : null;
}
