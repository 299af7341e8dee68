/** Overlap with reference texts by sequences of words: `rouge-n` (with n = 1, as promptfoo), `bleu` and `gleu`. */
import { failed, passed, type AssertionKind, type AssertionSpec, type Grade } from '../assertion.ts';

type Score = (candidate: string, references: readonly string[]) => number;

/** The reference texts: one, or a list of which the best counts. */
const referencesOf = ({ value }: Pick<AssertionSpec, 'value'>): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');

const needsReference = (spec: AssertionSpec): string | null => {
  const { type, threshold, value } = spec;
  const references = referencesOf(spec);
  if (references.length === 0 || (Array.isArray(value) && references.length < value.length))
    return `\`${type}\` needs a reference text, or a list of them, as \`value\`.`;
  return threshold !== undefined && threshold > 1 ? `The \`threshold\` of \`${type}\` must be a score from 0 to 1.` : null;
};

/** A kind that compares a score of the output with `threshold`; `usual`: without one. */
export const kindOfScore = (name: string, usual: number, score: Score): AssertionKind => ({
  check: needsReference,
  grade(spec, { output }): Grade {
    const threshold = spec.threshold ?? usual;
    const found = score(output, referencesOf(spec));
    const shown = `${name} ${found.toFixed(3)}`;
    const grade =
      found >= threshold
        ? passed(`${shown}, at least ${threshold} wanted.`)
        : failed(`Expected ${name} of at least ${threshold}, found ${found.toFixed(3)}.`);
    return { ...grade, score: found };
  },
});

const wordsOf = (text: string): string[] => text.toLowerCase().trim().split(/\s+/).filter(Boolean);

function gramsOf(words: readonly string[], n: number): Map<string, number> {
  const grams = new Map<string, number>();
  for (let at = 0; at + n <= words.length; at++) {
    const gram = words.slice(at, at + n).join('\0');
    grams.set(gram, (grams.get(gram) ?? 0) + 1);
  }
  return grams;
}

const sizeOf = (grams: ReadonlyMap<string, number>): number => [...grams.values()].reduce((sum, count) => sum + count, 0);

const overlapOf = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number =>
  [...a].reduce((sum, [gram, count]) => sum + Math.min(count, b.get(gram) ?? 0), 0);

/** A precision of 0 would make the whole mean 0 (promptfoo's smoothing). */
const SMALLEST = 1e-7;

/** Papineni et al. 2002, with orders 1 to 4, the closest length of a reference, and smoothing. */
function bleuScore(candidate: string, references: readonly string[]): number {
  const words = wordsOf(candidate);
  if (words.length === 0) return 0;
  const all = references.map(wordsOf);
  const lengths = all.map(({ length }) => length).sort((a, b) => Math.abs(a - words.length) - Math.abs(b - words.length) || a - b);
  const precisions = [1, 2, 3, 4].flatMap((n) => {
    const own = gramsOf(words, n);
    const total = sizeOf(own);
    return total === 0 ? [] : [Math.max(...all.map((reference) => overlapOf(own, gramsOf(reference, n)))) / total];
  });
  const closest = lengths[0] ?? 0;
  const penalty = words.length > closest ? 1 : Math.exp(1 - closest / words.length);
  const mean = precisions.reduce((sum, precision) => sum + Math.log(precision === 0 ? SMALLEST : precision), 0) / precisions.length;
  return penalty * Math.exp(mean);
}

/** Wu et al. 2016: the smaller of precision and recall over orders 1 to 4 together; the best reference counts. */
function gleuScore(candidate: string, references: readonly string[]): number {
  const words = wordsOf(candidate).map(withoutStops);
  if (!words.some(Boolean)) return 0;
  return Math.max(
    ...references.map((reference) => {
      const wanted = wordsOf(reference).map(withoutStops);
      let [matches, ofCandidate, ofReference] = [0, 0, 0];
      for (const n of [1, 2, 3, 4]) {
        const [own, other] = [gramsOf(words, n), gramsOf(wanted, n)];
        matches += overlapOf(own, other);
        ofCandidate += sizeOf(own);
        ofReference += sizeOf(other);
      }
      return ofCandidate === 0 || ofReference === 0 ? 0 : Math.min(matches / ofCandidate, matches / ofReference);
    }),
  );
}

const withoutStops = (word: string): string => word.replace(/\.+$/, '');

/** Words and punctuation, in the manner of the Penn Treebank: contractions are apart. */
function tokensOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/\.{3}/g, ' ... ')
    .replace(/[:,](?!\d)/g, ' $& ')
    .replace(/[;@#$%&?!\][(){}<>"]/g, ' $& ')
    .replace(/\.(?=\s*$)/, ' .')
    .replace(/('ll|'re|'ve|n't)(?=\s|$)/g, ' $1')
    .replace(/'([smd])(?=\s|$)/g, " '$1")
    .trim()
    .split(/\s+/)
    .filter(Boolean);
}

/** Lin 2004, ROUGE-1: the harmonic mean of precision and recall. */
function rougeScore(candidate: string, references: readonly string[]): number {
  const own = gramsOf(tokensOf(candidate), 1);
  return Math.max(
    ...references.map((reference) => {
      const other = gramsOf(tokensOf(reference), 1);
      const overlap = overlapOf(own, other);
      if (overlap === 0) return 0;
      const [precision, recall] = [overlap / sizeOf(own), overlap / sizeOf(other)];
      return (2 * precision * recall) / (precision + recall);
    }),
  );
}

export const rougeN = kindOfScore('ROUGE-1', 0.75, rougeScore);
export const bleu = kindOfScore('BLEU', 0.5, bleuScore);
export const gleu = kindOfScore('GLEU', 0.5, gleuScore);
