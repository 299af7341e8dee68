/** A source of prices: the data of Goldset itself, of genai-prices, or of models.dev. */
import type { DatedPrice } from './price-table.ts';

export interface SourcePrice {
  /** What the source calls the model. */
  readonly id: string;
  /** In the order of time; the last one that holds counts. */
  readonly prices: readonly DatedPrice[];
  /** Tokens; null: the source does not say. */
  readonly contextWindow: number | null;
  /** The day of this row, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
}

export interface PriceSource {
  /** With its version, as it is shown. */
  readonly source: string;
  /** The day of the data, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** What the model, or one like it, costs; null: the source has nothing like it. */
  find(provider: string, model: string): SourcePrice | null;
  /** Its models of a provider. */
  list(provider: string): readonly string[];
}

/** `gpt-6-luna-2026-09-01` is a dated snapshot of `gpt-6-luna`; `gpt-6-luna-pro` is another model. */
export const isSnapshotOf = (model: string, id: string): boolean =>
  model.startsWith(`${id}-`) && /^(\d{4}-?\d{2}-?\d{2}|latest)$/.test(model.slice(id.length + 1));

export const isSameModel = (model: string, id: string): boolean => model === id || isSnapshotOf(model, id);
