/** What finding, sorting and counting need of a result; the rest stays in the journal until it is looked at. */
import type { Budget } from '../../core/prompt/document.ts';
import { isRefused } from '../../core/grade/refusals/refused.ts';
import type { KnownJudges } from '../../core/results/judged-sample.ts';
import type { Result } from '../../core/results/result.ts';
import { outlineOf, type ResultOutline } from '../../core/results/result-list.ts';

/** Characters of a text that are searched in memory; longer ones are read for it. */
const SEARCHED = 8192;

export interface SampleFacts extends ResultOutline {
  /** Which of the shown runs it is from. */
  readonly run: number;
  readonly truncated: boolean;
  readonly refused: boolean;
  /** Budgets it is over: `TTFT`, `cost`, `output tokens`. */
  readonly over: readonly string[];
  /** Kinds of assertions that did not pass. */
  readonly failing: readonly string[];
  /** The output in small letters, its first part. */
  readonly text: string;
  readonly isCut: boolean;
}

/** Where a sample is shown. */
interface SampleColumn {
  readonly id: string;
  readonly budget: Budget | null;
  readonly judges: KnownJudges;
}

export function factsOf(result: Result, position: number, run: number, column: SampleColumn): SampleFacts {
  const { finish, output, assertions } = result;
  const text = output ?? result.error?.message ?? '';
  return {
    ...outlineOf(result, position, column.judges),
    candidate: column.id,
    run,
    truncated: finish === 'length',
    refused: isRefused({ finish, output, hasToolCalls: result.toolCalls.length > 0 }),
    over: overBudget(result, column.budget),
    failing: [...new Set(assertions.filter((item) => !item.pass && item.weight > 0).map((item) => item.type))],
    text: text.slice(0, SEARCHED).toLowerCase(),
    isCut: text.length > SEARCHED,
  };
}

export function overBudget({ ttftMs, costUsd, usage }: Result, budget: Budget | null): string[] {
  const pairs: readonly (readonly [string, number | null, number | null])[] = [
    ['TTFT', ttftMs, budget?.ttftMs ?? null],
    ['cost', costUsd, budget?.costUsd ?? null],
    ['output tokens', usage?.output ?? null, budget?.outputTokens ?? null],
  ];
  return pairs.filter(([, value, limit]) => value !== null && limit !== null && value > limit).map(([name]) => name);
}

/** A number of a sample that can be sorted by. */
export const metricReaders = {
  score: (facts: SampleFacts) => facts.score,
  costUsd: (facts: SampleFacts) => facts.costUsd,
  ttftMs: (facts: SampleFacts) => facts.ttftMs,
  latencyMs: (facts: SampleFacts) => facts.latencyMs,
  inputTokens: (facts: SampleFacts) => facts.usage?.input ?? null,
  outputTokens: (facts: SampleFacts) => facts.usage?.output ?? null,
  reasoningTokens: (facts: SampleFacts) => facts.usage?.reasoning ?? null,
} as const;
