/** Numbers as people read them, each with its unit; unknown is said, never 0. The same in terminal, page, lens and report. */

type Figure = number | null | undefined;

/** US dollars with two significant digits below one dollar: `$0.0021`, `$12.40`, `$1,250.00`. */
export function usd(value: Figure): string {
  if (value === null || value === undefined) return 'unknown';
  if (value === 0) return '$0';
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (size >= 1) return `${sign}$${size.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  const digits = Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(size))));
  return `${sign}$${Number(size.toPrecision(2)).toFixed(digits)}`;
}

/** `$0.0021 spent`; nothing is spent on a scripted model: `would cost $0.0021`. */
export const spentText = (value: number, isScripted: boolean): string =>
  isScripted && value > 0 ? `would cost ${usd(value)}` : `${usd(value)} spent`;

/** A share as `87.5 %`. */
export const percent = (value: Figure): string =>
  value === null || value === undefined ? 'unknown' : `${(value * 100).toFixed(1).replace(/\.0$/, '')} %`;

/** Where a share lies with 95 % confidence, in whole percent: `likely 79–95 %`. */
export const likely = ([low, high]: readonly [number, number]): string => `likely ${Math.round(low * 100)}–${Math.round(high * 100)} %`;

export const milliseconds = (value: Figure): string =>
  value === null || value === undefined ? 'unknown' : value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`;

/** A whole number with its thousands marked. */
export const count = (value: Figure): string =>
  value === null || value === undefined ? 'unknown' : Math.round(value).toLocaleString('en-US');

/** A count with its noun, singular or plural: `1 case`, `1,204 cases`. `many` is for nouns that do not take an s. */
export const quantity = (value: Figure, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** The first names of a list, and how many more there are: `a, b, and 3 more`, or with a noun `a, b, and 3 more files`. */
export function firstNames(names: readonly string[], most: number, one?: string): string {
  const more = names.length - most;
  const rest = one === undefined ? `${count(more)} more` : quantity(more, `more ${one}`);
  return names.slice(0, most).join(', ') + (more > 0 ? `, and ${rest}` : '');
}

/** A difference of shares, as `+1.5 points`. */
export const signedPoints = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} points`;

/** A p-value, as `= 0.0123` or `< 0.0001`. */
export const pText = (p: number): string => (p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`);
