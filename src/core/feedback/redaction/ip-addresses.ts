/** IPv4 and IPv6 addresses of hosts in a text; linear in the text. Loopback, unspecified addresses and netmasks name nobody's host. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** Without it there is none, and it is looked for faster. */
const FOUR_PARTS = /\.\d{1,3}\.\d{1,3}\.\d/;
/** Not within a longer number, a name, a version of a file, or what a package needs (`==1.2.3.4`). */
const IPV4 = new RegExp(`(?<![\\w.])${V4}(?![\\w]|\\.\\d|-[A-Za-z]|\\.[A-Za-z]{2,4}\\b(?!\\.))`, 'g');
const HEX = '[0-9A-Fa-f]{1,4}';
const IPV6 = new RegExp(
  `(?<![\\w:.])(?:${HEX}(?::${HEX}){7}|(?:${HEX}(?::${HEX}){0,6})?::(?:(?:${HEX}:){0,5}${V4}|${HEX}(?::${HEX}){0,6})?)(?![\\w:(])`,
  'g',
);
/** What a number of four parts is that stands behind such a word. */
const OF_A_VERSION =
  /(?:version|versión|versione|versie|release|build|section|sections|chapter|table|figure|kapitel|abschnitt|ziffer|chapitre|capítulo|clause|oid|firmware|driver|revision|rev|paragraph|§)["')\]]?\s{0,2}(?:no\.?|number|nr\.?|is|to|[=:])?\s{0,2}["'(]?$/i;
/** `name/1.2.3.4`, `name-1.2.3.4`, `>=1.2.3.4`. */
const OF_A_NAME = /[A-Za-z]\d*[/_-]$|[=<>~^!]=$|[>~^]$/;

export function findIpAddresses(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  if (FOUR_PARTS.test(text))
    for (const { 0: address, index } of text.matchAll(IPV4)) if (isHost(text, address, index)) found.push(at(index, address));
  if (text.includes('::') || hasManyColons(text))
    for (const { 0: address, index } of text.matchAll(IPV6)) if (isHost6(address)) found.push(at(index, address));
  return found;
}

const at = (start: number, address: string): RedactionMatch => ({ start, end: start + address.length, kind: 'ip' });

function isHost(text: string, address: string, index: number): boolean {
  if (/^(?:0|127|255)\./.test(address)) return false;
  const before = text.slice(Math.max(0, index - 24), index);
  return (!OF_A_NAME.test(before) || before.endsWith('//')) && !OF_A_VERSION.test(before);
}

const hasManyColons = (text: string): boolean => /(?::[0-9A-Fa-f]{1,4}){7}/.test(text);

/** Two groups of one letter are a name in a program, two digits a time, eight pairs a network card. */
function isHost6(address: string): boolean {
  if (address === '::' || address === '::1' || !/\d/.test(address)) return false;
  const groups = address.split(':').filter((group) => group !== '');
  if (groups.length > 8 || (address.includes('::') && groups.length > 7)) return false;
  if (!address.includes('::')) return groups.some((group) => group.length > 2);
  return (groups[0]?.length ?? 0) >= 3 || address.toLowerCase().startsWith('::ffff:');
}
