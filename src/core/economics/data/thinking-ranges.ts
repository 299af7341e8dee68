/**
 * How many tokens a model thinks at an effort, where a dated source says so. No source is known to state such a range yet
 * (29 November 2026), so every estimate before the first calls goes up to the output limit.
 */
export interface ThinkingRange {
  /** The model's name without its provider. */
  readonly model: RegExp;
  readonly effort: string;
  /** Tokens of one call. */
  readonly low: number;
  readonly high: number;
  /** Date of the source, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
}

export const THINKING_RANGES: readonly ThinkingRange[] = [];

/** The first row for a model and effort; null: no source states one. */
export const thinkingRange = (
  model: string,
  effort: string | null,
  rows: readonly ThinkingRange[] = THINKING_RANGES,
): ThinkingRange | null => rows.find((row) => row.effort === effort && row.model.test(model)) ?? null;
