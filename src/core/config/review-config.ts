/** `review` of goldset.yaml: how often people look at a sample, and how large it is. */
import type { JsonObject } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

export interface ReviewConfig {
  /** Days after which the editor reminds, and from which outputs of production are drawn. */
  readonly everyDays: number;
  /** Outputs of a sample. */
  readonly size: number;
  /** goldset.yaml says something about reviews. */
  readonly isWanted: boolean;
}

export const DEFAULT_REVIEW: ReviewConfig = { everyDays: 7, size: 25, isWanted: false };

export function readReview(fields: Fields, root: JsonObject): ReviewConfig {
  const review = fields.object(root, ['review']) ?? {};
  fields.unknownKeys(review, ['everyDays', 'size'], ['review']);
  const number = (name: 'everyDays' | 'size'): number => Math.trunc(fields.number(review, ['review', name], 1) ?? DEFAULT_REVIEW[name]);
  return { everyDays: number('everyDays'), size: number('size'), isWanted: root['review'] !== undefined };
}
