/** METEOR (Banerjee and Lavie 2005), by words that are equal or have the same stem; promptfoo's also counts synonyms of WordNet. */
import { porterStem } from '../porter-stem.ts';
import { kindOfScore } from './n-grams.ts';

/** The weights of promptfoo. */
const [ALPHA, BETA, GAMMA] = [0.9, 3, 0.5];

interface Word {
  readonly at: number;
  readonly text: string;
}

const wordsOf = (text: string): Word[] => text.split(/\s+/).map((word, at) => ({ at, text: word.toLowerCase().replace(/\.+$/, '') }));

/** Pairs of equal words, from the end, each word once; what is paired leaves the lists. */
function takePairs(own: Word[], wanted: Word[], formOf: (text: string) => string): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (const word of own.toReversed()) {
    const found = wanted.findLastIndex(({ text }) => formOf(text) === formOf(word.text));
    const other = wanted[found];
    if (other === undefined) continue;
    pairs.push([word.at, other.at]);
    own.splice(own.indexOf(word), 1);
    wanted.splice(found, 1);
  }
  return pairs;
}

function scoreOf(candidate: string, reference: string): number {
  const [own, wanted] = [wordsOf(candidate), wordsOf(reference)];
  const [ofOwn, ofWanted] = [own.length, wanted.length];
  const pairs = [...takePairs(own, wanted, (text) => text), ...takePairs(own, wanted, porterStem)].sort(([a], [b]) => a - b);
  if (pairs.length === 0) return 0;
  const [precision, recall] = [pairs.length / ofOwn, pairs.length / ofWanted];
  const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
  const chunks = pairs.filter(([a, b], i) => {
    const before = pairs[i - 1];
    return before === undefined || a !== before[0] + 1 || b !== before[1] + 1;
  });
  return (1 - GAMMA * (chunks.length / pairs.length) ** BETA) * mean;
}

/** The best reference counts. */
const meteorScore = (candidate: string, references: readonly string[]): number =>
  candidate.trim() === '' ? 0 : Math.max(...references.map((reference) => scoreOf(candidate, reference)));

export const meteor = kindOfScore('METEOR', 0.5, meteorScore);
