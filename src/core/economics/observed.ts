/** What past runs of a prompt say about it: how long its answers are, how fast they come, what the provider counted. */
import { percentiles, type Percentiles } from '../statistics/summary.ts';
import type { Usage } from './prices/usage.ts';

export interface ObservedRun {
  readonly run: string;
  readonly model: string;
  /** Version of the prompt that ran. */
  readonly version: string;
  readonly calls: number;
  /** Tokens. */
  readonly output: (Percentiles & { readonly mean: number }) | null;
  readonly ttftMs: Percentiles | null;
  readonly latencyMs: Percentiles | null;
  /** Output tokens a second after the first. */
  readonly tokensPerSecond: number | null;
  /** What the provider counted for each case, first sample. */
  readonly inputs: readonly { readonly case: string; readonly input: number; readonly cacheRead: number }[];
  /** Some of the answers. */
  readonly outputs: readonly string[];
}

/** What is looked at of a result. */
interface ObservedCall {
  readonly case: string;
  readonly repeat: number;
  readonly output: string | null;
  readonly usage: Usage | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
}

/** Answers kept to look into. */
const MAX_OUTPUTS = 50;

export function observeRun(run: string, model: string, version: string, results: readonly ObservedCall[]): ObservedRun {
  const answered = results.filter((result) => result.output !== null);
  const tokens = answered.flatMap((result) => result.usage?.output ?? []);
  const spread = percentiles(tokens);
  const speeds = answered.flatMap(({ usage, ttftMs, latencyMs }) =>
    usage === null || ttftMs === null || latencyMs === null || latencyMs <= ttftMs || usage.output < 2
      ? []
      : [((usage.output - 1) / (latencyMs - ttftMs)) * 1000],
  );
  return {
    run,
    model,
    version,
    calls: answered.length,
    output: spread === null ? null : { ...spread, mean: tokens.reduce((a, b) => a + b, 0) / tokens.length },
    ttftMs: percentiles(answered.flatMap((result) => result.ttftMs ?? [])),
    latencyMs: percentiles(answered.flatMap((result) => result.latencyMs ?? [])),
    tokensPerSecond: percentiles(speeds)?.p50 ?? null,
    inputs: answered.flatMap(({ case: id, repeat, usage }) =>
      usage === null || repeat > 0 ? [] : [{ case: id, input: usage.input, cacheRead: usage.cacheRead }],
    ),
    outputs: answered.slice(0, MAX_OUTPUTS).map((result) => result.output ?? ''),
  };
}
