/** Token counts of one call, the same for every provider: `input` includes everything read from or written to the cache. */

export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWriteShort: number;
  readonly cacheWriteLong: number;
  readonly output: number;
  /** Part of `output`. */
  readonly reasoning: number;
}

/** The names of the counts. */
export const USAGE_COUNTS = [
  'input',
  'cacheRead',
  'cacheWriteShort',
  'cacheWriteLong',
  'output',
  'reasoning',
] as const satisfies readonly (keyof Usage)[];

export const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWriteShort: 0, cacheWriteLong: 0, output: 0, reasoning: 0 };

export interface TotalUsage extends Usage {
  /** Reported by the provider, or counted by us. */
  readonly basis: 'reported' | 'estimated';
}

export const addUsage = (a: Usage, b: Usage): Usage => ({
  input: a.input + b.input,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheWriteShort: a.cacheWriteShort + b.cacheWriteShort,
  cacheWriteLong: a.cacheWriteLong + b.cacheWriteLong,
  output: a.output + b.output,
  reasoning: a.reasoning + b.reasoning,
});

/** The sum, or null when no call reported any. */
export const sumUsage = (all: readonly Usage[]): Usage | null => (all.length === 0 ? null : all.reduce(addUsage));
