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

const ALIAS = /-latest$/;

/** A name that the provider moves from one model to the next: `mistral-large-latest`. What it costs is never certain. */
export const isAlias = (model: string): boolean => ALIAS.test(model);

/** What a row is filed under, without what stands for "the newest of it": `claude-3-5-haiku-latest`, `claude-sonnet-4-0`. */
export const familyOf = (id: string): string => id.replace(ALIAS, '').replace(/^(claude-.*-\d)-0$/, '$1');

/** `gpt-6-luna-2026-09-01` is a dated snapshot of `gpt-6-luna`; `gpt-6-luna-pro` is another model. */
export const isSnapshotOf = (model: string, id: string): boolean => {
  const family = familyOf(id);
  return model.startsWith(`${family}-`) && /^\d{4}-?\d{2}-?\d{2}$/.test(model.slice(family.length + 1));
};

/** Whether a row is of this very model. An alias is no model. */
export const isSameModel = (model: string, id: string): boolean =>
  !isAlias(model) && (model === id || model === familyOf(id) || isSnapshotOf(model, id));

/** Of the ids of a provider the newest snapshot of a family, by the day or month at its end; null: no snapshot is known. */
export function newestSnapshot(ids: readonly string[], family: string): string | null {
  const day = (id: string): number => Number(id.slice(family.length + 1).replaceAll('-', ''));
  const snapshots = ids.filter((id) => id.startsWith(`${family}-`) && /^(\d{4}|\d{4}-?\d{2}-?\d{2})$/.test(id.slice(family.length + 1)));
  return snapshots.reduce<string | null>((best, id) => (best === null || day(id) > day(best) ? id : best), null);
}
