/** What of a rollup's data belongs to some days: their sums, which outlive the days, and their texts, which do not. */
import { CACHE_FORM, cacheSums, cacheWithoutTexts } from './caches/cache-rollup.ts';
import { CALLS_FORM, withNextAge } from './first-places.ts';
import { SIGNALS_FORM, SIGNALS_READ, signalSums, signalsWithoutTexts } from './signals/signal-rollup.ts';
import { UNITS_FORM, UNITS_READ, unitSums, unitsWithoutTexts } from './units/unit-rollup.ts';

export interface RollupParts {
  /** The form of data that this version reads and writes. */
  readonly form: number;
  /** Earlier forms of which `sumsOf` reads the sums. */
  readonly reads: readonly number[];
  /** Data with the sums of these days alone, to which everything else is added again. */
  sumsOf(data: unknown, days: ReadonlySet<string>): unknown;
  /** The same sums, without what was said on these days. */
  withoutTexts(data: unknown, days: ReadonlySet<string>): unknown;
}

const PARTS: Readonly<Record<string, RollupParts>> = {
  calls: { form: CALLS_FORM, reads: [], sumsOf: () => null, withoutTexts: withNextAge },
  units: { form: UNITS_FORM, reads: UNITS_READ, sumsOf: unitSums, withoutTexts: unitsWithoutTexts },
  cache: { form: CACHE_FORM, reads: [], sumsOf: cacheSums, withoutTexts: cacheWithoutTexts },
  signals: { form: SIGNALS_FORM, reads: SIGNALS_READ, sumsOf: signalSums, withoutTexts: signalsWithoutTexts },
};

/** By the name of a rollup, which may end with a setting, such as `signals-0.3`. Null: there is no such rollup. */
export function rollupParts(name: string): RollupParts | null {
  const [kind = ''] = name.split('-');
  return Object.hasOwn(PARTS, kind) ? (PARTS[kind] ?? null) : null;
}
