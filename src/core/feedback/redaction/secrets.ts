/** E-mail addresses and keys in a text; linear in the text. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';
import { findLabelledValues } from './labelled-values.ts';
import { basicCredentials, passwordsInAddresses, passwordsInCommands } from './passwords-in-commands.ts';
import { tokenFinder } from './token-finder.ts';

const LOCAL = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN = /(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}/uy;
/** The user of `https://user@host` and what stands for a password have no mailbox there. */
const IN_AUTHORITY = /:\/\/[^\s/@]*$/;
/** RFC 5321. */
const LONGEST_LOCAL = 64;

export function findEmails(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1] ?? '')) start--;
    if (start === at || IN_AUTHORITY.test(text.slice(Math.max(0, start - LONGEST_LOCAL), start))) continue;
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text);
    if (domain !== null) found.push({ start, end: at + 1 + domain[0].length, kind: 'email' });
  }
  return found;
}

const BEARER = /(?<=\b(?:[Bb]earer|BEARER|[Aa]uthorization: ?Basic) {1,4})[\w.~+/=-]{16,}/g;
/** Headers of an encrypted key contain hyphens, and a key that was cut has no end. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){0,20000}(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g;
const PUTTY_KEY = /PuTTY-User-Key-File-\d: (?:[^-]|-(?!----)){20,20000}/g;

/** Keys by their documented forms and by the names that they are given to, passwords in addresses, and blocks of private keys. */
export function keyFinder(): (text: string) => RedactionMatch[] {
  const findTokens = tokenFinder();
  return (text) => {
    const found = [...findTokens(text), ...findLabelledValues(text), ...passwordsInAddresses(text)];
    found.push(...passwordsInCommands(text), ...basicCredentials(text));
    if (/earer|EARER|Basic/.test(text)) found.push(...matches(text, BEARER));
    if (text.includes('-----BEGIN')) found.push(...matches(text, PRIVATE_KEY));
    if (text.includes('PuTTY-User-Key')) found.push(...matches(text, PUTTY_KEY));
    return found;
  };
}

const matches = (text: string, expression: RegExp): RedactionMatch[] =>
  Array.from(text.matchAll(expression), ({ index, 0: { length } }) => ({ start: index, end: index + length, kind: 'key' }));
