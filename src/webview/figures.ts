/** Numbers as people read them, each with its unit; unknown is said, never 0. */

export const usd = (value: number | null): string =>
  value === null
    ? '$?'
    : value === 0
      ? '$0'
      : value >= 1
        ? `$${value.toFixed(2)}`
        : `$${Number(value.toPrecision(2)).toFixed(Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(value)))))}`;
export const ms = (value: number | null): string =>
  value === null ? '? ms' : value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`;
export const count = (value: number | null): string => (value === null ? '?' : value.toLocaleString('en-US'));
export const percent = (value: number | null): string => (value === null ? '? %' : `${(value * 100).toFixed(1).replace(/\.0$/, '')} %`);
