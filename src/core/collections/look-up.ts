/** Look-ups that must find something: what is not there is a defect, and another entry is never taken instead. */

/** The value of a key. @throws {Error} when the map does not have it. */
export function lookUp<K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V {
  const value = map.get(key);
  if (value === undefined && !map.has(key)) throw notFound(what);
  return value as V;
}

/** For a look-up that found nothing. */
export const notFound = (what: string): Error => new Error(`${what} was not found. This is a defect in Goldset; please report it.`);
