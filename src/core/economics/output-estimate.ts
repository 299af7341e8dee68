/** How many tokens a prompt's answers have: from its runs, else from what the golden cases expect, else from its limit. */
import type { GoldenCase } from '../golden/case.ts';
import type { PromptDocument } from '../prompt/document.ts';
import type { ObservedRun } from './observed.ts';

export interface OutputEstimate {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly mean: number | null;
  /** `observed`: this model's run. `observed-elsewhere`: another model's. `golden`: the expected outputs. `limit`: the most there can be. */
  readonly basis: 'observed' | 'observed-elsewhere' | 'golden' | 'limit' | 'unknown';
}

export interface OutputEvidence {
  readonly run: ObservedRun | null;
  readonly other: ObservedRun | null;
  readonly document: PromptDocument;
  readonly cases: readonly GoldenCase[];
  /** Tokens of the model ÷ tokens of o200k_base. */
  readonly factor: number;
  readonly count: (text: string) => number;
}

export function expectedOutput({ run, other, document, cases, factor, count }: OutputEvidence): OutputEstimate {
  if (run?.output) return { ...run.output, basis: 'observed' };
  if (other?.output) return { ...other.output, basis: 'observed-elsewhere' };
  const expected = cases
    .flatMap(({ expected: value }) =>
      value === undefined || value === null ? [] : [typeof value === 'string' ? value : JSON.stringify(value)],
    )
    .slice(0, 500)
    .map((text) => count(text) * factor)
    .sort((a, b) => a - b);
  if (expected.length > 0) {
    const at = (share: number): number => Math.round(expected[Math.min(expected.length - 1, Math.floor(share * expected.length))] ?? 0);
    return { p50: at(0.5), p95: at(0.95), mean: expected.reduce((a, b) => a + b, 0) / expected.length, basis: 'golden' };
  }
  const limit = document.parameters.maxOutputTokens;
  return limit === undefined
    ? { p50: null, p95: null, mean: null, basis: 'unknown' }
    : { p50: limit, p95: limit, mean: limit, basis: 'limit' };
}
