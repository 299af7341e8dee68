/** Signals that spans and events carry, and what each is about: evaluation events, OpenInference's annotations, properties of OpenLLMetry. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json.ts';
import {
  ANNOTATORS,
  SIGNAL_KINDS,
  type Annotator,
  type FollowUpTarget,
  type Signal,
  type SignalKind,
} from '../../interactions/interaction.ts';
import { kindOfSignal } from '../../signals/signal-names.ts';
import { THUMBS, thumbSide } from '../../signals/signal-values.ts';
import { flatList, firstOf, attributeText } from './attributes.ts';
import { ASSOCIATION, FEEDBACK, NAMES } from './names.ts';
import type { OtlpAttributes, LogRecord, Span } from './telemetry.ts';

export interface Feedback {
  readonly of: FollowUpTarget;
  readonly signal: Signal;
}

export const EVALUATION_EVENT = 'gen_ai.evaluation.result';

/** A target that names nothing yet. */
export const NO_TARGET: FollowUpTarget = { interaction: null, response: null, trace: null, conversation: null };

/** Of the span itself, of its trace and its session. `isCarrier`: it exists to say something of the span that it links to. */
export function feedbackOf(span: Span, isCarrier: boolean): Feedback[] {
  const { attributes, events, traceId } = span;
  const time = isoTime(span.endMs ?? span.startMs);
  const own = isCarrier ? targetOfCarrier(span) : { ...NO_TARGET, interaction: span.spanId, trace: traceId };
  const session = attributeText(attributes, NAMES.conversation);
  const found: Feedback[] = [];
  for (const { of, list, item } of FEEDBACK) {
    const target =
      of === 'span'
        ? own
        : of === 'trace'
          ? { ...NO_TARGET, trace: own.trace }
          : session === null
            ? null
            : { ...NO_TARGET, conversation: session };
    if (target === null) continue;
    for (const given of flatList(attributes, [`${list}.*`])) {
      const value = isJsonObject(given) ? given[item] : undefined;
      const signal = isJsonObject(value) ? annotationSignal(value, time) : null;
      if (signal !== null) found.push({ of: target, signal });
    }
  }
  if (attributes.has('gen_ai.evaluation.name')) found.push(...evaluation(attributes, own, time));
  for (const event of events)
    if (event.name === EVALUATION_EVENT) found.push(...evaluation(event.attributes, own, isoTime(event.timeMs) ?? time));
  return [...found, ...associated(attributes).map((signal) => ({ of: own, signal: { ...signal, time } }))];
}

/** An evaluation that came as a log record is about the span that it belongs to. */
export const feedbackOfLog = ({ attributes, spanId, traceId, timeMs }: LogRecord): Feedback[] =>
  evaluation(attributes, { ...NO_TARGET, interaction: attributeText(attributes, NAMES.ownId) ?? spanId, trace: traceId }, isoTime(timeMs));

/** The span that it links to, when that is exactly one (OpenInference's annotations.md), else the one it stands in. */
function targetOfCarrier({ links, parentSpanId, traceId }: Span): FollowUpTarget {
  const [link] = links;
  return links.length === 1 && link !== undefined
    ? { ...NO_TARGET, interaction: link.spanId, trace: link.traceId }
    : { ...NO_TARGET, interaction: parentSpanId, trace: traceId };
}

function evaluation(attributes: OtlpAttributes, of: FollowUpTarget, time: string | null): Feedback[] {
  const name = attributeText(attributes, NAMES.evaluationName);
  const response = attributeText(attributes, NAMES.responseId);
  const target = { ...of, response };
  if (name === null || Object.values(target).every((id) => id === null)) return [];
  const known = kindOfSignal(name);
  const kind = oneOf<SignalKind>(SIGNAL_KINDS, attributeText(attributes, NAMES.signalKind)) ?? known ?? 'operational';
  const annotator =
    oneOf<Annotator>(ANNOTATORS, attributeText(attributes, NAMES.signalAnnotator)) ?? (kind === 'operational' ? 'model' : 'human');
  const note = attributeText(attributes, NAMES.evaluationNote);
  const judged = [true, 'true'].some((yes) => yes === firstOf(attributes, NAMES.signalRetracted))
    ? { value: null, note }
    : valueOf(name, firstOf(attributes, NAMES.evaluationScore), firstOf(attributes, NAMES.evaluationLabel), note);
  return judged === null
    ? []
    : [{ of: target, signal: { kind, name, annotator, by: attributeText(attributes, NAMES.signalBy), time, ...judged } }];
}

const ANNOTATOR_OF: Readonly<Record<string, Annotator>> = { HUMAN: 'human', LLM: 'model', CODE: 'code' };

/** The signal that an annotation of OpenInference or Phoenix is; null: it says nothing. */
export function annotationSignal(value: JsonObject, time: string | null): Signal | null {
  const name = textOf(value['name']);
  if (name === null) return null;
  const said = textOf(value['annotator_kind'])?.toUpperCase() ?? '';
  const known = kindOfSignal(name);
  const annotator = Object.hasOwn(ANNOTATOR_OF, said) ? (ANNOTATOR_OF[said] as Annotator) : known === 'operational' ? 'code' : 'human';
  const kind = known === 'implicit' ? known : annotator === 'human' ? 'explicit' : (known ?? 'operational');
  const judged = valueOf(name, value['score'], value['label'], textOf(value['explanation']));
  return judged === null ? null : { kind, name, annotator, by: textOf(value['identifier']), time, ...judged };
}

/**
 * The score, else the label; both: the label goes before the note. Of a thumb the one that is known; what contradicts itself is not. Null: it
 * says nothing; with a note alone, the value is not known.
 */
function valueOf(
  name: string,
  score: JsonValue | undefined,
  label: JsonValue | undefined,
  note: string | null,
): Pick<Signal, 'value' | 'note'> | null {
  const number = typeof score === 'number' || typeof score === 'boolean' ? score : numberText(score);
  const text = typeof label === 'boolean' ? label : textOf(label);
  if (number === null) return text === null && note === null ? null : { value: text ?? '', note };
  // A score is a number by the convention, so yes and no are numbers with their names.
  if ((text === 'true' && number === 1) || (text === 'false' && number === 0)) return { value: number === 1, note };
  if (text !== null && THUMBS.has(name)) {
    const [said, named] = [thumbSide(number), thumbSide(text)];
    if (said === null && named !== null) return { value: text, note: [String(number), note].filter((item) => item !== null).join(': ') };
    if (said !== null && named !== null && said !== named) return { value: `${text} (${number})`, note };
  }
  return { value: number, note: [text, note].filter((item) => item !== null).join(': ') || null };
}

/** A table keeps every value as text. */
const numberText = (value: JsonValue | undefined): number | null =>
  typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : null;

/** Applications say what they want in these properties: one is a signal when it has the name of one that is known. */
function associated(attributes: OtlpAttributes): Signal[] {
  const found: Signal[] = [];
  for (const [key, value] of attributes) {
    if (!key.startsWith(ASSOCIATION)) continue;
    const name = key.slice(ASSOCIATION.length);
    const kind = kindOfSignal(name);
    if (kind === null || typeof value === 'object') continue;
    found.push({ kind, name, value, annotator: kind === 'operational' ? 'code' : 'human', by: null, time: null, note: null });
  }
  return found;
}

export function isoTime(ms: number | null): string | null {
  return ms !== null && ms >= 0 && ms < 253_402_300_800_000 ? new Date(ms).toISOString() : null;
}

const oneOf = <T extends string>(all: readonly T[], given: string | null): T | null => all.find((item) => item === given) ?? null;
const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);
