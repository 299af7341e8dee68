/**
 * The one normaliser of token counts. Readers (model clients, capture, OpenTelemetry, imports, batches) only name the counts that
 * they found; what they mean together is decided here. Counts that contradict each other are unknown, never a guess.
 */
import { count } from '../../display/figures.ts';
import type { Usage } from './usage.ts';

/** A count as it was found: null is absent, NaN is something that is not a count (a text, a negative number). */
export type FoundCount = number | null;

/** Whether a part is counted inside the whole beside which it is reported, where no total says otherwise. */
export type Overlap = 'inside' | 'beside';

export interface UsageCounts {
  readonly input: FoundCount;
  readonly output: FoundCount;
  readonly total?: FoundCount;
  readonly cacheRead?: FoundCount;
  /** All that was written to the cache, short and long. */
  readonly cacheWrite?: FoundCount;
  readonly cacheWriteLong?: FoundCount;
  readonly reasoning?: FoundCount;
  /** What was read from and written to the cache, in relation to `input`. */
  readonly cache: Overlap;
  /** Reasoning tokens, in relation to `output`. */
  readonly thinking: Overlap;
}

/**
 * The usage in tokens, or null where it is missing, contradicts itself or its total, or is zero although something was answered.
 * `hasAnswer`: the call gave a text or a tool call. A total above input and output is output that the completion leaves out
 * (reasoning of xAI and of Gemini's compatible endpoint).
 */
export function normaliseUsage(counts: UsageCounts, hasAnswer: boolean): Usage | null {
  const usage = normalised(counts, hasAnswer);
  return typeof usage === 'string' ? null : usage;
}

/** Why a usage is unknown, as a clause; null: it is not. */
export function usageProblem(counts: UsageCounts, hasAnswer: boolean): string | null {
  const usage = normalised(counts, hasAnswer);
  return typeof usage === 'string' ? usage : null;
}

function normalised(counts: UsageCounts, hasAnswer: boolean): Usage | string {
  const { total = null, cacheRead = null, cacheWrite = null, cacheWriteLong = null, reasoning = null } = counts;
  const found = [counts.input, counts.output, total, cacheRead, cacheWrite, cacheWriteLong, reasoning];
  if (found.some((value) => value !== null && !(Number.isFinite(value) && value >= 0)))
    return 'a count of the usage is not a number of tokens';
  const long = cacheWriteLong ?? 0;
  const written = cacheWrite ?? long;
  const cached = (cacheRead ?? 0) + written;
  const whole = wholeCounts(counts, cached);
  if (whole === null) return missing(counts);
  if (long > written)
    return `the usage has more tokens written to the cache for long (${count(long)}) than written at all (${count(written)})`;
  const { cache, thinking } = counts;
  const parts = { cached, reasoning: reasoning ?? 0 };
  const sum = total === null ? sumOf(whole, parts, cache, thinking) : sumFor(total, whole, parts, { cache, thinking });
  if (sum === null) return contradiction(whole, parts, counts);
  if (sum.input + sum.output === 0) return 'the provider reported zero tokens';
  if (hasAnswer && (sum.input === 0 || sum.output === 0))
    return `the provider reported no ${sum.input === 0 ? 'input' : 'output'} tokens beside an answer`;
  return {
    input: sum.input,
    cacheRead: cacheRead ?? 0,
    cacheWriteShort: written - long,
    cacheWriteLong: long,
    output: sum.output,
    reasoning: sum.reasoning,
  };
}

const missing = ({ input, output, total = null }: UsageCounts): string => {
  if (input === null && output === null) return 'the provider reported no usage';
  if (total !== null) return `the usage contradicts its total (${count(total)})`;
  return `the usage has no ${input === null ? 'input' : 'output'} tokens`;
};

function contradiction({ input, output }: Whole, { cached, reasoning }: Parts, { total = null, cache, thinking }: UsageCounts): string {
  if (cache === 'inside' && cached > input)
    return `the usage has more cached tokens (${count(cached)}) than input tokens (${count(input)})`;
  if (thinking === 'inside' && reasoning > output)
    return `the usage has more reasoning tokens (${count(reasoning)}) than output tokens (${count(output)})`;
  return `the usage (${count(input)} in, ${count(output)} out) contradicts its total (${count(total)})`;
}

interface Whole {
  readonly input: number;
  readonly output: number;
}

/** A total supplies one of the two that is missing. */
function wholeCounts({ input, output, total = null, cache }: UsageCounts, cached: number): Whole | null {
  if (input !== null && output !== null) return { input, output };
  if (total === null) return null;
  const rest = total - (input ?? output ?? total) - (input !== null && cache === 'beside' ? cached : 0);
  if (rest < 0 || (input === null && output === null)) return null;
  return { input: input ?? rest, output: output ?? rest };
}

interface Parts {
  readonly cached: number;
  readonly reasoning: number;
}

interface Sum extends Whole {
  readonly reasoning: number;
}

/** The counts read in one way; null: they cannot be read so. */
function sumOf({ input, output }: Whole, { cached, reasoning }: Parts, cache: Overlap, thinking: Overlap): Sum | null {
  if ((cache === 'inside' && cached > input) || (thinking === 'inside' && reasoning > output)) return null;
  return {
    input: cache === 'inside' ? input : input + cached,
    output: thinking === 'inside' ? output : output + reasoning,
    reasoning,
  };
}

const ways = (usual: Overlap): readonly Overlap[] => (usual === 'inside' ? ['inside', 'beside'] : ['beside', 'inside']);

/** The reading that the total proves, the usual one first; null: it contradicts them all. */
function sumFor(total: number, whole: Whole, parts: Parts, { cache, thinking }: Pick<UsageCounts, 'cache' | 'thinking'>): Sum | null {
  const sums = ways(cache).flatMap((cacheWay) =>
    ways(thinking).map((thinkingWay) => ({ cacheWay, sum: sumOf(whole, parts, cacheWay, thinkingWay) })),
  );
  const proven = sums.find(({ sum }) => sum !== null && sum.input + sum.output === total);
  if (proven !== undefined) return proven.sum;
  // Where the cache is reported beside the input, some totals leave it out as well.
  const isWithout = cache === 'beside' && whole.input + whole.output === total;
  if (isWithout) return sums.find(({ cacheWay, sum }) => cacheWay === 'beside' && sum !== null)?.sum ?? null;
  const input = cache === 'beside' ? whole.input + parts.cached : whole.input;
  const output = total - input;
  if (parts.cached > input || output <= whole.output || parts.reasoning > output) return null;
  return { input, output, reasoning: parts.reasoning > 0 ? parts.reasoning : output - whole.output };
}
