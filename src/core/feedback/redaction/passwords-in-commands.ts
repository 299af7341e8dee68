/** Passwords without a name of their own: in addresses and connection strings, in commands, and in basic authentication; linear in the text. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';

/** The user name may be empty; a placeholder is no password. */
const IN_ADDRESS = /:\\?\/\\?\/[^\s:@/"'<>\\]{0,64}:([^\s/@"'`$<>{[*%\\][^\s/@"'`<>]{0,200})@/y;
/** With a slash in it, which is not the path behind a port. */
const WITH_SLASH = /:\\?\/\\?\/[^\s:@/"'<>\\]{0,64}:(?!\d{1,5}[/?#])([^\s/@"'`$<>{[*%\\][^\s@"'`<>?#]{0,100})@(?=[\w[])/y;
/** More of a password that contains `@`. */
const MORE = /[^\s/?#"'`<>]{0,100}@(?=[\w[])/y;
const PLACEHOLDER = /^(?:password|passwort|passwd|contraseña|senha|your.{0,20}|x{3,}|\*+|\.+|…)$/i;

export function passwordsInAddresses(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (let at = text.indexOf('/'); at !== -1; at = text.indexOf('/', at + 1)) {
    const from = text[at - 1] === ':' ? at - 1 : text[at - 2] === ':' && text[at - 1] === '\\' ? at - 2 : -1;
    if (from === -1) continue;
    const matched = [IN_ADDRESS, WITH_SLASH].find((expression) => {
      expression.lastIndex = from;
      return expression.test(text);
    });
    if (matched === undefined) continue;
    let end = matched.lastIndex - 1;
    matched.lastIndex = from;
    const { length } = matched.exec(text)?.[1] ?? '';
    const start = end - length;
    if (PLACEHOLDER.test(text.slice(start, end))) continue;
    MORE.lastIndex = end + 1;
    if (MORE.test(text)) end = MORE.lastIndex - 1;
    found.push(keyBetween(start, end));
  }
  return found;
}

const keyBetween = (start: number, end: number): RedactionMatch => ({ start, end, kind: 'key' });

/** The last group is the password. */
const COMMANDS: readonly (readonly [mark: string, expression: RegExp])[] = [
  [
    'curl',
    /\bcurl\b[^\n|;]{0,200}?\s(?:-[A-Za-z]{0,6}u ?|--(?:proxy-)?user[ =])(?:"[^\s:"$]{1,60}:([^"\n$]{1,100})"|'[^\s:'$]{1,60}:([^'\n$]{1,100})'|[^\s:"'$]{1,60}:([^\s"'$][^\s"']{0,100}))/g,
  ],
  ['http', /\bhttps? (?:-\w{1,10} ){0,3}(?:-a|--auth)[ =]["']?[^\s:"'$]{1,60}:([^\s"'$][^\s"']{0,100})/g],
  ['sshpass', /\bsshpass -p ?["']?([^\s"'$][^\s"']{2,100})/g],
  ['mysql', /\bmysql(?:dump|admin)?\b[^\n|;]{0,120}? -p([^\s"'$-][^\s"']{2,100})/g],
  ['auth', /\bauth ?= ?\(\s?["'][^"'\n]{1,60}["'],\s?["']([^"'\n]{1,100})["']\s?\)/g],
  ['@tcp(', /(?<![\w:/.@-])[\w.-]{1,40}:([^\s:@/"'`$<{]{1,100})@tcp\(/g],
  ['@unix(', /(?<![\w:/.@-])[\w.-]{1,40}:([^\s:@/"'`$<{]{1,100})@unix\(/g],
  [';', /;\s?(?:password|pwd)=([^;\s"'$<{]{3,100})/gi],
  ['jdbc:oracle', /\bjdbc:oracle:\w{1,10}:[\w.-]{1,60}\/([^\s@/"'$<{]{1,100})@/g],
];

export function passwordsInCommands(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (const [mark, expression] of COMMANDS) {
    if (!text.includes(mark)) continue;
    for (const match of text.matchAll(expression)) {
      const password = match.slice(1).find((group) => group !== undefined) ?? '';
      const start = match.index + match[0].lastIndexOf(password);
      if (!PLACEHOLDER.test(password)) found.push(keyBetween(start, start + password.length));
    }
  }
  return found;
}

const BASIC = /(?<=\bbasic[ \t]{1,4})[A-Za-z0-9+/_-]{4,400}={0,2}/gi;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of `user:password`. */
export function basicCredentials(text: string): RedactionMatch[] {
  if (!/basic[ \t]/i.test(text)) return [];
  return Array.from(text.matchAll(BASIC))
    .filter(([value]) => isPair(value))
    .map(({ index, 0: { length } }) => keyBetween(index, index + length));
}

/** Whether it is printable text with a colon. */
function isPair(base64: string): boolean {
  const characters = base64.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  if (characters.length % 4 === 1) return false;
  let [bits, count, hasColon] = [0, 0, false];
  for (const character of characters) {
    bits = (bits * 64 + ALPHABET.indexOf(character)) % 65_536;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const code = Math.floor(bits / 2 ** count) % 256;
    if (code < 32 || code === 127) return false;
    hasColon ||= code === 58;
  }
  return hasColon;
}
