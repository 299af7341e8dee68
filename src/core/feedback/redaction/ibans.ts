/** Account numbers by ISO 13616: the country's length and the check digits; linear in the text. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';

/** Characters by country, of SWIFT's registry. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18
  FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24
  ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23
  ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const BEGINNING = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ \u00a0-]?[A-Za-z0-9])/g;
const SEPARATORS = ' \u00a0-';

export function findIbans(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (const { index } of text.matchAll(BEGINNING)) {
    const end = ibanEnd(text, index);
    if (end !== null) found.push({ start: index, end, kind: 'iban' });
  }
  return found;
}

/** Where it ends; null: it is not an account number. */
function ibanEnd(text: string, start: number): number | null {
  const length = LENGTHS[text.slice(start, start + 2).toUpperCase()];
  if (length === undefined) return null;
  let characters = '';
  let at = start;
  while (characters.length < length) {
    const character = text.charAt(at);
    if (/[A-Za-z0-9]/.test(character)) characters += character;
    else if (!SEPARATORS.includes(character) || character === '' || SEPARATORS.includes(text.charAt(at - 1))) return null;
    at++;
  }
  return !/[A-Za-z0-9]/.test(text.charAt(at)) && isValid(characters.toUpperCase()) ? at : null;
}

/** The rest by 97 of the number that it is with its first four characters at the end, letters as 10 to 35. */
function isValid(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
