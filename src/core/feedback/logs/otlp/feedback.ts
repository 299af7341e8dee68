/** Signals that spans and events carry, and what each is about: evaluation events, OpenInference's annotations, properties of OpenLLMetry. */
import { isJsonObject } from '../../../json/json.ts';
import {
  ANNOTATORS,
  SIGNAL_KINDS,
  type Annotator,
  type FollowUpTarget,
  type Signal,
  type SignalKind,
} from '../../interactions/interaction.ts';
import { kindOfSignal } from '../../signals/signal-names.ts';
import { annotationSignal, evaluationValue } from '../annotation-signal.ts';
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
    : evaluationValue(name, firstOf(attributes, NAMES.evaluationScore), firstOf(attributes, NAMES.evaluationLabel), note);
  return judged === null
    ? []
    : [{ of: target, signal: { kind, name, annotator, by: attributeText(attributes, NAMES.signalBy), time, ...judged } }];
}

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
