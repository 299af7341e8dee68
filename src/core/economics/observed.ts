/** What past runs of a prompt say about it: how long its answers are, how fast they come, what the provider counted. */
import { isJsonObject, type JsonValue } from '../json/json.ts';
import { percentiles, type Percentiles } from '../statistics/summary.ts';
import type { Parameters } from '../prompt/document.ts';
import type { Usage } from './prices/usage.ts';

/** In the end record of a journal, for each candidate: later commands need not read its results. */
export interface ObservedSummary {
  readonly calls: number;
  /** Tokens of thinking and answer. */
  readonly output: Spread | null;
  /** Tokens of the answer alone. */
  readonly answer: Spread | null;
  /** Of the first calls that the run sent; an answer that was known before is not in it. */
  readonly thinking: readonly MeasuredTokens[];
  /** Answers that were cut off at the limit, and of these those whose limit was used up by thinking. */
  readonly cut: number;
  readonly limitEaten: number;
  readonly ttftMs: Percentiles | null;
  readonly latencyMs: Percentiles | null;
  /** Output tokens a second after the first. */
  readonly tokensPerSecond: number | null;
  /** What the provider counted for each case, first sample, in the order of the answers; of the first cases. */
  readonly inputs: readonly ObservedInput[];
  /** Bytes where the results with some of the answers begin. */
  readonly positions: readonly number[];
}

type Spread = Percentiles & { readonly mean: number };

/** Thinking tokens of one call, those of its whole output, and how many requests they are the sum of: tools take more than one. */
export interface MeasuredTokens {
  readonly reasoning: number;
  readonly output: number;
  readonly requests: number;
}

export interface ObservedInput {
  readonly case: string;
  readonly input: number;
  readonly cacheRead: number;
}

export interface ObservedRun extends Omit<ObservedSummary, 'positions'> {
  readonly run: string;
  readonly model: string;
  /** Version of the prompt that ran. */
  readonly version: string;
  /** What it ran with: effort and limit decide how long it thinks. */
  readonly parameters: Parameters;
  /** Some of the answers. */
  readonly outputs: readonly string[];
}

/** What is looked at of a result. */
interface ObservedCall {
  readonly case: string;
  readonly repeat: number;
  readonly answered: boolean;
  readonly usage: Usage | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly position: number;
  readonly source: string;
  readonly isCut?: boolean;
  readonly isLimitEaten?: boolean;
  readonly toolRounds?: number;
}

/** Answers kept to look into. */
const MAX_OUTPUTS = 50;
/** Cases, and calls, whose counts are kept: enough to learn a factor or a range from. */
const MAX_INPUTS = 200;

/** Of the results of one candidate, in the order of the answers. */
export function observeResults(results: readonly ObservedCall[]): ObservedSummary {
  const answered = results.filter((result) => result.answered);
  const usages = answered.flatMap(({ usage }) => usage ?? []);
  const speeds = answered.flatMap(({ usage, ttftMs, latencyMs }) =>
    usage === null || ttftMs === null || latencyMs === null || latencyMs <= ttftMs || usage.output < 2
      ? []
      : [((usage.output - 1) / (latencyMs - ttftMs)) * 1000],
  );
  return {
    calls: answered.length,
    output: spreadOf(usages.map(({ output }) => output)),
    answer: spreadOf(usages.map(({ output, reasoning }) => output - reasoning)),
    thinking: answered
      .flatMap(({ usage, source, toolRounds = 0 }) =>
        usage === null || source === 'cache' ? [] : [{ reasoning: usage.reasoning, output: usage.output, requests: toolRounds + 1 }],
      )
      .slice(0, MAX_INPUTS),
    cut: answered.filter(({ isCut }) => isCut === true).length,
    limitEaten: answered.filter(({ isLimitEaten }) => isLimitEaten === true).length,
    ttftMs: percentiles(answered.flatMap((result) => result.ttftMs ?? [])),
    latencyMs: percentiles(answered.flatMap((result) => result.latencyMs ?? [])),
    tokensPerSecond: percentiles(speeds)?.p50 ?? null,
    inputs: answered
      .flatMap(({ case: id, repeat, usage }) =>
        usage === null || repeat > 0 ? [] : [{ case: id, input: usage.input, cacheRead: usage.cacheRead }],
      )
      .slice(0, MAX_INPUTS),
    positions: answered.slice(0, MAX_OUTPUTS).map(({ position }) => position),
  };
}

function spreadOf(tokens: readonly number[]): Spread | null {
  const spread = percentiles(tokens);
  return spread === null ? null : { ...spread, mean: tokens.reduce((a, b) => a + b, 0) / tokens.length };
}

/** A journal may come from anywhere. */
export function isObservedSummary(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { calls, output, answer, thinking, cut, limitEaten, ttftMs, latencyMs, tokensPerSecond, inputs, positions } = value;
  return (
    [calls, cut, limitEaten].every(isCount) &&
    [ttftMs, latencyMs].every((item) => item === null || hasNumbers(item, ['p50', 'p95'])) &&
    [output, answer].every((item) => item === null || hasNumbers(item, ['p50', 'p95', 'mean'])) &&
    Array.isArray(thinking) &&
    thinking.every((item) => hasNumbers(item, ['reasoning', 'output', 'requests'])) &&
    (tokensPerSecond === null || typeof tokensPerSecond === 'number') &&
    Array.isArray(inputs) &&
    inputs.every((item) => hasNumbers(item, ['input', 'cacheRead']) && isJsonObject(item) && typeof item['case'] === 'string') &&
    Array.isArray(positions) &&
    positions.every(isCount)
  );
}

const isCount = (value: JsonValue | undefined): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const hasNumbers = (value: JsonValue | undefined, names: readonly string[]): boolean =>
  isJsonObject(value) && names.every((name) => typeof value[name] === 'number');
