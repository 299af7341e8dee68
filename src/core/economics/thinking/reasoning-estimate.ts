/** How many tokens a call thinks: a stated range before it is measured, real usage after ten calls. Thinking is part of the output. */
import { count, quantity } from '../../display/figures.ts';
import { percentiles } from '../../statistics/summary.ts';

/** What is known about the thinking of a request before it is sent. */
export interface ThinkingOutlook {
  /** The effort that the request has, or the model's own; null: not known, or the model has none. */
  readonly effort: string | null;
  /** Null: not known of this model. */
  readonly thinks: boolean | null;
  /** Tokens of thinking and answer at most; null: not known. */
  readonly limit: number | null;
  readonly limitOf: 'request' | 'model' | null;
  /** What a dated source states for model and effort; null: no source does. */
  readonly stated: { readonly low: number; readonly high: number; readonly asOf: string; readonly source: string } | null;
}

export interface ReasoningEstimate {
  /** Tokens, of measured calls; null: no call is measured. 0 where the request does not think. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly mean: number | null;
  /** Tokens. The range that is stated, or that was measured; null: the range is unknown. */
  readonly low: number | null;
  readonly high: number | null;
  /** `none`: it does not think. `stated`: a dated source. `limit`: up to the output limit. `observed`: measured. `unknown`: no range is known. */
  readonly basis: 'none' | 'stated' | 'limit' | 'observed' | 'unknown';
  readonly effort: string | null;
  /** Null: not known of this model. */
  readonly thinks: boolean | null;
  /** Calls that were measured. */
  readonly calls: number;
  /** Where the range comes from, in words. */
  readonly source: string;
  /** What contradicts the range, and what to do; null: nothing does. */
  readonly message: string | null;
}

/** One call that was measured, and what was known before it. Tokens; `output` includes `reasoning`. */
export interface MeasuredCall {
  readonly reasoning: number;
  readonly output: number;
  /** Requests that these tokens are the sum of; each has the limit. */
  readonly requests: number;
  readonly outlook: ThinkingOutlook;
}

/** Calls after which what was measured replaces what is stated. */
export const ENOUGH_CALLS = 10;

/** So many tokens, cut where the limit of each request would cut them. */
export const atMost = (tokens: number, limit: number | null, requests: number): number =>
  limit === null ? tokens : Math.min(tokens, limit * requests);

interface StatedRange {
  readonly low: number;
  /** Null: there is no upper end that is known. */
  readonly high: number | null;
  readonly basis: 'none' | 'stated' | 'limit' | 'unknown';
  readonly source: string;
}

/** The estimate of a request's thinking from calls with the same model, prompt and effort. */
export function estimateReasoning(outlook: ThinkingOutlook, calls: readonly MeasuredCall[]): ReasoningEstimate {
  const { effort, limit, thinks } = outlook;
  // What was longer than the limit that is set now would be cut off there.
  const tokens = calls.map(({ reasoning, requests }) => atMost(reasoning, limit, requests));
  const seen = tokens.length === 0 ? null : { ...percentiles(tokens), mean: tokens.reduce((a, b) => a + b, 0) / tokens.length };
  const range = rangeOf(outlook);
  const message = outsideText(calls, effort);
  const measured = { p50: seen?.p50 ?? null, p95: seen?.p95 ?? null, mean: seen?.mean ?? null, effort, thinks, calls: tokens.length };
  if (tokens.length >= ENOUGH_CALLS) {
    const source = `measured in the last ${quantity(tokens.length, 'call')}`;
    return { ...measured, low: Math.min(...tokens), high: Math.max(...tokens), basis: 'observed', source, message };
  }
  if (message !== null) return { ...measured, low: null, high: null, basis: 'unknown', source: 'unknown range', message };
  if (range.basis === 'none')
    return { ...measured, p50: 0, p95: 0, mean: 0, low: 0, high: 0, basis: 'none', source: range.source, message };
  const isUnknown = range.basis === 'unknown';
  return { ...measured, low: isUnknown ? null : range.low, high: range.high, basis: range.basis, source: range.source, message };
}

function rangeOf({ effort, thinks, limit, limitOf, stated }: ThinkingOutlook): StatedRange {
  if (thinks === false) return { low: 0, high: 0, basis: 'none', source: 'the model does not think with these parameters' };
  if (stated !== null) {
    const high = limit === null ? stated.high : Math.min(stated.high, limit);
    return { low: Math.min(stated.low, high), high, basis: 'stated', source: `${stated.source}, ${stated.asOf}` };
  }
  if (thinks === null) return { low: 0, high: null, basis: 'unknown', source: 'it is not known whether this model thinks' };
  const at = effort === null ? '' : ` at effort ${effort}`;
  return limit === null
    ? { low: 0, high: null, basis: 'unknown', source: `not measured${at}, and no output limit is known` }
    : {
        low: 0,
        high: limit,
        basis: 'limit',
        source: `not measured${at}: up to the ${limitOf === 'request' ? 'output limit' : 'model’s output limit'}`,
      };
}

/** How many calls thought more or less than was stated before them; null: none did. */
function outsideText(calls: readonly MeasuredCall[], effort: string | null): string | null {
  const outside = calls.filter(({ reasoning, requests, outlook }) => {
    const { low, high, basis } = rangeOf(outlook);
    return basis !== 'unknown' && (reasoning < low || (high !== null && reasoning > high * requests));
  });
  const [worst] = [...outside].sort((a, b) => b.reasoning - a.reasoning);
  if (worst === undefined) return null;
  const { low, high } = rangeOf(worst.outlook);
  const stated = high === 0 ? 'no thinking' : `${count(low)} to ${quantity(high, 'token')}`;
  const at = effort === null ? '' : ` at effort ${effort}`;
  return `Unknown range of thinking${at}: ${outside.length} of ${quantity(calls.length, 'call')} had other usage than the ${stated} that was stated, up to ${quantity(worst.reasoning, 'token')}. After ${ENOUGH_CALLS} calls, what was measured counts. Check \`capabilities\` of the model in the \`prices\` file.`;
}
