/** Telephone and card numbers in a text, by their shape; linear in the text. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';

/** Digits with at most two separators between them. What follows a letter, a hyphen, `/` or `#` is an id, a date or a path. */
const RUN = /(?<![\w\-/#])[+(]{0,2}\d(?:[ ().\/\u00a0-]{0,2}\d){6,}/g;
const GROUP = /\d+/g;
/** A digit and a decimal point right before: the digits are a fraction. A comma is one behind a short number. */
const FRACTION = /\d\.$|(?:^|[^\d,.])\d{1,3},$/;
/** Words before a number that is another one than a telephone's. */
const OF_SOMETHING =
  /(?:invoices?|orders?|tickets?|cases?|customer|client|references?|ref|tracking|article|serial|account|acct|sku|ean|isbn|transaction|booking|policy|contract|member|patient|shipment|parcel|id|pid|seq|sequence|rechnung(?:s(?:nummer|nr))?|bestell(?:ung|nummer|nr)|kunden(?:nummer|nr)|auftrag(?:s(?:nummer|nr))?|konto(?:nummer|nr)?|vertrag(?:s(?:nummer|nr))?|artikel(?:nummer|nr)?|sendung(?:s(?:nummer|nr))?|facture|commande|référence|compte|dossier|factura|pedido|cuenta|referencia|cliente|fatura|encomenda|fattura|ordine|conto|codice|pratica|bestel(?:ling|nummer)|factuur(?:nummer)?|klantnummer|zamówieni[ea]|faktur[ay]|klienta|sipariş|fatura|заказ|счёт|счет|請求書番号|注文番号|订单号?|發票號碼|发票号?|주문번호)[.\s-]{0,2}(?:number|num|no|nr|id|code|n[.º°]{1,2}|n)?[.º°]?\s{0,2}[:#=]?\s{0,2}$|(?:^|[^\p{L}])(?:no|nr|n[º°])[.:]?\s{0,2}$/iu;
const OF_A_TELEPHONE =
  /(?<!\p{L})(?:tele)?(?:phone|tel|telefon\p{L}{0,3}|mobile|cell|fax|handy|call|whatsapp|móvil|portable)[.\s]{0,2}(?:number|nummer|no|nr)?[.:]?\s{0,2}$/iu;
const OF_AN_ORDER = /(?:orders?|tracking|invoices?|tickets?|\bid)[.\s-]{0,2}(?:number|num|no|nr|id|code)?\.?\s{0,2}[:#=]?\s{0,2}$/i;
/** Hours and minutes without a colon. */
const TIME_OF_DAY = /^(?:[01]\d|2[0-3])[0-5]\d$/;

/** Digits without a separator. */
interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

export function findNumbers(text: string, wanted: { readonly phone: boolean; readonly card: boolean }): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (const run of text.matchAll(RUN)) {
    const groups = Array.from(run[0].matchAll(GROUP), ({ 0: digits, index }): Group => {
      const start = run.index + index;
      return { digits, start, end: start + digits.length };
    });
    const last = groups.at(-1);
    if (last !== undefined && /\w/.test(text[last.end] ?? '')) groups.pop();
    let after = 0;
    for (let i = 0; i < groups.length;) {
      const before = text.slice(Math.max(0, (groups[i]?.start ?? 0) - 40), groups[i]?.start);
      const isOther = FRACTION.test(before);
      const card = wanted.card && !isOther && !OF_AN_ORDER.test(before) ? cardAt(groups, i) : null;
      const one = card ?? (wanted.phone && !isOther ? phoneAt(text, groups, i, i === after) : null);
      if (one !== null) found.push(one.found);
      i = one?.next ?? i + 1;
      if (one !== null) after = i;
    }
  }
  return found;
}

interface Numbered {
  readonly found: RedactionMatch;
  /** The group after it. */
  readonly next: number;
}

/** A card's number: digits in a row or in groups of three and more, of a known issuer and length, with Luhn's check digit. */
function cardAt(groups: readonly Group[], from: number): Numbered | null {
  let digits = '';
  let best: Numbered | null = null;
  for (let i = from; i < groups.length; i++) {
    const group = groups[i];
    if (group === undefined || group.digits.length < 3) break;
    digits += group.digits;
    if (digits.length > 19) break;
    if (isCard(digits)) best = { found: { start: groups[from]?.start ?? 0, end: group.end, kind: 'card' }, next: i + 1 };
  }
  return best;
}

/** Leading digits and lengths as the issuers publish them (ISO/IEC 7812): Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay. */
const ISSUERS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:6011|65\d\d|64[4-9]\d|35(?:2[89]|[3-8]\d)|62\d\d)\d{12,15})$/;

export function isCard(digits: string): boolean {
  if (!ISSUERS.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** `+` and 7 to 15 digits (E.164), `00` and as many, a national number with its leading 0, or 3-3-4 as in North America. */
function phoneAt(text: string, groups: readonly Group[], from: number, isFirst: boolean): Numbered | null {
  const first = groups[from];
  // What follows a hyphen is a part of an id.
  if (first === undefined || text[first.start - 1] === '-') return null;
  const before = text.slice(Math.max(0, first.start - 2), first.start);
  const start = first.start - (/(?:\+\(?|\(\+?)$/.exec(before)?.[0].length ?? 0);
  const numbered = (next: number): Numbered => ({ found: { start, end: groups[next - 1]?.end ?? start, kind: 'phone' }, next });
  if (before.includes('+')) return upTo(groups, from, 7, 15, numbered);
  // Behind other digits only a number with its country's code begins.
  if (!isFirst || isAnotherNumber(text, start)) return null;
  if (isTime(groups.slice(from, from + MOST_TIMES))) return null;
  if (/^00[1-9]/.test(first.digits) || (first.digits === '00' && /^[1-9]/.test(groups[from + 1]?.digits ?? '')))
    return upTo(groups, from, 10, 17, numbered);
  if (/^0[1-9]/.test(first.digits)) return national(text, groups, from, numbered);
  const lengths = groups.slice(from, from + 4).map(({ digits }) => digits.length);
  const at = first.digits === '1' ? 1 : 0;
  const isNorthAmerican =
    lengths.slice(at, at + 3).join() === '3,3,4' && [at, at + 1].every((i) => /^[2-9]/.test(groups[from + i]?.digits ?? ''));
  return isNorthAmerican ? numbered(from + at + 3) : null;
}

/** Groups of a telephone number that could be hours and minutes as well. */
const MOST_TIMES = 6;
/** Year, month and day in six digits, then hours, minutes and seconds. */
const DATE = /^\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const SECONDS = /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/;

const isTime = (groups: readonly Group[]): boolean =>
  groups.every(({ digits }) => TIME_OF_DAY.test(digits)) || (DATE.test(groups[0]?.digits ?? '') && SECONDS.test(groups[1]?.digits ?? ''));

function isAnotherNumber(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 40), start);
  return OF_SOMETHING.test(before) && !OF_A_TELEPHONE.test(before);
}

/** As many groups, at most `most`, as give so many digits. */
function upTo(
  groups: readonly Group[],
  from: number,
  leastDigits: number,
  mostDigits: number,
  numbered: (next: number) => Numbered,
  most = mostDigits,
): Numbered | null {
  let digits = 0;
  let next = from;
  for (; next < groups.length && next < from + most; next++) {
    const { length } = groups[next]?.digits ?? '';
    if (digits + length > mostDigits) break;
    digits += length;
  }
  return digits >= leastDigits ? numbered(next) : null;
}

function national(text: string, groups: readonly Group[], from: number, numbered: (next: number) => Numbered): Numbered | null {
  const [first, second, third] = groups.slice(from, from + 3);
  if (first === undefined) return null;
  const { length } = first.digits;
  if (second === undefined || length >= 10) return length >= 10 && length <= 12 && text[first.end] !== '-' ? numbered(from + 1) : null;
  if (third !== undefined && length === 2 && second.digits.length <= 2 && third.digits.length === 4) return null; // A date.
  const pairs = groups.slice(from, from + 5);
  const separators = pairs.slice(1).map(({ start }, i) => text.slice(pairs[i]?.end ?? start, start));
  if (pairs.length === 5 && pairs.every(({ digits }) => digits.length === 2) && new Set(separators).size === 1) return numbered(from + 5);
  return length >= 3 && length <= 6 ? upTo(groups, from, 9, 12, numbered, 5) : null;
}
