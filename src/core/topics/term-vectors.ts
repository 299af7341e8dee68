/** Texts as vectors of their words: TF-IDF with a logarithm of the counts, each vector of length 1. What stands in every text counts nothing. */
import { WordTable } from './word-table.ts';

/** Words as `normalisedText` gives them, and how much they say. */
export interface WeightedWords {
  readonly words: string;
  readonly weight: number;
}

/** Numbers of terms, ascending, and the part of each. */
export interface TermVector {
  readonly terms: Uint32Array;
  readonly values: Float32Array;
}

/** Numbers for words, in the order in which they came, and how rare each is. */
export class TermNumbers {
  private readonly numbers = new WordTable();
  private readonly all: string[] = [];
  /** Of each term; 0: it is in all texts or in one, so that nothing can be near by it. */
  private rarity = new Float64Array();
  /** By term, all zero between two texts. */
  private counts = new Uint32Array(1024);
  private sums = new Float64Array(1024);
  /** Used again for each text. */
  private readonly touched: number[] = [];
  private readonly own: number[] = [];

  /** `isIdle`: whether a word says nothing of what a text is about. */
  constructor(private readonly isIdle: (word: string) => boolean) {}

  word(term: number): string {
    return this.all[term] ?? '';
  }

  /** Of texts that decide how rare words are. @returns how often each word is in them: a logarithm of its counts, added up by weight. */
  learn(texts: readonly (readonly WeightedWords[])[]): TermVector[] {
    const counted = texts.map((own) => this.counted(own, true));
    const seen = new Uint32Array(this.all.length);
    for (const { terms } of counted) for (const term of terms) seen[term] = (seen[term] ?? 0) + 1;
    this.rarity = Float64Array.from(seen, (count) => (count < 2 ? 0 : Math.log(counted.length / count)));
    return counted.map((vector) => this.weighted(vector));
  }

  /** Of a text by what was learned; words that were not seen count nothing. */
  vectorOf(texts: readonly WeightedWords[]): TermVector {
    return this.weighted(this.counted(texts, false));
  }

  /** Each word as often as it is there, by its logarithm alone. */
  plainVectorOf(texts: readonly WeightedWords[]): TermVector {
    return this.counted(texts, true);
  }

  /** As `TermIndex.similarities` of `vectorOf`, without the vector: of tens of thousands of texts each is needed once. */
  similarities(texts: readonly WeightedWords[], index: TermIndex, found: Float32Array): void {
    found.fill(0);
    let squares = 0;
    for (const term of this.count(texts, false)) {
      const value = (this.sums[term] ?? 0) * (this.rarity[term] ?? 0);
      this.sums[term] = 0;
      squares += value * value;
      if (value !== 0) index.addTo(found, term, value);
    }
    if (squares === 0) return;
    const length = Math.sqrt(squares);
    for (let i = 0; i < found.length; i++) found[i] = (found[i] ?? 0) / length;
  }

  /** The terms of a text, in the order of its words. What each counts is in `sums`, until the caller sets it to zero. */
  private count(texts: readonly WeightedWords[], isNew: boolean): readonly number[] {
    const { touched, own } = this;
    touched.length = 0;
    for (const { words, weight } of texts) {
      own.length = 0;
      for (let start = 0; start <= words.length;) {
        const space = words.indexOf(' ', start);
        const end = space === -1 ? words.length : space;
        const term = this.numberOf(words, start, end, isNew);
        start = end + 1;
        if (term === IDLE) continue;
        if (this.counts.length <= term) this.grow();
        const count = this.counts[term] ?? 0;
        if (count === 0) own.push(term);
        this.counts[term] = count + 1;
      }
      for (const term of own) {
        const sum = this.sums[term] ?? 0;
        if (sum === 0) touched.push(term);
        this.sums[term] = sum + weight * (1 + Math.log(this.counts[term] ?? 1));
        this.counts[term] = 0;
      }
    }
    return touched;
  }

  private counted(texts: readonly WeightedWords[], isNew: boolean): TermVector {
    const terms = Uint32Array.from(this.count(texts, isNew)).sort();
    const values = new Float32Array(terms.length);
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] ?? 0;
      values[i] = this.sums[term] ?? 0;
      this.sums[term] = 0;
    }
    return { terms, values };
  }

  private grow(): void {
    const [counts, sums] = [new Uint32Array(2 * this.counts.length), new Float64Array(2 * this.counts.length)];
    counts.set(this.counts);
    sums.set(this.sums);
    [this.counts, this.sums] = [counts, sums];
  }

  private weighted({ terms, values }: TermVector): TermVector {
    let kept = 0;
    const [ownTerms, ownValues] = [new Uint32Array(terms.length), new Float32Array(terms.length)];
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] ?? 0;
      const rarity = this.rarity[term] ?? 0;
      if (rarity === 0) continue;
      ownTerms[kept] = term;
      ownValues[kept++] = (values[i] ?? 0) * rarity;
    }
    return unit({ terms: ownTerms.subarray(0, kept), values: ownValues.subarray(0, kept) });
  }

  private numberOf(words: string, start: number, end: number, isNew: boolean): number {
    const known = this.numbers.get(words, start, end);
    if (known !== null) return known;
    if (!isNew) return IDLE;
    const word = words.slice(start, end);
    const number = word === '' || this.isIdle(word) ? IDLE : this.all.push(word) - 1;
    this.numbers.add(word, number);
    return number;
  }
}

const IDLE = -1;

export function unit({ terms, values }: TermVector): TermVector {
  let squares = 0;
  for (const value of values) squares += value * value;
  const length = Math.sqrt(squares);
  return { terms, values: length === 0 ? values : values.map((value) => value / length) };
}

/** The terms with the largest parts, as they are. */
export function strongest({ terms, values }: TermVector, most: number): TermVector {
  if (terms.length <= most) return { terms, values };
  const least = Float32Array.from(values).sort()[terms.length - most] ?? 0;
  const kept = [...terms.keys()].filter((i) => (values[i] ?? 0) >= least);
  return { terms: Uint32Array.from(kept, (i) => terms[i] ?? 0), values: Float32Array.from(kept, (i) => values[i] ?? 0) };
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
  /** By term; with holes. */
  private readonly places: ({ readonly at: number[]; readonly values: number[] } | undefined)[] = [];
  private count = 0;

  add({ terms, values }: TermVector): void {
    terms.forEach((term, i) => {
      while (this.places.length <= term) this.places.push(undefined);
      const place = (this.places[term] ??= { at: [], values: [] });
      place.at.push(this.count);
      place.values.push(values[i] ?? 0);
    });
    this.count++;
  }

  /** What one term with the part `value` adds to the similarity of each. */
  addTo(found: Float32Array, term: number, value: number): void {
    const place = this.places[term];
    if (place === undefined) return;
    const { at, values } = place;
    for (let i = 0; i < at.length; i++) {
      const to = at[i] ?? 0;
      found[to] = (found[to] ?? 0) + value * (values[i] ?? 0);
    }
  }

  /** The similarity (cosine) of each that was added, in `found`, which must be as long. */
  similarities({ terms, values }: TermVector, found: Float32Array): void {
    found.fill(0);
    for (let k = 0; k < terms.length; k++) this.addTo(found, terms[k] ?? 0, values[k] ?? 0);
  }
}
