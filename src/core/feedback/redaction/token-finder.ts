/** Secrets of documented forms in a text; linear in the text. Only long runs of the characters that tokens consist of are looked at. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';
import { BUSINESS } from './formats/business.ts';
import { CLOUD } from './formats/cloud.ts';
import { compileFormat, type CompiledFormat } from './formats/compile-format.ts';
import { DEVELOPMENT } from './formats/development.ts';
import { MODEL_SERVICES } from './formats/model-services.ts';
import type { SecretFormat } from './formats/secret-format.ts';
import { looksRandom } from './looks-random.ts';

export const SECRET_FORMATS: readonly SecretFormat[] = [...MODEL_SERVICES, ...CLOUD, ...DEVELOPMENT, ...BUSINESS];

/** No documented token is shorter. */
const RUN = /(?<![\w.~+/=:|%$!&@-])[\w.~+/=:|%$!&@-]{15,}/g;
/** Base64 of something large: a picture, a key's bytes. What looks like the beginning of a token inside is chance. */
const BLOB = /[A-Za-z0-9+/]{256}/y;
/** What an escape leaves before a token: the letter of `\n`, or the digits of `\u003d`. */
const ESCAPE = /[nrtbfv0]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}/y;

interface FormatIndex {
  /** By the first two characters. */
  readonly byStart: ReadonlyMap<number, readonly CompiledFormat[]>;
  readonly withoutStart: readonly CompiledFormat[];
}

const pairOf = (text: string, at: number): number => text.charCodeAt(at) * 65_536 + text.charCodeAt(at + 1);

/** Finds what has a documented form. Forms are compiled once for each finder. */
export function tokenFinder(formats: readonly SecretFormat[] = SECRET_FORMATS): (text: string) => RedactionMatch[] {
  const compiled = formats.flatMap(compileFormat);
  const byStart = new Map<number, CompiledFormat[]>();
  const withoutStart: CompiledFormat[] = [];
  for (const format of compiled) {
    if (format.prefix.length < 2) withoutStart.push(format);
    else byStart.set(pairOf(format.prefix, 0), [...(byStart.get(pairOf(format.prefix, 0)) ?? []), format]);
  }
  const index = { byStart, withoutStart };
  return (text) => {
    const found: RedactionMatch[] = [];
    for (const { 0: run, index: start } of text.matchAll(RUN)) findInRun(text, start, start + run.length, index, found);
    return found;
  };
}

function findInRun(text: string, start: number, end: number, { byStart, withoutStart }: FormatIndex, found: RedactionMatch[]): void {
  const run = text.slice(start, end);
  const floating = withoutStart.filter(({ contains }) => run.includes(contains));
  BLOB.lastIndex = start;
  const isBlob = BLOB.test(text);
  let next = start;
  for (let at = start; at < end; at++) {
    if (at < next || !beginsAt(text, at, start, isBlob)) continue;
    const known = byStart.get(pairOf(text, at));
    const matched = Math.max(longestAt(text, at, known ?? []), longestAt(text, at, floating));
    if (matched <= at) continue;
    found.push({ start: at, end: matched, kind: 'key' });
    next = matched;
  }
}

/** Whether a token may begin here: after what is no letter or digit, or after an escape. */
function beginsAt(text: string, at: number, start: number, isBlob: boolean): boolean {
  if (at === start) return true;
  const before = text.charCodeAt(at - 1);
  if (!isAlphanumeric(before)) return !isBlob || (before !== 43 && before !== 47);
  if (text.charCodeAt(at - 3) === 37 && isHex(before) && isHex(text.charCodeAt(at - 2))) return true;
  if (at - start > 5 || text.charCodeAt(start - 1) !== 92) return false;
  ESCAPE.lastIndex = start;
  return ESCAPE.test(text) && ESCAPE.lastIndex === at;
}

const isHex = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

const isAlphanumeric = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** The end of the longest match; `at`: nothing matches. */
function longestAt(text: string, at: number, formats: readonly CompiledFormat[]): number {
  let end = at;
  for (const { prefix, expression: expressionOf, mustLookRandom } of formats) {
    if (!text.startsWith(prefix, at)) continue;
    const expression = expressionOf();
    expression.lastIndex = at;
    if (!expression.test(text) || expression.lastIndex <= end) continue;
    if (!mustLookRandom || looksRandom(text.slice(at + prefix.length, expression.lastIndex))) end = expression.lastIndex;
  }
  return end;
}
