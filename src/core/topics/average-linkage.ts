/**
 * Average linkage (Sokal, Michener: University of Kansas Science Bulletin 38, 1958) by nearest-neighbour chains (Murtagh: The Computer Journal
 * 26, 1983): time and memory grow with the square of the number of items. An item may stand for several equal ones.
 */

/** Similarities of all pairs of `n` items: of i and j, where i < j, at `pairAt(n, i, j)`. */
export const similarityPairs = (n: number): Float32Array => new Float32Array((n * (n - 1)) / 2);
export const pairAt = (n: number, i: number, j: number): number => i * n - (i * (i + 1)) / 2 + (j - i - 1);

/**
 * The cluster of each item, as the lowest item in it: those that are joined while the mean similarity of two clusters is at least `least`.
 * `weights`: how many equal items each stands for. `pairs` is used up. Of equally near clusters the lower one is taken.
 */
export function averageLinkage(weights: readonly number[], pairs: Float32Array, least: number): Int32Array {
  const n = weights.length;
  const sizes = Float64Array.from(weights);
  const active = Int32Array.from({ length: n }, (_, i) => i);
  let count = n;
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const similarity = (a: number, b: number): number => (a < b ? pairs[pairAt(n, a, b)] : pairs[pairAt(n, b, a)]) ?? 0;
  const chain: number[] = [];
  const position = Int32Array.from({ length: n }, (_, i) => i);
  const drop = (item: number): void => {
    // Kept in order, so that equally near ones are always taken in the same order.
    const at = position[item] ?? 0;
    active.copyWithin(at, at + 1, count);
    count--;
    for (let i = at; i < count; i++) position[active[i] ?? 0] = i;
  };
  while (count > 1) {
    if (chain.length === 0) chain.push(active[0] ?? 0);
    const top = chain[chain.length - 1] ?? 0;
    const before = chain.length > 1 ? (chain[chain.length - 2] ?? -1) : -1;
    let nearest = before;
    let most = before === -1 ? -1 : similarity(top, before);
    const at = position[top] ?? 0;
    for (let k = 0; k < at; k++) {
      const other = active[k] ?? 0;
      const own = pairs[pairAt(n, other, top)] ?? 0;
      if (own > most) {
        nearest = other;
        most = own;
      }
    }
    const row = pairAt(n, top, 0);
    for (let k = at + 1; k < count; k++) {
      const other = active[k] ?? 0;
      const own = pairs[row + other] ?? 0;
      if (own > most) {
        nearest = other;
        most = own;
      }
    }
    // Nothing is this near, and joining others brings none nearer: it is done. What is in a chain is near to the one before.
    if (most < least) {
      drop(top);
      chain.pop();
      continue;
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [kept, gone] = top < before ? [top, before] : [before, top];
    const [a, b] = [sizes[kept] ?? 0, sizes[gone] ?? 0];
    drop(gone);
    for (let k = 0; k < count; k++) {
      const other = active[k] ?? 0;
      if (other === kept) continue;
      const joined = (a * similarity(kept, other) + b * similarity(gone, other)) / (a + b);
      pairs[kept < other ? pairAt(n, kept, other) : pairAt(n, other, kept)] = joined;
    }
    sizes[kept] = a + b;
    parent[gone] = kept;
  }
  // Items are joined to lower ones only.
  for (let i = 0; i < n; i++) parent[i] = parent[parent[i] ?? i] ?? i;
  return parent;
}
