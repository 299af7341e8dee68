/** What a signal says: good news, bad news, or neither. What cannot be read says neither (DESIGN §4, decision 22). */
import {
  signalNumber,
  declaredValues,
  isMatch,
  NO_DECLARED_SIGNALS,
  type DeclaredSignal,
  type DeclaredSignals,
} from '../../config/declared-signals.ts';
import { CAUSES } from '../../judge/labels/label-record.ts';
import { CORRECTION, type Signal } from '../interactions/interaction.ts';
import { CHECK_VALUES, checkSide, THUMB_VALUES, THUMBS, thumbSide, type ValueSide } from './signal-values.ts';

const GOOD: ReadonlySet<string> = new Set(['thumbs-up', 'accepted', 'copied', 'resolved']);
const BAD: ReadonlySet<string> = new Set([
  CORRECTION,
  ...['thumbs-down', 'report', 'abandoned', 'retry', 'regenerated', 'escalated'],
  ...['refusal', 'truncated', 'empty-output', 'repeated-output', 'invalid-json', 'error', 'tool-failure', 'low-retrieval'],
]);
/** A judge that is a model posts the cause as a signal of this name. */
export const CAUSE_SIGNAL = 'cause';
const CAUSE_OF = `${CAUSE_SIGNAL}:`;
/** Ends of what a declared signal is counted as, and what nobody can read. */
const [IS_GOOD, IS_BAD, UNKNOWN] = [':good', ':bad', ':unknown'];

/**
 * What a signal is counted as: one name for each side, such as `thumbs-down` or `rating:bad`, `NAME:unknown` for a value that is not known.
 * Null: it says nothing that could be counted; the value null takes back what was said before.
 */
export function countedAs({ name, value }: Pick<Signal, 'name' | 'value'>, declared: DeclaredSignals = NO_DECLARED_SIGNALS): string | null {
  if (value === null) return null;
  const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (THUMBS.has(name)) {
    const said = own === undefined ? null : sideOf(own, value);
    const side = said === 'good' || said === 'bad' ? said : thumbSide(value);
    return side === null ? `${name}${UNKNOWN}` : side === 'good' ? 'thumbs-up' : 'thumbs-down';
  }
  if (own !== undefined) {
    const side = sideOf(own, value);
    return side === 'good' ? `${name}${IS_GOOD}` : side === 'bad' ? `${name}${IS_BAD}` : side === 'neither' ? name : `${name}${UNKNOWN}`;
  }
  if (name === 'edit-distance') return typeof value === 'number' && value > 0.3 ? 'edited' : null;
  // A correction's value is a text, whatever it says.
  if (name === CORRECTION) return name;
  if (name === CAUSE_SIGNAL && CAUSES.some((cause) => cause === value)) return `${CAUSE_OF}${String(value)}`;
  if (name === 'kept') return null;
  const side = checkSide(value);
  if (GOOD.has(name)) return side === 'good' ? name : side === 'bad' ? null : `${name}${UNKNOWN}`;
  // What went wrong may be said as a text: a reason, the name of a tool. Only a no says that it did not.
  if (BAD.has(name)) return side === 'bad' ? null : name;
  return [IS_GOOD, IS_BAD].some((end) => name.endsWith(end)) ? `${name}${UNKNOWN}` : name;
}

/** `neither`: known, and not declared to be good or bad. */
function sideOf(of: DeclaredSignal, value: string | number | boolean): ValueSide | 'neither' {
  const number = signalNumber(value);
  if (of.scale !== null && (number === null || number < of.scale[0] || number > of.scale[1])) return null;
  if (of.bad.some((match) => isMatch(match, value))) return 'bad';
  if (of.good.some((match) => isMatch(match, value))) return 'good';
  // A number beside bounds is known, and so is a value of the scale.
  const hasBounds = [...of.good, ...of.bad].some((match) => 'bound' in match);
  return number !== null && (of.scale !== null || hasBounds) ? 'neither' : null;
}

/** Why a value cannot be taken, with the values that are known; null: it can. The value null takes back what was said before. */
export function valueProblem(
  { name, value }: Pick<Signal, 'name' | 'value'>,
  declared: DeclaredSignals = NO_DECLARED_SIGNALS,
): string | null {
  if (value === null || countedAs({ name, value }, declared)?.endsWith(UNKNOWN) !== true) return null;
  const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
  const isThumb = THUMBS.has(name);
  if (own === undefined && !isThumb && !GOOD.has(name)) return null;
  const known = [
    ...(own === undefined ? [] : [declaredValues(own)]),
    ...(isThumb ? [THUMB_VALUES] : own === undefined ? [CHECK_VALUES] : []),
  ];
  const given = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
  return `Unknown value ${given} of \`${name}\`. Known values: ${known.join(', ')}. null takes an earlier value back. Declare others in goldset.yaml under \`signals\`.`;
}

/** Whether a signal may be sent without a value, which then is true: `report`, but not `thumb`, which has two sides. */
export const needsSignalValue = (name: string, declared: DeclaredSignals = NO_DECLARED_SIGNALS): boolean =>
  THUMBS.has(name) || Object.hasOwn(declared, name) || [CORRECTION, 'kept', 'edit-distance', 'rating'].includes(name);

/** Of what a signal is counted as; null: neither. */
export function isGood(signal: string): boolean | null {
  if (GOOD.has(signal) || signal.endsWith(IS_GOOD)) return true;
  return BAD.has(signal) || signal === 'edited' || signal.endsWith(IS_BAD) ? false : null;
}

/** Whether it is why an answer fails, in the words of a judge; that no fault was found is no cause. */
export const isCause = (signal: string): boolean => signal.startsWith(CAUSE_OF) && signal !== `${CAUSE_OF}none`;

/** Meanings of signals that put an interaction into the inbox. */
export const isFlag = (signal: string): boolean => isGood(signal) === false;

/** A signal whose other values flag an interaction, so that this one may end a flag. */
export const mayEndFlag = ({ name, value }: Pick<Signal, 'name' | 'value'>, declared: DeclaredSignals): boolean =>
  value === null || THUMBS.has(name) || BAD.has(name) || name === 'edit-distance' || Object.hasOwn(declared, name);

/** A person said that the answer was not good enough, or what it should have been. */
export const isRejection = (signal: Pick<Signal, 'kind' | 'name' | 'value'>, declared: DeclaredSignals = NO_DECLARED_SIGNALS): boolean =>
  signal.kind === 'explicit' && isFlag(countedAs(signal, declared) ?? '');

/** The most telling one first: what a person said, what they did, what the output shows. */
const TELLING: readonly string[] = [CORRECTION, 'report', 'thumbs-down', 'escalated', 'regenerated', 'retry', 'abandoned', 'edited'];

/** Of what signals are counted as, the flag that tells most; null: none is a flag. */
export function mainFlag(signals: readonly string[]): string | null {
  const flags = signals.filter(isFlag);
  // A correction says what is right; what was wrong says the other one, if there is one.
  const others = flags.filter((name) => name !== CORRECTION);
  const declared = others.find((name) => name.endsWith(IS_BAD));
  return declared ?? TELLING.find((name) => others.includes(name)) ?? others[0] ?? flags[0] ?? null;
}
