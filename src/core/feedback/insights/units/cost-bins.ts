/** Costs counted by size: bins of 1 %, which add up over days and versions where the costs themselves would not fit. */

/** Count by bin; a bin is a whole number, `ln(USD)` in steps of `BIN_STEP`. */
export type CostBins = ReadonlyMap<number, number>;

/** Of the logarithm: a cost is known to ½ %. */
export const BIN_STEP = 0.01;

/** USD above 0. */
export const binOf = (usd: number): number => Math.round(Math.log(usd) / BIN_STEP);

export function addBins(to: Map<number, number>, bins: CostBins): void {
  for (const [bin, count] of bins) addToBin(to, bin, count);
}

export function addToBin<K>(to: Map<K, number>, bin: K, count: number): void {
  to.set(bin, (to.get(bin) ?? 0) + count);
}
