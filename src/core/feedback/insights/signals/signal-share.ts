/** Whose calls a signal got worse in, and how often each signal is seen by the values of an attribute. */
import { groupBy } from '../../../collections/group-by.ts';
import { wilsonInterval } from '../../../statistics/summary.ts';
import { isGood } from '../../signals/signal-meaning.ts';
import { moreTelling, standingOut, type AlertShare } from '../units/alert-share.ts';
import { OTHER_VALUES } from '../units/unit-attributes.ts';
import type { AttributeCell } from './signal-attributes.ts';
import type { SignalRate } from './signal-rate.ts';
import type { WorseSignal } from './signal-tests.ts';

/** The value of an attribute that has most of the calls in which a signal got worse, and few of all calls; null: none stands out. */
export function signalShare(
  { signal, prompt, from, to, at }: Omit<WorseSignal, 'p' | 'share'>,
  cells: readonly AttributeCell[],
): AlertShare | null {
  const day = at.slice(0, 10);
  const own = cells.filter((cell) => cell.prompt === prompt);
  let best: AlertShare | null = null;
  for (const [attribute, of] of groupBy(own, (cell) => cell.attribute)) {
    const before = of.filter((cell) => cell.version === from && (from !== to || cell.day < day));
    const after = of.filter((cell) => cell.version === to && cell.day >= day);
    const usual = sumOf(signal, before);
    const values = [...groupBy(after, ({ value }) => value)].filter(([value]) => value !== OTHER_VALUES);
    const risen = values.map(([value, now]) => {
      const was = sumOf(
        signal,
        before.filter((cell) => cell.value === value),
      );
      const { n, bad } = sumOf(signal, now);
      const rate = was.n > 0 ? was.bad / was.n : usual.n > 0 ? usual.bad / usual.n : 0;
      return { value, n, above: bad - n * rate };
    });
    best = moreTelling(best, standingOut(attribute, sumOf(signal, after).n, risen));
  }
  return best;
}

/** What is bad about a good signal is that it is not there. */
function sumOf(signal: string, cells: readonly AttributeCell[]): { readonly n: number; readonly bad: number } {
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const seen = cells.reduce((sum, { counts }) => sum + (counts.get(signal) ?? 0), 0);
  return { n, bad: isGood(signal) === true ? n - seen : seen };
}

/** A rate for each value of an attribute, of all versions and models of a prompt together. `since`: a day. */
export function ratesByAttribute(cells: readonly AttributeCell[], attribute: string, since: string | null): SignalRate[] {
  const shown = cells.filter((cell) => cell.attribute === attribute && (since === null || cell.day >= since));
  return [...groupBy(shown, ({ prompt }) => prompt)].flatMap(([prompt, of]) => {
    const values = [...groupBy(of, ({ value }) => value)];
    const signals = [...new Set(of.flatMap(({ counts }) => [...counts].flatMap(([name, count]) => (count > 0 ? [name] : []))))].sort();
    return signals.flatMap((signal) =>
      values
        .flatMap(([value, own]): SignalRate[] => {
          const n = own.reduce((sum, cell) => sum + cell.n, 0);
          const count = own.reduce((sum, { counts }) => sum + (counts.get(signal) ?? 0), 0);
          const interval = wilsonInterval(count, n);
          if (interval === null) return [];
          const by = { attribute, value };
          return [{ signal, isGood: isGood(signal), prompt, version: null, model: null, by, n, count, rate: count / n, interval }];
        })
        .sort((a, b) => b.rate - a.rate),
    );
  });
}
