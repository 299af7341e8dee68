/** Requests as production sends them: golden cases hold fixed times and ids, and a prompt may be looked at with other text in front. */
import type { SegmentSource } from '../../prompt/document.ts';
import type { RenderedRequest, TextSegment } from '../../prompt/request.ts';
import { isDay, isNeverAgain } from './nondeterminism.ts';

export interface ProductionRequests {
  readonly requests: readonly RenderedRequest[];
  /** A value is a day's date: what comes after it is new once a day. */
  readonly hasDay: boolean;
}

/** Calls of one day: what prints a date prints the same one. The same array where none does. */
export function onOneDay(requests: readonly RenderedRequest[]): ProductionRequests {
  const hasDay = valuesOf(requests).some(({ text }) => isDay(text));
  if (!hasDay || requests.length < 2) return { requests, hasDay };
  const days = new Map<string, string>();
  const asSent = (segment: TextSegment): TextSegment => {
    if (segment.kind !== 'value' || !isDay(segment.text)) return segment;
    const place = placeOf(segment.source);
    const text = days.get(place) ?? segment.text;
    days.set(place, text);
    return { ...segment, text };
  };
  return { requests: requests.map((request) => rewritten(request, (segment) => [asSent(segment)])), hasDay };
}

/**
 * Calls of one day, where every time and random value is another one. Of one request alone, a second one stands for all others: each of its
 * values is another.
 */
export function inProduction(given: readonly RenderedRequest[]): ProductionRequests {
  const { requests, hasDay } = onOneDay(given);
  const [first] = requests;
  if (first !== undefined && requests.length === 1) {
    const other = rewritten(first, (segment) => [segment.kind === 'value' && !isDay(segment.text) ? another(segment, 0) : segment]);
    return { requests: [first, other], hasDay };
  }
  if (!valuesOf(requests).some(({ text }) => isNeverAgain(text))) return { requests, hasDay };
  const asSent = (segment: TextSegment, request: number): TextSegment =>
    segment.kind === 'value' && isNeverAgain(segment.text) ? another(segment, request) : segment;
  return { requests: requests.map((request, i) => rewritten(request, (segment) => [asSent(segment, i)])), hasDay };
}

const valuesOf = (requests: readonly RenderedRequest[]): TextSegment[] =>
  requests.flatMap(({ origins }) => origins.flat(2)).filter(({ kind }) => kind === 'value');

/** No text of a prompt begins like this. */
const another = <T extends TextSegment>(segment: T, request: number): T => ({ ...segment, text: `\u0003${request} ${segment.text}` });

const placeOf = ({ path, range }: SegmentSource): string => `${path}:${range.start}`;

/** The requests with the static text that comes after a place in front of it. */
export function withStaticBefore(
  requests: readonly RenderedRequest[],
  source: SegmentSource,
  isStatic: (segment: TextSegment) => boolean,
): readonly RenderedRequest[] {
  const place = placeOf(source);
  return requests.map((request) => {
    let isAfter = false;
    const moved = request.origins.flat(2).filter((segment) => {
      isAfter ||= placeOf(segment.source) === place;
      return isAfter && segment.kind === 'literal' && isStatic(segment);
    });
    if (!isAfter) return request;
    const behind = new Set(moved);
    let isMoved = false;
    return rewritten(request, (segment) => {
      if (!isMoved && placeOf(segment.source) === place) {
        isMoved = true;
        return behind.has(segment) ? moved : [...moved, segment];
      }
      return behind.has(segment) ? [] : [segment];
    });
  });
}

/** With other segments, and the text that they make; where a text is not made of its segments, it stays. */
function rewritten(request: RenderedRequest, change: (segment: TextSegment) => readonly TextSegment[]): RenderedRequest {
  const origins = request.origins.map((parts) => parts.map((segments) => segments.flatMap(change)));
  const messages = request.messages.map((message, m) => ({
    ...message,
    content: message.content.map((part, p) => {
      const before = request.origins[m]?.[p] ?? [];
      if (!('text' in part) || before.map(({ text }) => text).join('') !== part.text) return part;
      return { text: (origins[m]?.[p] ?? []).map(({ text }) => text).join('') };
    }),
  }));
  const { ends: _ends, ...rest } = request;
  return { ...rest, messages, origins };
}
