/** How often each signal is seen, by prompt version and model, and what got worse since when. */
import { holm } from '../../../statistics/holm.ts';
import { normalTail } from '../../../statistics/distributions.ts';
import { groupBy } from '../../../group-by.ts';
import { wilsonInterval } from '../../../statistics/summary.ts';
import { isGood } from '../../signals/signal-meaning.ts';

export interface SignalRate {
  readonly signal: string;
  /** Whether many of it are good news; null: neither. */
  readonly isGood: boolean | null;
  readonly prompt: string;
  readonly version: string | null;
  readonly model: string | null;
  /** Interactions that could have it. */
  readonly n: number;
  readonly count: number;
  readonly rate: number;
  /** Wilson, 95 %. */
  readonly interval: readonly [number, number];
}

export interface WorseSignal {
  readonly signal: string;
  readonly prompt: string;
  readonly from: string | null;
  readonly to: string | null;
  /** ISO 8601: the first interaction of the later version. */
  readonly at: string;
  readonly before: Pick<SignalRate, 'n' | 'count' | 'rate'>;
  readonly after: Pick<SignalRate, 'n' | 'count' | 'rate'>;
  /** One-sided; Holm's correction over all signals and versions holds the level of 1 % for them together. */
  readonly p: number;
}

export interface SignalInsight {
  readonly rates: readonly SignalRate[];
  readonly worse: readonly WorseSignal[];
  /** Signals that were left out, because their prompt has too many different ones. */
  readonly left: number;
}

const LEVEL = 0.01;
/** Interactions of a version that there must be. */
const LEAST = 30;
/** Signals of one prompt, those seen most: an application that puts texts into their names would make a row of each for each version. */
const MOST_SIGNALS = 100;

/** Interactions of one day with one version and model. */
export interface SignalCell {
  readonly day: string;
  readonly prompt: string;
  readonly version: string | null;
  readonly model: string | null;
  n: number;
  /** ms since 1970, of the first. */
  first: number;
  /** By what it is counted as. */
  readonly counts: Map<string, number>;
}

/** A signal has a rate for every version and model of each prompt that it was seen at, also where it was not seen. */
export function signalInsight(cells: readonly SignalCell[]): SignalInsight {
  const prompts = [...groupBy(cells, ({ prompt }) => prompt).values()].map((of) => ({ of, seen: together(of).counts }));
  const named = prompts.map(({ of, seen }) => ({ of, names: mostSeen(seen) }));
  return {
    rates: named.flatMap(({ of, names }) => rates(of, names)),
    worse: worse(named),
    left: prompts.reduce((sum, { seen }) => sum + Math.max(0, seen.size - MOST_SIGNALS), 0),
  };
}

function mostSeen(counts: ReadonlyMap<string, number>): string[] {
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  return byCount
    .slice(0, MOST_SIGNALS)
    .map(([name]) => name)
    .sort();
}

function rates(cells: readonly SignalCell[], names: readonly string[]): SignalRate[] {
  const groups = [...groupBy(cells, ({ version, model }) => JSON.stringify([version, model])).values()].map(together);
  return names.flatMap((signal) =>
    groups.flatMap(({ prompt, version, model, n, counts }): SignalRate[] => {
      const count = counts.get(signal) ?? 0;
      const interval = wilsonInterval(count, n);
      return interval === null ? [] : [{ signal, isGood: isGood(signal), prompt, version, model, n, count, rate: count / n, interval }];
    }),
  );
}

/** Each version of a prompt against the one before it, whatever the model. */
function worse(prompts: readonly { readonly of: readonly SignalCell[]; readonly names: readonly string[] }[]): WorseSignal[] {
  const found = prompts.flatMap(({ of, names }) => {
    const judged = names.map((signal) => ({ signal, good: isGood(signal) }));
    const versions = [...groupBy(of, ({ version }) => version).values()].map(together).sort((a, b) => a.first - b.first);
    return versions.slice(1).flatMap((after, i) => {
      const before = versions[i];
      if (before === undefined || before.n < LEAST || after.n < LEAST) return [];
      return judged.flatMap(({ signal, good }) => (good === null ? [] : [change(signal, good, before, after)]));
    });
  });
  const isSure = holm(
    found.map(({ p }) => p),
    LEVEL,
  );
  return found.filter((_, i) => isSure[i]).sort((a, b) => a.p - b.p);
}

function together(cells: readonly SignalCell[]): SignalCell {
  const [first] = cells;
  const sum: SignalCell = { day: '', prompt: '', version: null, model: null, ...first, n: 0, first: Infinity, counts: new Map() };
  for (const cell of cells) {
    sum.n += cell.n;
    sum.first = Math.min(sum.first, cell.first);
    for (const [name, count] of cell.counts) sum.counts.set(name, (sum.counts.get(name) ?? 0) + count);
  }
  return sum;
}

function change(signal: string, good: boolean, before: SignalCell, after: SignalCell): WorseSignal {
  const side = ({ n, counts }: SignalCell): WorseSignal['before'] => ({
    n,
    count: counts.get(signal) ?? 0,
    rate: (counts.get(signal) ?? 0) / n,
  });
  const [a, b] = [side(before), side(after)];
  const { prompt, version: to, first } = after;
  const p = good ? rise(b, a) : rise(a, b);
  return { signal, prompt, from: before.version, to, at: new Date(first).toISOString(), before: a, after: b, p };
}

/** One-sided p that b's share is above a's: pooled, with Yates' correction. */
function rise(a: WorseSignal['before'], b: WorseSignal['before']): number {
  const pooled = (a.count + b.count) / (a.n + b.n);
  const variance = pooled * (1 - pooled) * (1 / a.n + 1 / b.n);
  if (variance <= 0) return 1;
  const correction = (1 / a.n + 1 / b.n) / 2;
  return normalTail((b.rate - a.rate - correction) / Math.sqrt(variance));
}
