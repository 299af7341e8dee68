/** What past runs of a prompt say about it: how long its answers are, how fast they come, what the provider counted. */
import { percentiles, type Percentiles } from '../statistics/summary.ts';
import type { Parameters } from '../prompt/document.ts';
import { isLimitEaten } from './thinking/limit-eaten.ts';
import type { Usage } from './prices/usage.ts';

export interface ObservedRun {
  readonly run: string;
  readonly model: string;
  /** Version of the prompt that ran. */
  readonly version: string;
  /** What it ran with: effort and limit decide how long it thinks. */
  readonly parameters: Parameters;
  readonly calls: number;
  /** Tokens of thinking and answer. */
  readonly output: (Percentiles & { readonly mean: number }) | null;
  /** Tokens of the answer alone. */
  readonly answer: (Percentiles & { readonly mean: number }) | null;
  /** Of each call that the run sent; an answer that was known before is not in it. */
  readonly thinking: readonly MeasuredTokens[];
  /** Answers that were cut off at the limit, and of these those whose limit was used up by thinking. */
  readonly cut: number;
  readonly limitEaten: number;
  readonly ttftMs: Percentiles | null;
  readonly latencyMs: Percentiles | null;
  /** Output tokens a second after the first. */
  readonly tokensPerSecond: number | null;
  /** What the provider counted for each case, first sample. */
  readonly inputs: readonly { readonly case: string; readonly input: number; readonly cacheRead: number }[];
  /** Some of the answers. */
  readonly outputs: readonly string[];
}

/** Thinking tokens of one call, those of its whole output, and how many requests they are the sum of: tools take more than one. */
export interface MeasuredTokens {
  readonly reasoning: number;
  readonly output: number;
  readonly requests: number;
}

/** What is looked at of a result. */
interface ObservedCall {
  readonly case: string;
  readonly repeat: number;
  readonly output: string | null;
  readonly usage: Usage | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly finish?: string | null;
  readonly source?: string;
  readonly rounds?: readonly unknown[];
}

/** Which candidate the results are of. */
interface ObservedCandidate {
  readonly model: string;
  readonly version: string;
  readonly parameters?: Parameters;
}

/** Answers kept to look into. */
const MAX_OUTPUTS = 50;

export function observeRun(
  run: string,
  { model, version, parameters = {} }: ObservedCandidate,
  results: readonly ObservedCall[],
): ObservedRun {
  const answered = results.filter((result) => result.output !== null);
  const usages = answered.flatMap(({ usage }) => usage ?? []);
  const tokens = usages.map(({ output }) => output);
  const answers = usages.map(({ output, reasoning }) => output - reasoning);
  const spread = percentiles(tokens);
  const answerSpread = percentiles(answers);
  const speeds = answered.flatMap(({ usage, ttftMs, latencyMs }) =>
    usage === null || ttftMs === null || latencyMs === null || latencyMs <= ttftMs || usage.output < 2
      ? []
      : [((usage.output - 1) / (latencyMs - ttftMs)) * 1000],
  );
  return {
    run,
    model,
    version,
    parameters,
    calls: answered.length,
    output: spread === null ? null : { ...spread, mean: meanOf(tokens) },
    answer: answerSpread === null ? null : { ...answerSpread, mean: meanOf(answers) },
    thinking: answered.flatMap(({ usage, source, rounds = [] }) =>
      usage === null || source === 'cache' ? [] : [{ reasoning: usage.reasoning, output: usage.output, requests: rounds.length + 1 }],
    ),
    cut: answered.filter(({ finish }) => finish === 'length').length,
    limitEaten: answered.filter(({ finish = null, usage }) => isLimitEaten({ finish, usage })).length,
    ttftMs: percentiles(answered.flatMap((result) => result.ttftMs ?? [])),
    latencyMs: percentiles(answered.flatMap((result) => result.latencyMs ?? [])),
    tokensPerSecond: percentiles(speeds)?.p50 ?? null,
    inputs: answered.flatMap(({ case: id, repeat, usage }) =>
      usage === null || repeat > 0 ? [] : [{ case: id, input: usage.input, cacheRead: usage.cacheRead }],
    ),
    outputs: answered.slice(0, MAX_OUTPUTS).map((result) => result.output ?? ''),
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
