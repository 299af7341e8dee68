/** How long a call thinks, in words: the same in the cost table, lens and hover. */
import { count, quantity, usd } from '../../display/figures.ts';
import type { ReasoningEstimate } from './reasoning-estimate.ts';

/** A line of a table; null: the request does not think, and nothing contradicts it. */
export function thinkingLine({ p50, p95, low, high, basis, calls, source, message }: ReasoningEstimate): string | null {
  if (basis === 'none' && message === null) return null;
  const seen = p50 === null || calls === 0 ? '' : `${quantity(p50, 'token')}, p95 ${count(p95)}`;
  if (basis === 'observed') return `${seen} (${count(low)} to ${count(high)}, ${source})${message === null ? '' : `. ${message}`}`;
  const range = high === null ? 'unknown' : low === 0 ? `up to ${quantity(high, 'token')}` : `${count(low)} to ${quantity(high, 'token')}`;
  return `${range} (${source})${seen === '' ? '' : `; ${seen} in ${quantity(calls, 'call')} so far`}${message === null ? '' : `. ${message}`}`;
}

/** ` + up to 4,096 thinking` or ` + ~300 thinking`, for one line beside the answer; empty: none, or not known. */
export function thinkingMark({ p50, high, basis, calls }: ReasoningEstimate): string {
  if (basis === 'none' || (calls > 0 && p50 === 0)) return '';
  if (calls > 0) return ` + ~${count(p50)} thinking`;
  if (high !== null) return ` + up to ${count(high)} thinking`;
  return basis === 'unknown' ? '' : ' + ? thinking';
}

/** `$0.0001 to $0.064`; null: no range is known. */
export const costRangeText = ({ low, high }: { readonly low: number | null; readonly high: number | null }): string | null =>
  low === null || high === null ? null : `${usd(low)} to ${usd(high)}`;
