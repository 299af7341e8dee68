/** What caches could save: the application's own, by replaying the log, and the provider's, by what it should have read. */
import { groupBy } from '../../../collections/group-by.ts';
import { sumKnown } from '../../../collections/sum-known.ts';
import { MISS_CAUSES, type MissCause, type PrefixCell } from './prefix-audit.ts';
import { KEY_KINDS, LIFETIMES, RISKS, type KeyKind, type ReplayCell, type Risk } from './response-replay.ts';

/** `cache` in goldset.insights/1. */
export interface CacheInsight {
  readonly responses: readonly ResponseCaching[];
  readonly prefixes: readonly PrefixCaching[];
}

/** What a response cache of one prompt would have done. */
export interface ResponseCaching {
  readonly prompt: string;
  readonly n: number;
  /** Calls that could be neither asked nor answered from a cache. */
  readonly unusable: number;
  readonly potential: readonly {
    readonly key: KeyKind;
    /** Seconds that an answer would be given again. */
    readonly lifetimeSeconds: number;
    readonly hits: number;
    /** Of the calls that could be cached; null: there is none. */
    readonly rate: number | null;
    /** USD beyond what the provider's prompt cache already saves; null: not known of all. */
    readonly savedUsd: number | null;
    readonly savedSeconds: number | null;
  }[];
  /** Of the exact hits of the longest lifetime. */
  readonly risks: Readonly<Record<Risk, number>>;
}

/** What the provider's cache did for one version and model. Tokens. */
export interface PrefixCaching {
  readonly version: string;
  readonly model: string;
  readonly n: number;
  readonly input: number;
  readonly predicted: number;
  readonly reported: number;
  /** USD that predicted tokens would have saved and did not; null: not known. */
  readonly lostUsd: number | null;
  /** The most frequent first. */
  readonly misses: readonly { readonly cause: MissCause; readonly calls: number }[];
  readonly hours: readonly { readonly hour: string; readonly n: number; readonly predicted: number; readonly reported: number }[];
}

/** The most calls first. */
export function cacheInsight(replayed: readonly ReplayCell[], audited: readonly PrefixCell[]): CacheInsight {
  const responses = [...groupBy(replayed, ({ prompt }) => prompt)].map(([prompt, cells]) => responsesOf(prompt, cells));
  const prefixes = [...groupBy(audited, ({ version, model }) => JSON.stringify([version, model])).values()].map(prefixesOf);
  return { responses: responses.sort((a, b) => b.n - a.n), prefixes: prefixes.sort((a, b) => b.n - a.n) };
}

function responsesOf(prompt: string, cells: readonly ReplayCell[]): ResponseCaching {
  const n = sum(cells.map((cell) => cell.n));
  const unusable = sum(cells.map((cell) => cell.unusable));
  const potential = KEY_KINDS.flatMap((key) =>
    LIFETIMES.map((lifetimeSeconds, i) => {
      const saved = cells.flatMap((cell) => cell.saved[key][i] ?? []);
      const hits = sum(saved.map((item) => item.hits));
      const ms = sumKnown(saved.map((item) => item.ms));
      return {
        key,
        lifetimeSeconds,
        hits,
        rate: n === unusable ? null : hits / (n - unusable),
        savedUsd: sumKnown(saved.map(({ usd }) => usd)),
        savedSeconds: ms === null ? null : ms / 1000,
      };
    }),
  );
  const risks = Object.fromEntries(RISKS.map((risk) => [risk, sum(cells.map((cell) => cell.risks[risk]))])) as Record<Risk, number>;
  return { prompt, n, unusable, potential, risks };
}

function prefixesOf(cells: readonly PrefixCell[]): PrefixCaching {
  const [first] = cells;
  return {
    version: first?.version ?? '',
    model: first?.model ?? '',
    n: sum(cells.map(({ n }) => n)),
    input: sum(cells.map(({ input }) => input)),
    predicted: sum(cells.map(({ predicted }) => predicted)),
    reported: sum(cells.map(({ reported }) => reported)),
    lostUsd: sumKnown(cells.map(({ lostUsd }) => lostUsd)),
    misses: MISS_CAUSES.map((cause) => ({ cause, calls: sum(cells.map(({ misses }) => misses.get(cause) ?? 0)) }))
      .filter(({ calls }) => calls > 0)
      .sort((a, b) => b.calls - a.calls),
    hours: cells.map(({ hour, n, predicted, reported }) => ({ hour, n, predicted, reported })).sort((a, b) => (a.hour < b.hour ? -1 : 1)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
