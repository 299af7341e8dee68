/**
 * Which outputs people look at: half where the judge says fail, at least ten at random, some of clusters of failures that are new, and those where
 * the judge and a signal or another judge disagree. Within a stratum every output is as likely, so that each has one known probability over all parts together.
 */
import { Random } from '../../statistics/random.ts';

/** An output that could be drawn. */
export interface Drawable {
  /** What the judge said; null: it was not judged. */
  readonly verdict: 'pass' | 'fail' | null;
  /** A signal or another judge says otherwise. */
  readonly isNotable: boolean;
  /** It is of a cluster of failures that began in the time that is drawn from. */
  readonly isNew?: boolean;
}

export interface DrawnStratum {
  readonly id: string;
  readonly verdict: 'pass' | 'fail' | null;
  readonly n: number;
  readonly drawn: number;
}

export interface Drawn<T extends Drawable> {
  readonly strata: readonly DrawnStratum[];
  /** In shuffled order. */
  readonly items: readonly { readonly item: T; readonly stratum: string; readonly probability: number }[];
}

/** At least so many are drawn at random from everything. */
const RANDOM_PART = 10;
/** Of new clusters, so many if there are: enough to see what they are, and few enough that the rest stays a sample. */
const NEW_PART = 4;

/** `n`: how many outputs; all of them, if there are no more. The same seed draws the same. */
export function drawSample<T extends Drawable>(frame: readonly T[], n: number, seed: number): Drawn<T> {
  const random = new Random(seed);
  const groups = new Map<string, T[]>();
  for (const item of frame) {
    const id = `${item.verdict ?? 'not-judged'}${item.isNew === true ? '-new' : item.isNotable ? '-notable' : ''}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [item]);
    else group.push(item);
  }
  const sizes = sizesOf(
    [...groups].map(([id, items]) => ({
      ...{ id, total: items.length, isFail: id.startsWith('fail') },
      ...{ isNotable: id.endsWith('-notable'), isNew: id.endsWith('-new') },
    })),
    Math.min(n, frame.length),
  );
  const strata: DrawnStratum[] = [];
  const items: { item: T; stratum: string; probability: number }[] = [];
  for (const [id, group] of groups) {
    const size = sizes.get(id) ?? 0;
    strata.push({ id, verdict: group[0]?.verdict ?? null, n: group.length, drawn: size });
    for (const item of shuffled(group, random).slice(0, size)) items.push({ item, stratum: id, probability: size / group.length });
  }
  return { strata, items: shuffled(items, random) };
}

interface Group {
  readonly id: string;
  readonly total: number;
  readonly isFail: boolean;
  readonly isNotable: boolean;
  readonly isNew: boolean;
}

/** The random part in proportion, then half of all to fails and the rest to what is notable; what a stratum cannot give goes to the others. */
function sizesOf(groups: readonly Group[], n: number): Map<string, number> {
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  const sizes = new Map(groups.map(({ id }) => [id, 0]));
  const free = ({ id, total: all }: Group): number => all - (sizes.get(id) ?? 0);
  const give = (to: readonly Group[], count: number): number => {
    let left = count;
    while (left > 0) {
      const open = to.filter((group) => free(group) > 0);
      // The group that is furthest behind its share; of equals the first.
      const [next] = [...open].sort((a, b) => (sizes.get(a.id) ?? 0) / a.total - (sizes.get(b.id) ?? 0) / b.total);
      if (next === undefined) break;
      sizes.set(next.id, (sizes.get(next.id) ?? 0) + 1);
      left--;
    }
    return left;
  };
  const atRandom = Math.min(n, Math.max(RANDOM_PART, Math.ceil(n / 4)));
  // Each stratum has one at least: a rate of nothing is unknown.
  for (const group of groups) if (total > 0 && [...sizes.values()].reduce((sum, size) => sum + size, 0) < n) give([group], 1);
  const given = (): number => [...sizes.values()].reduce((sum, size) => sum + size, 0);
  give(groups, Math.max(0, atRandom - given()));
  const ofNew = groups.filter(({ isNew }) => isNew);
  give(ofNew, Math.max(0, Math.min(n - given(), NEW_PART - ofNew.reduce((sum, { id }) => sum + (sizes.get(id) ?? 0), 0))));
  const fails = groups.filter(({ isFail }) => isFail);
  const ofFails = (): number => fails.reduce((sum, { id }) => sum + (sizes.get(id) ?? 0), 0);
  give(fails, Math.max(0, Math.min(n - given(), Math.ceil(n / 2) - ofFails())));
  give(
    groups.filter(({ isNotable, isFail }) => isNotable && !isFail),
    n - given(),
  );
  give(groups, n - given());
  return sizes;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
