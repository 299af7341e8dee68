/** Names of topics that stay when a topic is found again: by the members that both have. */

/** A topic as it is remembered: no text, and of many members those with the lowest hashes. */
export interface RememberedTopic {
  readonly id: string;
  /** Hashes of ids of interactions, ascending. */
  readonly members: readonly number[];
}

const MOST_REMEMBERED = 400;
/** Part of the members of both that must be the same. */
const SAME = 0.3;

/** The lowest hashes are a fair sample of the members, the same one each time. */
export const membersToRemember = (hashes: readonly number[]): number[] =>
  [...new Set(hashes)].sort((a, b) => a - b).slice(0, MOST_REMEMBERED);

/** For each topic its id: that of the earlier topic that it has most in common with, each once, else a new one. */
export function carriedIds(topics: readonly (readonly number[])[], earlier: readonly RememberedTopic[]): string[] {
  const pairs = topics.flatMap((members, to) =>
    earlier.flatMap(({ id, members: old }) => {
      const overlap = overlapOf(members, old);
      return overlap >= SAME ? [{ to, id, overlap }] : [];
    }),
  );
  pairs.sort((a, b) => b.overlap - a.overlap || a.to - b.to || (a.id < b.id ? -1 : 1));
  const ids = new Map<number, string>();
  const taken = new Set<string>();
  for (const { to, id } of pairs) {
    if (ids.has(to) || taken.has(id)) continue;
    ids.set(to, id);
    taken.add(id);
  }
  return topics.map((members, to) => {
    const known = ids.get(to);
    if (known !== undefined) return known;
    // Its lowest hash is likely still there when others come.
    for (let at = members[0] ?? 0; ; at++) {
      const id = `t${at.toString(36)}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  });
}

/** Of what either of them has, among the hashes that both lists would have reached (bottom-k sketches). */
function overlapOf(a: readonly number[], b: readonly number[]): number {
  const reach = Math.min(a.length < MOST_REMEMBERED ? Infinity : (a.at(-1) ?? 0), b.length < MOST_REMEMBERED ? Infinity : (b.at(-1) ?? 0));
  // Both are ascending.
  let [i, j, shared] = [0, 0, 0];
  while (isWithin(a[i], reach) && isWithin(b[j], reach)) {
    const [own, other] = [a[i] ?? 0, b[j] ?? 0];
    if (own === other) shared++;
    if (own <= other) i++;
    if (other <= own) j++;
  }
  while (isWithin(a[i], reach)) i++;
  while (isWithin(b[j], reach)) j++;
  const smaller = Math.min(i, j);
  // A topic that grew has all of the earlier one: what counts is the part of the smaller.
  return smaller === 0 ? 0 : shared / smaller;
}

const isWithin = (hash: number | undefined, reach: number): boolean => hash !== undefined && hash <= reach;
