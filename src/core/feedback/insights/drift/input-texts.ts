/** The words of inputs: which are new, what they are near to, and which of them differ most. */
import { saysNothing } from '../../../topics/question-words.ts';
import { centroidOf, TermIndex, TermNumbers, type TermVector } from '../../../topics/term-vectors.ts';
import { mostDifferent } from '../../../topics/topics.ts';
import { NUMBER_WORD } from '../../../topics/words.ts';

/** Cases that are offered at once. */
export const MOST_CASES = 20;
const TERMS = 6;

/** Texts as `normalisedText` gives them; how rare words are is learned from all of them. */
export class InputTexts {
  private readonly numbers = new TermNumbers(saysNothing);
  private readonly vectors = new Map<string, TermVector>();

  constructor(texts: readonly string[]) {
    const own = [...new Set(texts)];
    const learned = this.numbers.learn(own.map(weighted));
    own.forEach((text, i) => {
      const vector = learned[i];
      if (vector !== undefined) this.vectors.set(text, vector);
    });
  }

  vectorOf(text: string): TermVector {
    return this.vectors.get(text) ?? this.numbers.vectorOf(weighted(text));
  }

  /** The similarity of each text to the nearest of the others; 0: they have no word in common. */
  nearest(texts: readonly string[], others: readonly string[]): Float32Array {
    const index = new TermIndex();
    const own = [...new Set(others)];
    for (const text of own) index.add(this.vectorOf(text));
    const found = new Float32Array(own.length);
    return Float32Array.from(texts, (text) => {
      index.similarities(this.vectorOf(text), found);
      return found.reduce((most, near) => Math.max(most, near), 0);
    });
  }

  /** Words that say what the texts are about, and positions of those that differ most, each text once. */
  about(texts: readonly string[]): { readonly terms: string[]; readonly different: number[] } {
    const first = new Map<string, number>();
    texts.forEach((text, i) => {
      if (!first.has(text)) first.set(text, i);
    });
    const vectors = [...first.keys()].map((text) => this.vectorOf(text));
    const centre = centroidOf(vectors.map((vector) => ({ vector, weight: 1 })));
    const places = [...first.values()];
    return {
      terms: [...centre.terms]
        .map((term, i) => ({ word: this.numbers.word(term), value: centre.values[i] ?? 0 }))
        .filter(({ word }) => word !== NUMBER_WORD)
        .sort((a, b) => b.value - a.value || (a.word < b.word ? -1 : 1))
        .slice(0, TERMS)
        .map(({ word }) => word),
      different: mostDifferent(vectors, centre, MOST_CASES).flatMap((i) => places[i] ?? []),
    };
  }
}

const weighted = (words: string): [{ readonly words: string; readonly weight: 1 }] => [{ words, weight: 1 }];
