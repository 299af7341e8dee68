/** How often each signal is seen, by prompt version and model, and what got worse since when. */
import { groupBy } from '../../../collections/group-by.ts';
import { wilsonInterval } from '../../../statistics/summary.ts';
import { isGood } from '../../signals/signal-meaning.ts';
import type { AttributeCell } from './signal-attributes.ts';
import type { SignalRate } from './signal-rate.ts';
import { ratesByAttribute, signalShare } from './signal-share.ts';
import { togetherCell, type SignalCell } from './signal-cell.ts';
import type { ChangedScore } from './score-tests.ts';
import { signalAlarms, type WorseSignal } from './signal-tests.ts';

export interface SignalInsight {
  readonly rates: readonly SignalRate[];
  readonly worse: readonly WorseSignal[];
  /** Scores that changed, up or down. */
  readonly changed: readonly ChangedScore[];
  /** Signals of versions in use that were tested, and scores. */
  readonly tested: number;
  readonly testedScores: number;
  /** Signals that were left out, because their prompt has too many different ones. */
  readonly left: number;
}

export interface SignalAttributes {
  readonly cells: readonly AttributeCell[];
  /** The name of an attribute; null: rates are by version and model. */
  readonly by: string | null;
}

/** Signals of one prompt, those seen most: an application that puts texts into their names would make a row of each for each version. */
const MOST_SIGNALS = 100;

/**
 * A signal has a rate for every version and model of each prompt that it was seen at, also where it was not seen. What got worse is looked for
 * in all cells; `since`, a day, leaves earlier ones out of the rates alone. `attributes`: the same calls by what the application says of them; with
 * `by`, rates are of the values of this one.
 */
export function signalInsight(
  cells: readonly SignalCell[],
  since: string | null = null,
  { cells: attributes, by }: SignalAttributes = { cells: [], by: null },
): SignalInsight {
  const named = [...groupBy(cells, ({ prompt }) => prompt).values()].map((of) => {
    const seen = togetherCell(of)?.counts ?? new Map<string, number>();
    return { of, names: mostSeen(seen), left: Math.max(0, seen.size - MOST_SIGNALS) };
  });
  const alarms = signalAlarms(named);
  return {
    rates:
      by !== null
        ? ratesByAttribute(attributes, by, since)
        : named.flatMap(({ of, names }) =>
            rates(
              of.filter(({ day }) => since === null || day >= since),
              names,
            ),
          ),
    ...alarms,
    worse: alarms.worse.map((change) => {
      const share = signalShare(change, attributes);
      return share === null ? change : { ...change, share };
    }),
    left: named.reduce((sum, { left }) => sum + left, 0),
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
  const groups = [...groupBy(cells, ({ version, model }) => JSON.stringify([version, model])).values()].flatMap(
    (of) => togetherCell(of) ?? [],
  );
  const seen = new Set(groups.flatMap(({ counts }) => [...counts.keys()]));
  return names
    .filter((name) => seen.has(name))
    .flatMap((signal) =>
      groups.flatMap(({ prompt, version, model, n, counts }): SignalRate[] => {
        const count = counts.get(signal) ?? 0;
        const interval = wilsonInterval(count, n);
        return interval === null ? [] : [{ signal, isGood: isGood(signal), prompt, version, model, n, count, rate: count / n, interval }];
      }),
    );
}
