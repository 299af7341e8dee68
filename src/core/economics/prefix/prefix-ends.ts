/**
 * Where the prefix of a request may be marked for a provider's cache: behind text of the template, in the order in which the
 * provider reads the request, system text first. Found by the segments of the rendering, never by searching in text.
 */
import type { GoldenCase } from '../../golden/case.ts';
import type { JsonObject, JsonValue } from '../../json/json.ts';
import { textOf, type CacheMark, type Message, type PrefixEnd, type RenderedRequest } from '../../prompt/request.ts';
import { isDay } from './nondeterminism.ts';

/** Places that are looked at; a provider takes four marks. */
const MOST_ENDS = 8;
/** OpenAI writes the latest three of a request besides the mark that it sets itself; Anthropic takes four (Prompt caching, both). */
const MOST_MARKS = 3;

export function prefixEnds({ messages, origins }: Pick<RenderedRequest, 'messages' | 'origins'>): PrefixEnd[] {
  const ends: PrefixEnd[] = [];
  let printed: readonly string[] = [];
  let pending: PrefixEnd | null = null;
  const flush = (): void => {
    if (pending !== null) ends.push(pending);
    pending = null;
  };
  const system = messages.flatMap(({ role }, i) => (role === 'system' ? [i] : []));
  const others = messages.flatMap(({ role }, i) => (role === 'system' ? [] : [i]));
  for (const message of [...system, ...others]) {
    // OpenAI takes no mark in what an assistant said.
    if (message === others[0] || isAnswer(messages[message])) flush();
    for (const [part, content] of (messages[message]?.content ?? []).entries()) {
      const segments = origins[message]?.[part] ?? [];
      // Of a history, a file or a tool's result it is not known what of it is the same in other requests.
      if (!('text' in content) || segments.length === 0 || segments.map(({ text }) => text).join('') !== content.text) {
        flush();
        return ends;
      }
      let at = 0;
      for (const segment of segments) {
        if (segment.kind === 'value') {
          flush();
          if (ends.length >= MOST_ENDS) return ends;
          if (!isDay(segment.text)) printed = [...printed, segment.expression];
        }
        at += segment.text.length;
        if (segment.kind === 'literal' && segment.text.trim() !== '') pending = { message, part, at, printed };
      }
    }
  }
  flush();
  return ends;
}

export const isAnswer = (message: Pick<Message, 'role'> | undefined): boolean => message?.role === 'model' || message?.role === 'assistant';

/** Whether enough golden cases have the same values of these expressions that a prefix with them is read more often than written. */
export type IsShared = (printed: readonly string[]) => boolean;

/** Nothing is known of other requests. */
export const NOTHING_SHARED: IsShared = () => false;

/** By the variables of golden cases: each combination of values must stand in two cases or more, on average. */
export function sharedAmong(cases: readonly Pick<GoldenCase, 'vars'>[], defaults: JsonObject): IsShared {
  const known = new Map<string, boolean>();
  let all: ReadonlySet<string> | null = null;
  const find = (printed: readonly string[]): boolean => {
    const names = (all ??= new Set(cases.flatMap(({ vars }) => Object.keys(vars))));
    const used = new Set<string>();
    for (const expression of printed) {
      const found = (expression.match(/[\p{L}_$][\p{L}\p{N}_$-]*/gu) ?? []).filter(
        (name) => names.has(name) || Object.hasOwn(defaults, name),
      );
      if (found.length === 0) return false;
      for (const name of found) if (names.has(name)) used.add(name);
    }
    const combinations = new Set(cases.map(({ vars }) => [...used].map((name) => keyOf(vars[name])).join('\u0000')));
    return combinations.size <= cases.length / 2;
  };
  return (printed) => {
    const key = printed.join('\u0000');
    const result = known.get(key) ?? find(printed);
    known.set(key, result);
    return result;
  };
}

const keyOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** The places that a request marks: the ends of its static text, and the last one behind values that enough requests have. */
export function chooseMarks(ends: readonly PrefixEnd[], isShared: IsShared): CacheMark[] {
  const fixed = ends.filter(({ printed }) => printed.length === 0);
  const shared = ends.findLast(({ printed }) => printed.length > 0 && isShared(printed));
  const chosen = shared === undefined ? fixed.slice(-MOST_MARKS) : [...fixed.slice(1 - MOST_MARKS), shared];
  return chosen.map(({ message, part, at }) => ({ message, part, at }));
}

export interface MarkedText {
  readonly text: string;
  readonly isMarked: boolean;
}

/** A text cut at marks. A block of white space alone is refused by providers, so none is cut off. */
export function cutAtMarks(text: string, places: readonly number[]): MarkedText[] {
  const blocks: MarkedText[] = [];
  let start = 0;
  for (const at of [...places].sort((a, b) => a - b)) {
    const end = text.slice(at).trim() === '' ? text.length : at;
    if (end <= start || text.slice(start, end).trim() === '') continue;
    blocks.push({ text: text.slice(start, end), isMarked: true });
    start = end;
  }
  return start < text.length || blocks.length === 0 ? [...blocks, { text: text.slice(start), isMarked: false }] : blocks;
}

/** Characters into the text of one part where it is marked. */
export const marksIn = (marks: readonly CacheMark[], message: number, part: number): number[] =>
  marks.flatMap((mark) => (mark.message === message && mark.part === part ? [mark.at] : []));

/** The text of a message without its other parts, as blocks that end at the marks. */
export function markedTexts(message: Message, index: number, marks: readonly CacheMark[]): MarkedText[] {
  let before = 0;
  const places = message.content.flatMap((part, p) => {
    const found = marksIn(marks, index, p).map((at) => before + at);
    before += 'text' in part ? part.text.length : 0;
    return found;
  });
  const text = textOf(message);
  return text === '' ? [] : cutAtMarks(text, places);
}

/** The end of the system text, of a request of which nothing else is known. */
export function systemEnd(messages: readonly Message[]): CacheMark[] {
  const message = messages.findLastIndex((item) => item.role === 'system' && textOf(item) !== '');
  const content = messages[message]?.content ?? [];
  const part = content.findLastIndex((item) => 'text' in item && item.text !== '');
  const last = content[part];
  return last !== undefined && 'text' in last ? [{ message, part, at: last.text.length }] : [];
}
