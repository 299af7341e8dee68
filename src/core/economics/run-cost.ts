/** What the calls of a run cost, golden case by golden case: the first call of a prefix is cold, and those after it read what it wrote. */
import type { ModelFacts } from './model-facts.ts';
import type { CacheUse, Replay } from './prefix/replay.ts';
import { costUsd, type Service } from './prices/price.ts';
import { NO_USAGE } from './prices/usage.ts';
import { NO_CACHE, usageOf } from './projected-cost.ts';

/** USD of one call for a golden case. */
export interface CaseCost {
  /** The id of the case; null: the prompt has none, and its defaults stand for one. */
  readonly case: string | null;
  /** Nothing is in the cache. */
  readonly cold: number;
  /** All that the other cases share is in the cache. */
  readonly warm: number;
  /** After the cases before it. */
  readonly inOrder: number;
  /** The same request once more. */
  readonly again: number;
}

export interface RunCost {
  /** Null: the price, the answer or the thinking is not known. */
  readonly live: readonly CaseCost[] | null;
  /** By the provider's batch service; null: as `live`, or the provider has no batch service. */
  readonly batch: readonly CaseCost[] | null;
}

export interface RunCostInput {
  readonly facts: Pick<ModelFacts, 'price' | 'caching' | 'cache'>;
  readonly cases: readonly (string | null)[];
  /** Input tokens of each case. */
  readonly inputs: readonly number[];
  /** Tokens of thinking and answer; null: not known. */
  readonly outputTokens: number | null;
  /** Null: nothing is cached. */
  readonly run: Replay | null;
  readonly service: Service;
}

export function runCost({ facts, cases, inputs, outputTokens, run, service }: RunCostInput): RunCost {
  const { price, caching, cache } = facts;
  if (price === null || outputTokens === null) return { live: null, batch: null };
  const costsBy = (by: Service, replayed: Replay | null): CaseCost[] | null => {
    const costs = cases.map((id, i): CaseCost | null => {
      const inputTokens = inputs[i] ?? 0;
      const of = (use: CacheUse = NO_CACHE): number | null =>
        costUsd(
          price,
          {
            ...NO_USAGE,
            input: inputTokens,
            output: outputTokens,
            ...usageOf(use, { inputTokens, ...(cache === undefined ? {} : { cache }) }),
          },
          by,
        );
      const empty = replayed?.cold[i] ?? NO_CACHE;
      const found = replayed?.levels[i]?.at(-1)?.tokens ?? 0;
      const [cold, warm, inOrder, again] = [
        of(empty),
        of({ read: found, written: Math.max(0, empty.written - found) }),
        of(replayed?.calls[i]),
        of(replayed?.again[i]),
      ];
      return cold === null || warm === null || inOrder === null || again === null ? null : { case: id, cold, warm, inOrder, again };
    });
    return costs.every((cost) => cost !== null) ? costs : null;
  };
  return { live: costsBy(service, run), batch: costsBy('batch', caching?.kind === 'marked' ? run : null) };
}

export interface RunCalls {
  /** Golden cases of the run, in its order. */
  readonly cases: readonly string[];
  /** Calls that each case has. */
  readonly repeats: number;
  /** Of all, those whose answer is not known already. */
  readonly calls: number;
}

/**
 * USD of the calls of a run, of which the first is cold. Which answers are known already is not: the calls are taken as spread evenly over the
 * cases. More calls never cost less.
 */
export function costOfCalls(costs: readonly CaseCost[], { cases, repeats, calls }: RunCalls): number {
  const [first] = costs;
  if (first === undefined || calls <= 0 || cases.length === 0) return 0;
  const known = new Map(costs.map((cost) => [cost.case, cost]));
  const mean = (of: (cost: CaseCost) => number, over: readonly CaseCost[]): number =>
    over.reduce((sum, cost) => sum + of(cost), 0) / over.length;
  const counted = cases.flatMap((id) => known.get(id) ?? []);
  // Of many cases a spread is counted, which stands for the others.
  const used = counted.length > 0 ? counted : costs;
  const asked = Math.ceil(calls / repeats);
  // The first case was counted where nothing was in the cache.
  const after = (cost: CaseCost): number => (cost === first ? cost.warm : cost.inOrder);
  const lead = used[0] ?? first;
  const rest = used.length > 1 ? used.slice(1) : used;
  const others = (asked - 1) * mean(after, rest);
  return lead.cold + others + (calls - asked) * mean((cost) => cost.again, used);
}
