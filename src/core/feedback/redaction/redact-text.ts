/** Takes what the rules find out of one text. Doing it again changes nothing. */
import { findIbans } from './ibans.ts';
import { findIpAddresses } from './ip-addresses.ts';
import { findNumbers } from './numbers.ts';
import { patternFinder } from '../../config/redaction-patterns.ts';
import type { RedactionMatch, MarkKind, RedactionRules } from '../../config/redaction-rules.ts';
import { findEmails, keyFinder } from './secrets.ts';

const MARK = /\[(?:email|phone|card|iban|ip|key|redacted)(?: \d{1,9})?\]/g;
export const REDACTED = '[redacted]';
/** What a pattern finds after that was not there before its first match was taken out. Then the whole text goes. */
const MAX_ROUNDS = 10;
/** Nothing that the built-ins find is shorter. Characters. */
const SHORTEST = 3;
const ANY_NUMBER = /\d[\d ().\/\u00a0-]{5}/;

/** The marks of one record: the same thing has the same mark, another of its kind a number. */
export class Marks {
  private readonly known = new Map<string, string>();
  private readonly counts = new Map<MarkKind, number>();

  of(kind: MarkKind, text: string): string {
    const key = `${kind} ${kind === 'email' || kind === 'ip' ? text.toLowerCase() : kind === 'iban' ? text.replace(/[^A-Za-z0-9]/g, '').toUpperCase() : kind === 'phone' || kind === 'card' ? text.replace(/\D/g, '') : text}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    const mark = count === 1 ? `[${kind}]` : `[${kind} ${count}]`;
    this.counts.set(kind, count);
    this.known.set(key, mark);
    return mark;
  }
}

/** Texts in which nothing was found. The static part of a prompt is the same text in each record, and would be searched each time. */
class CleanTexts {
  private static readonly SHORTEST = 200;
  private static readonly LONGEST = 100_000;
  private static readonly MOST = 32;
  private readonly texts = new Set<string>();

  has(text: string): boolean {
    if (text.length < CleanTexts.SHORTEST || !this.texts.delete(text)) return false;
    this.texts.add(text);
    return true;
  }

  add(text: string): void {
    if (text.length < CleanTexts.SHORTEST || text.length > CleanTexts.LONGEST) return;
    for (const oldest of this.texts) {
      if (this.texts.size < CleanTexts.MOST) break;
      this.texts.delete(oldest);
    }
    this.texts.add(text);
  }
}

/** Where the rules find something in a text, in order and apart. @throws {RangeError} a pattern of the rules cannot be used. */
export function redactionFinder(rules: RedactionRules): (text: string) => RedactionMatch[] {
  const find = finderOf(rules);
  return (text) => merged(find(text));
}

/** @throws {RangeError} a pattern of the rules cannot be used. */
export function textRedactor(rules: RedactionRules): (text: string, marks: Marks) => string {
  const find = finderOf(rules);
  const clean = new CleanTexts();
  return (given, marks) => {
    if (clean.has(given)) return given;
    let text = given;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = find(text);
      const taken = found.length === 0 ? found : merged(aroundMarks(text, found));
      if (taken.length === 0) {
        if (round === 0) clean.add(text);
        return text;
      }
      text = withMarks(text, taken, marks);
    }
    return REDACTED;
  };
}

function finderOf({ builtIn, patterns }: RedactionRules): (text: string) => RedactionMatch[] {
  const hasEmail = builtIn.includes('email');
  const hasIban = builtIn.includes('iban');
  const hasIp = builtIn.includes('ip');
  const findKeys = builtIn.includes('keys') ? keyFinder() : null;
  const numbers = { phone: builtIn.includes('phone'), card: builtIn.includes('card') };
  const hasNumbers = numbers.phone || numbers.card;
  const byPattern = patternFinder(patterns);
  return (text) => {
    const found = byPattern(text);
    if (text.length < SHORTEST || isImage(text)) return found;
    if (hasEmail && text.includes('@')) found.push(...findEmails(text));
    if (hasIban) found.push(...findIbans(text));
    if (hasIp) found.push(...findIpAddresses(text));
    if (hasNumbers && ANY_NUMBER.test(text)) found.push(...findNumbers(text, numbers));
    if (findKeys !== null) found.push(...findKeys(text));
    return found;
  };
}

/** Base64 of an image or a sound says nothing to these rules, and may be megabytes. */
const isImage = (text: string): boolean => text.startsWith('data:') && /^data:[\w.+/-]{1,100};base64,[\w+/=]*$/.test(text);

/** What stands in a mark stays; what goes over the edge of one takes it along. */
function aroundMarks(text: string, found: readonly RedactionMatch[]): RedactionMatch[] {
  const marks = Array.from(text.matchAll(MARK), ({ index, 0: { length } }) => ({ start: index, end: index + length }));
  if (marks.length === 0) return [...found];
  let first = 0;
  return found
    .toSorted((a, b) => a.start - b.start)
    .flatMap((one): RedactionMatch[] => {
      while ((marks[first]?.end ?? Infinity) <= one.start) first++;
      let [{ start, end }, inMarks]: [{ start: number; end: number }, number] = [one, 0];
      for (let i = first; (marks[i]?.start ?? Infinity) < one.end; i++) {
        const mark = marks[i] ?? one;
        inMarks += Math.min(mark.end, one.end) - Math.max(mark.start, one.start);
        [start, end] = [Math.min(start, mark.start), Math.max(end, mark.end)];
      }
      return inMarks >= one.end - one.start ? [] : [{ start, end, kind: one.kind }];
    });
}

/** In order and apart. Of one inside another the outer one counts; two that overlap are one thing of no kind. */
function merged(found: readonly RedactionMatch[]): RedactionMatch[] {
  const apart: RedactionMatch[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last === undefined || one.start >= last.end) apart.push(one);
    else if (one.end > last.end) apart[apart.length - 1] = { start: last.start, end: one.end, kind: 'redacted' };
  }
  return apart;
}

function withMarks(text: string, found: readonly RedactionMatch[], marks: Marks): string {
  let result = '';
  let at = 0;
  for (const { start, end, kind } of found) {
    result += text.slice(at, start) + marks.of(kind, text.slice(start, end));
    at = end;
  }
  return result + text.slice(at);
}
