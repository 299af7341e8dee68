/** What a candidate is: field by field as in the design's contract. */
import type { PriceInfo } from '../economics/price.ts';
import type { JsonValue } from '../json.ts';

export interface CandidateHead {
  readonly id: string;
  readonly prompt: { readonly path: string; readonly name: string; readonly version: string; readonly ref: string | null };
  readonly golden: string;
  readonly model: string;
  readonly parameters: { readonly [key: string]: JsonValue };
  readonly price: PriceInfo | null;
}
