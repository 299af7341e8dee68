/** What a candidate is: field by field as in the design's contract. */
import type { PriceInfo, PriceTable } from '../economics/prices/price-table.ts';
import type { JsonValue } from '../json/json.ts';
import type { Budget } from '../prompt/document.ts';

export interface CandidateHead {
  readonly id: string;
  /** What it is called, where its prompt and model do not say what it is; absent: they do. */
  readonly name?: string;
  readonly prompt: { readonly path: string; readonly name: string; readonly version: string; readonly ref: string | null };
  readonly golden: string;
  /** The git ref of the golden cases; absent: the working tree. */
  readonly casesFrom?: string;
  readonly model: string;
  readonly parameters: { readonly [key: string]: JsonValue };
  readonly price: PriceInfo | null;
  /** What the price was when it ran, USD per million tokens; absent in journals of versions before 0.5. */
  readonly rates?: Pick<PriceTable, 'rates' | 'tiers'> | null;
  /** What the prompt declared; absent in journals of versions before 0.5. */
  readonly budget?: Budget | null;
}
