const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The upper median; NaN of nothing. */
export const median = (values: readonly number[]): number => sorted(values)[Math.floor(values.length / 2)] ?? NaN;

/** The 95th percentile; NaN of nothing. */
export const p95 = (values: readonly number[]): number => sorted(values)[Math.floor(values.length * 0.95)] ?? NaN;

/** The largest; 0 of nothing. Unlike `Math.max(...)` it has no limit of how many. */
export const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
