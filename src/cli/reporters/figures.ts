/** Numbers as people read them, each with its unit; unknown is said, never 0. */

export const usd = (value: number | null): string => {
  if (value === null) return 'unknown';
  if (value === 0) return '$0';
  return value >= 1
    ? `$${value.toFixed(2)}`
    : `$${value.toPrecision(2).replace(/^(\d)(?:\.(\d))?e-(\d+)$/, (_all, a: string, b: string | undefined, power: string) => `0.${'0'.repeat(Number(power) - 1)}${a}${b ?? ''}`)}`;
};

export const percent = (value: number | null): string => (value === null ? 'unknown' : `${(value * 100).toFixed(1).replace(/\.0$/, '')} %`);

export const milliseconds = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'unknown' : value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`;

export const count = (value: number): string => value.toLocaleString('en-US');
