/** Texts as vectors of their words: TF-IDF with a logarithm of the counts, each vector of length 1. What stands in every text counts nothing. */
import { wordsOf } from './words.ts';

export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** Numbers of terms, ascending, and the part of each. */
export interface TermVector {
  readonly terms: Uint32Array;
  readonly values: Float32Array;
}

/** Numbers for words, in the order in which they came. */
export class TermNumbers {
  private readonly numbers = new Map<string, number>();
  private readonly all: string[] = [];
  private readonly left = new Set<string>();

  /** `isIdle`: whether a word says nothing of what a text is about. */
  constructor(private readonly isIdle: (word: string) => boolean) {}

  get size(): number {
    return this.all.length;
  }

  word(term: number): string {
    return this.all[term] ?? '';
  }

  /** How often each word is in the texts: a logarithm of its counts, added up by weight. */
  take(texts: readonly WeightedText[]): TermVector {
    const sums = new Map<number, number>();
    for (const { text, weight } of texts) {
      const counts = new Map<number, number>();
      for (const word of wordsOf(text)) {
        const term = this.numberOf(word);
        if (term !== null) counts.set(term, (counts.get(term) ?? 0) + 1);
      }
      for (const [term, count] of counts) sums.set(term, (sums.get(term) ?? 0) + weight * (1 + Math.log(count)));
    }
    const terms = Uint32Array.from(sums.keys()).sort();
    return { terms, values: Float32Array.from(terms, (term) => sums.get(term) ?? 0) };
  }

  private numberOf(word: string): number | null {
    const known = this.numbers.get(word);
    if (known !== undefined) return known;
    if (this.left.has(word)) return null;
    if (this.isIdle(word)) {
      this.left.add(word);
      return null;
    }
    this.numbers.set(word, this.all.length);
    this.all.push(word);
    return this.all.length - 1;
  }
}

/** The same with rare words weighted more. Words of one text only are left out: nothing can be near by them. */
export function weightedVectors(counted: readonly TermVector[], vocabulary: number): TermVector[] {
  const seen = new Uint32Array(vocabulary);
  for (const { terms } of counted) for (const term of terms) seen[term] = (seen[term] ?? 0) + 1;
  const rarity = Float64Array.from(seen, (count) => (count < 2 ? 0 : Math.log(counted.length / count)));
  return counted.map(({ terms, values }) => {
    const kept = terms.filter((term) => (rarity[term] ?? 0) > 0);
    let at = 0;
    const own = Float32Array.from(kept, (term) => {
      while (terms[at] !== term) at++;
      return (values[at] ?? 0) * (rarity[term] ?? 0);
    });
    return unit({ terms: kept, values: own });
  });
}

export function unit({ terms, values }: TermVector): TermVector {
  let squares = 0;
  for (const value of values) squares += value * value;
  const length = Math.sqrt(squares);
  return { terms, values: length === 0 ? values : values.map((value) => value / length) };
}

/** The mean direction of vectors, each as often as its weight says. */
export function centroidOf(vectors: readonly { readonly vector: TermVector; readonly weight: number }[]): TermVector {
  const sums = new Map<number, number>();
  for (const { vector, weight } of vectors)
    vector.terms.forEach((term, i) => sums.set(term, (sums.get(term) ?? 0) + weight * (vector.values[i] ?? 0)));
  const terms = Uint32Array.from(sums.keys()).sort();
  return unit({ terms, values: Float32Array.from(terms, (term) => sums.get(term) ?? 0) });
}

/** By term, where it stands: finds what is near to a vector without looking at the others. */
export class TermIndex {
  private readonly places = new Map<number, { readonly at: number[]; readonly values: number[] }>();
  private count = 0;

  add({ terms, values }: TermVector): void {
    terms.forEach((term, i) => {
      let place = this.places.get(term);
      if (place === undefined) this.places.set(term, (place = { at: [], values: [] }));
      place.at.push(this.count);
      place.values.push(values[i] ?? 0);
    });
    this.count++;
  }

  /** The similarity (cosine) of each that was added, in `found`, which must be as long. */
  similarities({ terms, values }: TermVector, found: Float32Array): void {
    found.fill(0);
    for (let k = 0; k < terms.length; k++) {
      const place = this.places.get(terms[k] ?? 0);
      if (place === undefined) continue;
      const own = values[k] ?? 0;
      const { at, values: others } = place;
      for (let i = 0; i < at.length; i++) {
        const to = at[i] ?? 0;
        found[to] = (found[to] ?? 0) + own * (others[i] ?? 0);
      }
    }
  }
}
