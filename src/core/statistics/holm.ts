/**
 * Which of several hypotheses are rejected when the chance of any false rejection is at most alpha (Holm: Scandinavian
 * Journal of Statistics 6, 1979). In the order given.
 */
export function holm(ps: readonly number[], alpha: number): boolean[] {
  const rejected = ps.map(() => false);
  const ranked = ps.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  for (const [rank, { p, i }] of ranked.entries()) {
    if (p >= alpha / (ps.length - rank)) break;
    rejected[i] = true;
  }
  return rejected;
}
