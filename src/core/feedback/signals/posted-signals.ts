/** Signals that an application's own server sends as JSON: one, or a list of `{ interaction | response | trace | conversation, name, value }`. */
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../json/json.ts';
import { ANNOTATORS, SIGNAL_KINDS, type FollowUp, type FollowUpTarget } from '../interactions/interaction.ts';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../config/declared-signals.ts';
import { needsSignalValue, valueProblem } from './signal-meaning.ts';
import { kindOfSignal } from './signal-names.ts';

export interface PostedSignals {
  readonly followUps: readonly FollowUp[];
  /** Those that are none, each with its place and why. */
  readonly problems: readonly string[];
}

/** `now`: ISO 8601, for those that say no time. `declared`: in goldset.yaml. Null: the text is no JSON of that form. */
export function readPostedSignals(text: string, now: string, declared: DeclaredSignals = NO_DECLARED_SIGNALS): PostedSignals | null {
  const value = parseJson(text);
  if (!Array.isArray(value) && !isJsonObject(value)) return null;
  const followUps: FollowUp[] = [];
  const problems: string[] = [];
  for (const [i, item] of (Array.isArray(value) ? value : [value]).entries()) {
    const read = followUpOf(item, now, declared);
    if ('problem' in read) problems.push(`Signal ${i + 1}: ${read.problem}`);
    else followUps.push(read.followUp);
  }
  return { followUps, problems };
}

function followUpOf(
  given: JsonValue,
  now: string,
  declared: DeclaredSignals,
): { readonly followUp: FollowUp } | { readonly problem: string } {
  if (!isJsonObject(given)) return { problem: 'It is not a JSON object.' };
  const of: FollowUpTarget = {
    interaction: textIn(given, 'interaction'),
    response: textIn(given, 'response'),
    trace: textIn(given, 'trace'),
    conversation: textIn(given, 'conversation'),
  };
  if (Object.values(of).every((id) => id === null))
    return { problem: 'It needs one of `interaction`, `response`, `trace` and `conversation`.' };
  const name = textIn(given, 'name');
  if (name === null) return { problem: 'It has no `name`.' };
  const said = given['kind'];
  const own = Object.hasOwn(declared, name) ? 'explicit' : null;
  const kind = said === undefined ? (kindOfSignal(name) ?? own) : SIGNAL_KINDS.find((item) => item === said);
  if (kind === undefined || kind === null)
    return { problem: `Unknown signal "${name.slice(0, 60)}": add its \`kind\`, one of ${SIGNAL_KINDS.join(', ')}.` };
  const value = Object.hasOwn(given, 'value') ? given['value'] : undefined;
  if (typeof value === 'object' && value !== null) return { problem: 'Its `value` must be a number, a string, true, false or null.' };
  if (value === undefined && needsSignalValue(name, declared)) return { problem: `\`${name}\` needs a \`value\`.` };
  const problem = value === undefined ? null : valueProblem({ name, value }, declared);
  if (problem !== null) return { problem };
  const at = Date.parse(textIn(given, 'time') ?? '');
  const time = at >= 0 && at < 253_402_300_800_000 ? new Date(at).toISOString() : now;
  const annotator = ANNOTATORS.find((item) => item === given['annotator']) ?? (kind === 'operational' ? 'code' : 'human');
  const signal = {
    kind,
    name,
    value: value === undefined ? true : value,
    annotator,
    by: textIn(given, 'by'),
    time,
    note: textIn(given, 'note'),
  };
  return { followUp: { of, time, signals: [signal], chunks: [], action: null, triage: null, reason: null } };
}

const textIn = (value: JsonObject, name: string): string | null => {
  const text = Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof text === 'string' && text !== '' ? text : null;
};
