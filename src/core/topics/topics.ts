/**
 * What texts are about: first by what is known of them (their signature), then by their words. Texts whose words are equal are one. Of more
 * than a few thousand a sample is clustered, drawn by hash, so that the order of the input changes nothing; the others go where they are near.
 */
import { averageLinkage, pairAt, similarityPairs } from './average-linkage.ts';
import { centroidOf, strongest, TermIndex, TermNumbers, type TermVector, type WeightedWords } from './term-vectors.ts';
import { NUMBER_WORD } from './words.ts';

export interface TopicItem {
  /** What is known of it, such as an assertion with its reason; items of different signatures are never of one topic. Null: nothing. */
  readonly signature: string | null;
  /** The signature says it all: its items are one topic, whatever their words. */
  readonly isWhole: boolean;
  readonly texts: readonly WeightedWords[];
}

export interface Topic {
  readonly signature: string | null;
  readonly isWhole: boolean;
  /** Indices of items, ascending. */
  readonly members: readonly number[];
  /** Words that its texts have in common and others do not, the most telling first. */
  readonly terms: readonly string[];
  /** Members that differ most from one another, the most typical first. */
  readonly typical: readonly number[];
}

export interface Topics {
  /** The largest first. */
  readonly topics: readonly Topic[];
  /** Indices of items that are near to nothing, ascending. */
  readonly others: readonly number[];
}

export interface TopicOptions {
  /** Of a text, not against an enemy, of at least 50 bits: texts of the same hash are one, and it decides which are in the sample. */
  readonly hash: (text: string) => number;
  readonly isIdle: (word: string) => boolean;
  /** Texts above which a sample is clustered, and how many are in it; absent: 5,000 and 3,000. */
  readonly most?: number;
  readonly sample?: number;
  /** Items that a topic has at least; absent: 3. */
  readonly least?: number;
  /** Mean similarity of two parts of one topic, at least; absent: `SAME_TOPIC`. */
  readonly near?: number;
}

/** Time and memory grow with the square of what is clustered. */
const MOST_CLUSTERED = 5000;
const SAMPLED = 3000;
const LEAST_MEMBERS = 3;
/** Mean similarity (cosine) of two parts of one topic, at least: measured with test/unit/numbers/failure-topics.test.ts. */
export const SAME_TOPIC = 0.12;
/** Looks at whether each text is nearer to another cluster by now. */
const ROUNDS = 2;
const TERMS = 6;
/** Of these, cases are made. */
const TYPICAL = 10;

/** Items whose words are equal. */
interface Unique {
  readonly hash: number;
  readonly signature: string | null;
  readonly members: number[];
}

export function topicsOf(items: readonly TopicItem[], options: TopicOptions): Topics {
  const { whole, uniques } = collapsed(items, options);
  const numbers = new TermNumbers(options.isIdle);
  // The order is that of the hashes.
  const isSampled = uniques.length > (options.most ?? MOST_CLUSTERED);
  const drawn = isSampled ? uniques.slice(0, options.sample ?? SAMPLED) : uniques;
  const textsOf = ({ members }: Unique): readonly WeightedWords[] => items[members[0] ?? 0]?.texts ?? [];
  const vectors = numbers.learn(drawn.map(textsOf));
  const sample = drawn.flatMap((unique, i): Placed[] => {
    const vector = vectors[i];
    return vector === undefined ? [] : [{ ...unique, vector }];
  });
  const near = options.near ?? SAME_TOPIC;
  const least = options.least ?? LEAST_MEMBERS;
  const clusters = [...groupsOf(sample).values()].flatMap((group) => refined(clustersOf(group, near), least));
  const large = clusters.filter((cluster) => sizeOf(cluster) >= least);
  const grown = large.map((cluster): Unique[] => [...cluster]);
  const centroids = large.map(centroid);
  const others: Unique[] = clusters.filter((cluster) => sizeOf(cluster) < least).flat();
  const targets = new Targets(large, centroids, near, numbers);
  for (const unique of uniques.slice(drawn.length)) {
    const to = targets.nearest(unique.signature, textsOf(unique));
    (to === null ? others : (grown[to] ?? others)).push(unique);
  }
  const topics = [
    ...grown.map((cluster, i): Topic => ({
      signature: cluster[0]?.signature ?? null,
      isWhole: false,
      members: membersOf(cluster),
      terms: termsOf(centroids[i], numbers),
      typical: typicalOf(large[i] ?? [], centroids[i]),
    })),
    ...wholeTopics(whole, items, numbers),
  ];
  return { topics: topics.sort(larger), others: membersOf(others) };
}

interface Placed extends Unique {
  readonly vector: TermVector;
}

const larger = (a: Topic, b: Topic): number => b.members.length - a.members.length || ((a.terms[0] ?? '') < (b.terms[0] ?? '') ? -1 : 1);

/** In the order of their hashes: whichever came first. */
function collapsed(items: readonly TopicItem[], { hash }: TopicOptions): { whole: Map<string, number[]>; uniques: Unique[] } {
  const whole = new Map<string, number[]>();
  const uniques = new Map<number, Unique>();
  items.forEach(({ signature, isWhole, texts }, i) => {
    if (isWhole) {
      const members = whole.get(signature ?? '');
      if (members === undefined) whole.set(signature ?? '', [i]);
      else members.push(i);
      return;
    }
    const own = hash([signature ?? '', ...texts.map(({ words }) => words)].join('\u0000'));
    const known = uniques.get(own);
    if (known === undefined) uniques.set(own, { hash: own, signature, members: [i] });
    else known.members.push(i);
  });
  return { whole, uniques: [...uniques.values()].sort((a, b) => a.hash - b.hash) };
}

function groupsOf(uniques: readonly Placed[]): Map<string | null, Placed[]> {
  const groups = new Map<string | null, Placed[]>();
  for (const unique of uniques) {
    const group = groups.get(unique.signature);
    if (group === undefined) groups.set(unique.signature, [unique]);
    else group.push(unique);
  }
  return groups;
}

function clustersOf(group: readonly Placed[], near: number): Placed[][] {
  const n = group.length;
  const pairs = similarityPairs(n);
  const index = new TermIndex();
  const found = new Float32Array(n);
  group.forEach(({ vector }, j) => {
    index.similarities(vector, found);
    for (let i = 0; i < j; i++) pairs[pairAt(n, i, j)] = found[i] ?? 0;
    index.add(vector);
  });
  const roots = averageLinkage(
    group.map(({ members }) => members.length),
    pairs,
    near,
  );
  const clusters = new Map<number, Placed[]>();
  group.forEach((unique, i) => {
    const cluster = clusters.get(roots[i] ?? i);
    if (cluster === undefined) clusters.set(roots[i] ?? i, [unique]);
    else cluster.push(unique);
  });
  return [...clusters.values()];
}

/** What was joined early may be nearer to another cluster now. Clusters that are too small to be topics keep and get nothing. */
function refined(clusters: readonly (readonly Placed[])[], least: number): Placed[][] {
  let now = clusters.map((cluster) => [...cluster]);
  for (let round = 0; round < ROUNDS; round++) {
    const large = now.filter((cluster) => sizeOf(cluster) >= least);
    const index = new TermIndex();
    for (const cluster of large) index.add(centroid(cluster));
    const found = new Float32Array(large.length);
    const next = large.map((): Placed[] => []);
    for (const [own, cluster] of large.entries())
      for (const unique of cluster) {
        index.similarities(unique.vector, found);
        let [best, most] = [own, found[own] ?? 0];
        found.forEach((similarity, i) => {
          if (similarity > most) [best, most] = [i, similarity];
        });
        next[best]?.push(unique);
      }
    now = [...next.filter((cluster) => cluster.length > 0), ...now.filter((cluster) => sizeOf(cluster) < least)];
  }
  return now;
}

const sizeOf = (cluster: readonly Unique[]): number => cluster.reduce((sum, { members }) => sum + members.length, 0);

function membersOf(cluster: readonly Unique[]): number[] {
  const all: number[] = [];
  for (const { members } of cluster) for (const member of members) all.push(member);
  return all.sort((a, b) => a - b);
}

const centroid = (cluster: readonly Placed[]): TermVector =>
  centroidOf(cluster.map(({ vector, members }) => ({ vector, weight: members.length })));

/** Terms of a centroid by which others are compared with it: what many texts have a little of makes it slow, and says nothing. */
const STRONGEST = 200;

/** Finds the nearest cluster of the same signature. */
class Targets {
  private readonly index = new TermIndex();
  /** How near the members of each are to their centroid: by it, the similarity to the centroid is the mean one to the members. */
  private readonly spread: readonly number[];
  private readonly found: Float32Array;

  constructor(
    private readonly clusters: readonly (readonly Placed[])[],
    centroids: readonly TermVector[],
    private readonly near: number,
    private readonly numbers: TermNumbers,
  ) {
    for (const vector of centroids) this.index.add(strongest(vector, STRONGEST));
    this.spread = clusters.map((cluster, i) => meanSimilarity(cluster, centroids[i]));
    this.found = new Float32Array(centroids.length);
  }

  /** Null: none is near. */
  nearest(signature: string | null, texts: readonly WeightedWords[]): number | null {
    const found = this.found;
    this.numbers.similarities(texts, this.index, found);
    let best = -1;
    let most = 0;
    for (let i = 0; i < found.length; i++) {
      const own = found[i] ?? 0;
      if (own <= most || this.clusters[i]?.[0]?.signature !== signature) continue;
      best = i;
      most = own;
    }
    return best !== -1 && most * (this.spread[best] ?? 1) >= this.near ? best : null;
  }
}

/** Of the members to their centroid. */
function meanSimilarity(cluster: readonly Placed[], of: TermVector | undefined): number {
  if (of === undefined) return 1;
  const [sum, n] = cluster.reduce(
    ([total, count], { vector, members }) => [total + members.length * dot(vector, of), count + members.length],
    [0, 0],
  );
  return n === 0 ? 1 : sum / n;
}

function dot(a: TermVector, b: TermVector): number {
  let [i, j, sum] = [0, 0, 0];
  while (i < a.terms.length && j < b.terms.length) {
    const [own, other] = [a.terms[i] ?? 0, b.terms[j] ?? 0];
    if (own === other) sum += (a.values[i++] ?? 0) * (b.values[j++] ?? 0);
    else if (own < other) i++;
    else j++;
  }
  return sum;
}

function termsOf(of: TermVector | undefined, numbers: TermNumbers): string[] {
  if (of === undefined) return [];
  return [...of.terms]
    .map((term, i) => ({ word: numbers.word(term), value: of.values[i] ?? 0 }))
    .filter(({ word }) => word !== NUMBER_WORD)
    .sort((a, b) => b.value - a.value || (a.word < b.word ? -1 : 1))
    .slice(0, TERMS)
    .map(({ word }) => word);
}

/** First the most typical, then each time the one that is least like those that were taken (farthest-first). */
export function mostDifferent(vectors: readonly TermVector[], of: TermVector, count: number): number[] {
  const taken: number[] = [];
  const nearest = vectors.map((vector) => -dot(vector, of));
  while (taken.length < Math.min(count, vectors.length)) {
    let best = -1;
    nearest.forEach((near, i) => {
      if (!taken.includes(i) && (best === -1 || near < (nearest[best] ?? 0))) best = i;
    });
    const chosen = vectors[best];
    if (chosen === undefined) break;
    if (taken.length === 0) nearest.fill(-1);
    taken.push(best);
    vectors.forEach((vector, i) => (nearest[i] = Math.max(nearest[i] ?? -1, dot(vector, chosen))));
  }
  return taken;
}

/** Of many, among those that were drawn first. */
const MOST_COMPARED = 500;

function typicalOf(cluster: readonly Placed[], of: TermVector | undefined, count = TYPICAL): number[] {
  if (of === undefined) return [];
  const some = cluster.slice(0, MOST_COMPARED);
  const chosen = mostDifferent(
    some.map(({ vector }) => vector),
    of,
    count,
  );
  return chosen.flatMap((i) => some[i]?.members[0] ?? []);
}

function wholeTopics(whole: ReadonlyMap<string, readonly number[]>, items: readonly TopicItem[], numbers: TermNumbers): Topic[] {
  return [...whole].map(([signature, members]) => {
    const some = members.slice(0, MOST_COMPARED);
    const vectors = some.map((i) => numbers.plainVectorOf(items[i]?.texts ?? []));
    const of = centroidOf(vectors.map((vector) => ({ vector, weight: 1 })));
    const typical = mostDifferent(vectors, of, TYPICAL).flatMap((i) => some[i] ?? []);
    return { signature, isWhole: true, members, terms: termsOf(of, numbers), typical };
  });
}
