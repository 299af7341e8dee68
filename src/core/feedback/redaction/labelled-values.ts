/**
 * Secrets that only their name gives away: `api-key: 0f3c…`, `DB_PASSWORD=hunter2`, `"password": "letmein"`, `my password is hunter2`,
 * `--token 0f3c…`, `<password>hunter2</password>`. Each place where a value could begin is looked at once, so the time is linear.
 */
import type { RedactionMatch } from '../../config/redaction-rules.ts';
import { compileFormat } from './formats/compile-format.ts';
import { NAMED_VALUES } from './formats/named-values.ts';
import { looksRandom } from './looks-random.ts';
import { isPassword } from './password-value.ts';
import { nameEnd, nameStart } from './name-before.ts';
import { mayEndSecretName, secretKind, type SecretKind } from './secret-names.ts';

/** Characters after `--` in which the name of an option is looked for. */
const LONGEST_OPTION = 48;
/** A separator, what may follow it, the scheme of an authorization, and the quote. */
const BEFORE_VALUE =
  /(?:[=:>]{1,3}|is|ist|es|est)?[ \t]{0,4}(?:\\{0,3}["'`])?(?:(?:[Bb]earer|BEARER|[Bb]asic|[Tt]oken|[Aa]pi-?[Kk]ey|[Kk]ey|Bot|OAuth|GenieKey|SSWS)[ \t]{1,4})?(?:\\{0,3}["'`])?/y;
const QUOTE = /["'`]/;
const UNQUOTED = /[^\s,;"'`<>(){}[\]&|\\]{4,400}/y;
const QUOTED = { '"': /[^"\n\\]{4,400}/y, "'": /[^'\n\\]{4,400}/y, '`': /[^`\n\\]{4,400}/y };
const KEY_VALUE = /^[\w.~+/=:%$!-]{16,400}$/;
/** `name: DB_PASSWORD`, then `value: …`; `<add key="Password" value="…">`. */
const VALUE_OF =
  /(?:key|name)(?:\\{0,3}["'])?\s{0,2}[:=]\s{0,2}(?:\\{0,3}["'])?([\w.-]{2,40})(?:\\{0,3}["'])?[,;]?(?:\\{1,3}[nrt]|\s){1,20}(?:- )?(?:\\{0,3}["'])?value(?:\\{0,3}["'])?$/i;

const named = NAMED_VALUES.map((row) => ({ issuer: row[0], expressions: compileFormat(row).map(({ expression }) => expression) }));
const ISSUER = new RegExp(NAMED_VALUES.map(([issuer]) => issuer).join('|'), 'i');

export function findLabelledValues(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (const separator of [':', '=', '>', ' is ', ' ist ', ' es ', ' est '])
    for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, at + separator.length)) {
      const one = valueAfter(text, at, separator);
      if (one !== null) found.push(one);
    }
  for (let at = text.indexOf('--'); at !== -1; at = text.indexOf('--', at + 2)) {
    const option = OPTION.exec(text.slice(at, at + LONGEST_OPTION));
    const one = option === null ? null : valueAt(text, at + option[0].length, secretKind(option[1] ?? '', false), '');
    if (one !== null) found.push(one);
  }
  if (text.includes('login '))
    for (const { index, 0: all, 1: value = '' } of text.matchAll(NETRC)) found.push(keyAt(index + all.length - value.length, value));
  return found;
}

const OPTION = /^--?([a-z][\w-]{1,40})[ \t]{1,4}/i;
const NETRC = /\blogin\s{1,4}\S{1,80}\s{1,4}password\s{1,4}(\S{4,200})/g;

const keyAt = (start: number, value: string): RedactionMatch => ({ start, end: start + value.length, kind: 'key' });

function valueAfter(text: string, at: number, separator: string): RedactionMatch | null {
  const end = nameEnd(text, at);
  if (end === -1) return null;
  const from = separator.startsWith(' ') ? at + 1 : at;
  const isValue = text.endsWith('alue', end);
  if (!mayEndSecretName(text, end) && !isValue && !isLongAfter(text, at + 1)) return null;
  const begin = nameStart(text, end);
  const name = text.slice(begin, end);
  const kind = isValue ? kindOfEntry(text, at) : secretKind(name, separator === '=' && QUERY_MARK.test(text[begin - 1] ?? ''));
  if (separator !== '>') return valueAt(text, from, kind, name);
  return text[begin - 1] === '<' ? valueAt(text, from, kind, name, '</') : null;
}

const QUERY_MARK = /[?&;]/;
/** The shortest value that an issuer's name alone gives away. Characters. */
const SHORTEST_NAMED = 17;

/** Whether so long a value could begin within the next few characters. */
function isLongAfter(text: string, from: number): boolean {
  let at = from;
  while (at < from + 5 && !isValueCode(text.charCodeAt(at))) at++;
  for (let i = at; i < at + SHORTEST_NAMED; i++) if (!isValueCode(text.charCodeAt(i))) return false;
  return true;
}

const isValueCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || code === 45 || code === 46;

function kindOfEntry(text: string, at: number): SecretKind | null {
  const entry = VALUE_OF.exec(text.slice(Math.max(0, at - 120), at).trimEnd());
  return entry === null ? null : secretKind(entry[1] ?? '', false);
}

/** `from`: where the separator begins. `closing`: what has to follow. */
function valueAt(text: string, from: number, kind: SecretKind | null, name: string, closing = ''): RedactionMatch | null {
  const issuers = kind === null && ISSUER.test(name) ? name.toLowerCase() : null;
  if (kind === null && issuers === null) return null;
  BEFORE_VALUE.lastIndex = from;
  BEFORE_VALUE.test(text);
  const start = Math.max(BEFORE_VALUE.lastIndex, from);
  const quote = QUOTE.test(text[start - 1] ?? '') ? (text[start - 1] as keyof typeof QUOTED) : null;
  const expression = quote === null ? UNQUOTED : QUOTED[quote];
  expression.lastIndex = start;
  const raw = expression.exec(text)?.[0];
  if (raw === undefined) return null;
  const after = text[start + raw.length] ?? '';
  if (closing !== '' && !text.startsWith(closing, start + raw.length)) return null;
  if (quote === null && (after === '(' || after === '[')) return null;
  const value = quote === null ? raw.replace(/[.:?]+$/, '') : raw;
  if (issuers !== null) return isNamed(issuers, value) ? keyAt(start, value) : null;
  const isSecret =
    kind === 'password' ? isPassword(value, { isQuoted: quote !== null || closing !== '', text, start }) : isKey(value, quote !== null);
  return isSecret ? keyAt(start, value) : null;
}

const isNamed = (name: string, value: string): boolean =>
  named.some(({ issuer, expressions }) => name.includes(issuer) && expressions.some((expression) => isWhole(expression(), value)));

function isWhole(expression: RegExp, value: string): boolean {
  expression.lastIndex = 0;
  return expression.test(value) && expression.lastIndex === value.length;
}

/** `a.b.c` names something in code, unless it is quoted. */
const PATH = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/;

const isKey = (value: string, isQuoted: boolean): boolean =>
  KEY_VALUE.test(value) &&
  !/^[$%]|^https?:|^\/[\w.-]+\/[\w.-]+\/[\w./-]*$/.test(value) &&
  (isQuoted || !PATH.test(value) || /\d{3}/.test(value)) &&
  looksRandom(value);
