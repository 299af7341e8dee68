/** What stands of what was said: the newest value of each person for each name counts, and null takes it back. */
import type { DeclaredSignals } from '../../config/declared-signals.ts';
import type { Signal } from '../interactions/interaction.ts';
import { countedAs } from './signal-meaning.ts';

/** Who made signals that Goldset derived from several calls. */
export const DERIVED_BY = 'goldset:derived';

/** In the order in which they became known; a signal that says an earlier time than the one before it does not replace that one. */
export function standingSignals(signals: readonly Signal[]): Signal[] {
  const newest = new Map<string, Signal>();
  for (const signal of signals) {
    const key = `${signal.name}\u0000${signal.by ?? ''}`;
    const before = newest.get(key);
    if (before !== undefined && isOlder(timeOf(signal), timeOf(before))) continue;
    // The newest of all stands last.
    newest.delete(key);
    newest.set(key, signal);
  }
  return [...newest.values()].filter(({ value }) => value !== null);
}

/** Both times in ms since 1970; 0: not known. */
export const isOlder = (time: number, before: number): boolean => time > 0 && before > 0 && time < before;

/** ms since 1970; 0: not known. */
export const timeOf = ({ time }: Pick<Signal, 'time'>): number => (time === null ? 0 : Date.parse(time) || 0);

/**
 * What is counted, each once: what stands of what was said, and of what Goldset derived that of which nothing was said. What an application
 * says of a name holds, whatever Goldset would derive.
 */
export function countedSignals(said: readonly Signal[], derived: readonly string[], declared: DeclaredSignals): string[] {
  const isDerived = ({ by }: Signal): boolean => by === DERIVED_BY;
  const names = new Set(said.filter((signal) => !isDerived(signal)).map(({ name }) => name));
  const stands = standingSignals(said).filter((signal) => !isDerived(signal) || !names.has(signal.name));
  const counted = stands.map((signal) => countedAs(signal, declared)).filter((name) => name !== null);
  return [...new Set([...counted, ...derived.filter((name) => !names.has(name))])];
}
