/** `similar` and `answer-relevance`: meaning compared by embeddings. */
import { parseJson } from '../../json/json.ts';
import { failed, passed, type AssertionSpec, type Grade } from '../../grade/assertion.ts';
import { excerpt } from '../../text/text.ts';

export type SimilarityMetric = 'cosine' | 'dot' | 'euclidean';

/** promptfoo's. */
const DEFAULT_THRESHOLD = 0.75;

export const similarityMetric = (type: string): SimilarityMetric => (type.split(':')[1] as SimilarityMetric | undefined) ?? 'cosine';

/** An embedding as an answer holds it, or null. */
export function vectorOf(output: string): number[] | null {
  const value = parseJson(output);
  return Array.isArray(value) && value.length > 0 && value.every((item): item is number => typeof item === 'number') ? value : null;
}

/** 1: the same direction; for the Euclidean distance 1 / (1 + distance), as promptfoo has it. */
export function similarity(metric: SimilarityMetric, a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  if (metric === 'dot') return dot(a, b);
  if (metric === 'euclidean') return 1 / (1 + Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0)));
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : dot(a, b) / length;
}

/** The best of several similarities against the threshold. */
export function similarGrade(
  scores: readonly number[],
  { threshold = DEFAULT_THRESHOLD }: AssertionSpec,
  wanted: readonly string[],
): Grade {
  const best = Math.max(...scores);
  const score = Math.min(1, Math.max(0, best));
  const reason = `similarity ${best.toFixed(2)} to “${excerpt(wanted[scores.indexOf(best)] ?? '', 120)}”, at least ${threshold}`;
  return best >= threshold ? { ...passed(`The ${reason}.`), score } : { ...failed(`Expected a ${reason}.`), score };
}
