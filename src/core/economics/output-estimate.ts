/** How many tokens a prompt's answers have: from its runs, else from what the golden cases expect, else from its limit. */
import { isJsonObject, type JsonValue } from '../json/json.ts';
import type { GoldenCase } from '../golden/case.ts';
import type { PromptDocument } from '../prompt/document.ts';
import type { ObservedRun } from './observed.ts';
import type { MeasuredCall, ReasoningEstimate } from './thinking/reasoning-estimate.ts';
import { atMost, ENOUGH_CALLS } from './thinking/reasoning-estimate.ts';
import { percentiles } from '../statistics/summary.ts';

export interface OutputEstimate {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly mean: number | null;
  /** `observed`: this model's run. `observed-elsewhere`: another model's. `golden`: the expected outputs. `limit`: the most there can be. */
  readonly basis: 'observed' | 'observed-elsewhere' | 'golden' | 'limit' | 'unknown';
}

export interface OutputEvidence {
  readonly run: Pick<ObservedRun, 'answer'> | null;
  readonly other: Pick<ObservedRun, 'answer'> | null;
  readonly document: PromptDocument;
  readonly cases: readonly GoldenCase[];
  /** Tokens of the model. */
  readonly count: (text: string) => number;
}

const NOTHING: OutputEstimate = { p50: null, p95: null, mean: null, basis: 'unknown' };

/** Tokens of the answer alone, without thinking. */
export function expectedAnswer({ run, other, document, cases, count }: OutputEvidence): OutputEstimate {
  if (run?.answer) return { ...run.answer, basis: 'observed' };
  if (other?.answer) return { ...other.answer, basis: 'observed-elsewhere' };
  const expected = cases
    .flatMap(({ expected: value }) =>
      value === undefined || value === null
        ? []
        : [typeof value === 'string' ? { text: value, more: 0 } : { text: JSON.stringify(value), more: fieldsBeside(value, document) }],
    )
    .slice(0, 500)
    .map(({ text, more }) => count(text) + more * USUAL_FIELD)
    .sort((a, b) => a - b);
  if (expected.length > 0) {
    const at = (share: number): number => Math.round(expected[Math.min(expected.length - 1, Math.floor(share * expected.length))] ?? 0);
    return { p50: at(0.5), p95: at(0.95), mean: expected.reduce((a, b) => a + b, 0) / expected.length, basis: 'golden' };
  }
  const limit = document.parameters.maxOutputTokens;
  return limit === undefined ? NOTHING : { p50: limit, p95: limit, mean: limit, basis: 'limit' };
}

/** Tokens of a field of which only the schema is known, its name and a short text: as rough as that in every vocabulary. */
const USUAL_FIELD = 12;

/** Fields that the output has beside those that a case expects: an expected object is contained in it. */
function fieldsBeside(expected: JsonValue, { output }: Pick<PromptDocument, 'output'>): number {
  const properties = output.schema?.['properties'];
  if (!isJsonObject(expected) || !isJsonObject(properties)) return 0;
  return Object.keys(properties).filter((name) => !Object.hasOwn(expected, name)).length;
}

export interface WholeOutput {
  readonly answer: OutputEstimate;
  readonly reasoning: ReasoningEstimate;
  /** The newest run with this model and effort. */
  readonly run: Pick<ObservedRun, 'output'> | null;
  /** Measured calls with this model and effort. */
  readonly calls: readonly MeasuredCall[];
  /** Tokens of thinking and answer at most; null: not known. */
  readonly limit: number | null;
}

/** Tokens of thinking and answer together; unknown where the request thinks and no call has shown how long. */
export function expectedOutput({ answer, reasoning, run, calls, limit }: WholeOutput): OutputEstimate {
  if (calls.length >= ENOUGH_CALLS) {
    const tokens = calls.map(({ output, requests }) => atMost(output, limit, requests));
    const spread = percentiles(tokens);
    if (spread !== null) return { ...spread, mean: tokens.reduce((a, b) => a + b, 0) / tokens.length, basis: 'observed' };
  }
  if (run?.output) return { ...run.output, basis: 'observed' };
  if (answer.basis === 'limit') return answer;
  // Of a model of which nothing is known, the answer is all that can be estimated.
  return reasoning.thinks === true && reasoning.calls === 0 ? NOTHING : answer;
}

/** Whether the request may think and no measured call says how long: a limit of output must leave room for it. */
export const isThinkingOpen = ({ thinks, calls }: Pick<ReasoningEstimate, 'thinks' | 'calls'>): boolean => thinks !== false && calls === 0;
