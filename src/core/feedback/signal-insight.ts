/** How often each signal is seen, by prompt version and model, and what got worse since when. */
import { holm } from '../compare/holm.ts';
import { normalTail } from '../compare/statistics/distributions.ts';
import { wilsonInterval } from '../run/summary-statistics.ts';
import { derivedSignals, RetryFinder, type DeriveOptions } from './derived-signals.ts';
import type { Interaction } from './interaction.ts';
import { countedAs, isGood } from './signal-meaning.ts';

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
}

const LEVEL = 0.01;
/** Interactions of a version that there must be. */
const LEAST = 30;

interface Group {
  readonly prompt: string;
  readonly version: string | null;
  readonly model: string | null;
  n: number;
  /** ms since 1970, of its first interaction. */
  at: number;
  readonly counts: Map<string, number>;
}

/** Takes interactions in the order of time: a retry says something of the one before. */
export class SignalInsights {
  private readonly groups = new Map<string, Group>();
  private readonly groupOfId = new Map<string, Group>();
  private readonly retries = new RetryFinder();

  constructor(private readonly options: DeriveOptions) {}

  add(interaction: Interaction): void {
    const { id, time, prompt, model, signals } = interaction;
    const name = prompt?.name ?? 'unknown';
    const version = prompt?.version ?? prompt?.contentHash ?? null;
    const key = JSON.stringify([name, version, model]);
    const group: Group = this.groups.get(key) ?? { prompt: name, version, model, n: 0, at: Date.parse(time), counts: new Map() };
    this.groups.set(key, group);
    group.n++;
    group.at = Math.min(group.at, Date.parse(time));
    const seen = new Set([...signals, ...derivedSignals(interaction, this.options)].map(countedAs));
    for (const signal of seen) if (signal !== null) add(group, signal);
    const retried = this.retries.take(interaction);
    const before = retried === null ? undefined : this.groupOfId.get(retried);
    if (before !== undefined) add(before, 'retry');
    // Only who can be retried is remembered.
    if (interaction.user !== null || interaction.conversation !== null) this.groupOfId.set(id, group);
    if (retried !== null) this.groupOfId.delete(retried);
  }

  insight(): SignalInsight {
    const names = [...new Set([...this.groups.values()].flatMap(({ counts }) => [...counts.keys()]))].sort();
    const rates = [...this.groups.values()].flatMap((group) =>
      names.flatMap((signal): SignalRate[] => {
        const { prompt, version, model, n } = group;
        const count = group.counts.get(signal) ?? 0;
        const interval = wilsonInterval(count, n);
        return interval === null ? [] : [{ signal, isGood: isGood(signal), prompt, version, model, n, count, rate: count / n, interval }];
      }),
    );
    return { rates, worse: this.worse(names) };
  }

  /** Each version of a prompt against the one before it, whatever the model. */
  private worse(names: readonly string[]): WorseSignal[] {
    const found = [...this.versions().values()].flatMap((versions) =>
      versions.slice(1).flatMap((after, i) => {
        const before = versions[i];
        if (before === undefined || before.n < LEAST || after.n < LEAST) return [];
        return names.flatMap((signal) => {
          const good = isGood(signal);
          return good === null ? [] : [change(signal, good, before, after)];
        });
      }),
    );
    const isSure = holm(
      found.map(({ p }) => p),
      LEVEL,
    );
    return found.filter((_, i) => isSure[i]).sort((a, b) => a.p - b.p);
  }

  /** By prompt, in the order in which they began. */
  private versions(): Map<string, Group[]> {
    const prompts = new Map<string, Map<string, Group>>();
    for (const { prompt, version, n, at, counts } of this.groups.values()) {
      const versions = prompts.get(prompt) ?? new Map<string, Group>();
      prompts.set(prompt, versions);
      const known: Group = versions.get(version ?? '') ?? { prompt, version, model: null, n: 0, at, counts: new Map() };
      versions.set(version ?? '', known);
      known.n += n;
      known.at = Math.min(known.at, at);
      for (const [signal, count] of counts) known.counts.set(signal, (known.counts.get(signal) ?? 0) + count);
    }
    return new Map([...prompts].map(([prompt, versions]) => [prompt, [...versions.values()].sort((a, b) => a.at - b.at)]));
  }
}

const add = ({ counts }: Group, signal: string): void => void counts.set(signal, (counts.get(signal) ?? 0) + 1);

function change(signal: string, good: boolean, before: Group, after: Group): WorseSignal {
  const side = ({ n, counts }: Group): WorseSignal['before'] => ({
    n,
    count: counts.get(signal) ?? 0,
    rate: (counts.get(signal) ?? 0) / n,
  });
  const [a, b] = [side(before), side(after)];
  const { prompt, version: to, at } = after;
  const p = good ? rise(b, a) : rise(a, b);
  return { signal, prompt, from: before.version, to, at: new Date(at).toISOString(), before: a, after: b, p };
}

/** One-sided p that b's share is above a's: pooled, with Yates' correction. */
function rise(a: WorseSignal['before'], b: WorseSignal['before']): number {
  const pooled = (a.count + b.count) / (a.n + b.n);
  const variance = pooled * (1 - pooled) * (1 / a.n + 1 / b.n);
  if (variance <= 0) return 1;
  const correction = (1 / a.n + 1 / b.n) / 2;
  return normalTail((b.rate - a.rate - correction) / Math.sqrt(variance));
}
