/** What a signal says: good news, bad news, or neither. */
import { CORRECTION, type Signal } from '../interactions/interaction.ts';

const GOOD: ReadonlySet<string> = new Set(['thumbs-up', 'accepted', 'copied', 'resolved']);
const BAD: ReadonlySet<string> = new Set([
  CORRECTION,
  ...['thumbs-down', 'report', 'abandoned', 'retry', 'regenerated', 'escalated'],
  ...['refusal', 'truncated', 'empty-output', 'repeated-output', 'invalid-json', 'error', 'tool-failure', 'low-retrieval'],
]);
/** Values by which a thumb, a rating of two sides or a check says no. */
const NO: ReadonlySet<unknown> = new Set([false, -1, 0, 'down', 'bad', 'negative', 'fail', 'no']);

/** What a signal is counted as: a thumb is two, one for each side. Null: it says nothing that could be counted. */
export function countedAs({ name, value }: Signal): string | null {
  if (name === 'thumb' || name === 'thumbs' || name === 'user_feedback') return NO.has(value) ? 'thumbs-down' : 'thumbs-up';
  if (name === 'edit-distance') return typeof value === 'number' && value > 0.3 ? 'edited' : null;
  // A correction's value is a text, whatever it says.
  if (name === CORRECTION) return name;
  if (BAD.has(name) || GOOD.has(name)) return NO.has(value) ? null : name;
  return name === 'kept' ? null : name;
}

/** Of what a signal is counted as; null: neither. */
export const isGood = (signal: string): boolean | null => (GOOD.has(signal) ? true : BAD.has(signal) || signal === 'edited' ? false : null);

/** Meanings of signals that put an interaction into the inbox. */
export const isFlag = (signal: string): boolean => isGood(signal) === false;

/** A person said that the answer was not good enough, or what it should have been. */
export const isRejection = (signal: Signal): boolean => signal.kind === 'explicit' && isFlag(countedAs(signal) ?? '');

/** The most telling one first: what a person said, what they did, what the output shows. */
const TELLING: readonly string[] = [CORRECTION, 'report', 'thumbs-down', 'escalated', 'regenerated', 'retry', 'abandoned', 'edited'];

/** Of what signals are counted as, the flag that tells most; null: none is a flag. */
export function mainFlag(signals: readonly string[]): string | null {
  const flags = signals.filter(isFlag);
  // A correction says what is right; what was wrong says the other one, if there is one.
  const others = flags.filter((name) => name !== CORRECTION);
  return TELLING.find((name) => others.includes(name)) ?? others[0] ?? flags[0] ?? null;
}
