/** The name that stands before a separator. By character codes, since this is looked at for every `:` and `=` of every text. */

/** Characters of a name, and of what stands between it and its separator. */
const LONGEST = 40;
const MOST_BETWEEN = 6;
const BETWEEN: ReadonlySet<number> = new Set(Array.from('"\'`\\]) \t:?', (character) => character.charCodeAt(0)));

const isNameCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 45 || code > 127;

/** Where the name ends; -1: none stands there. */
export function nameEnd(text: string, separator: number): number {
  let end = separator;
  while (separator - end < MOST_BETWEEN && BETWEEN.has(text.charCodeAt(end - 1))) end--;
  return end > 0 && isNameCode(text.charCodeAt(end - 1)) ? end : -1;
}

/** Where it begins. A space or a dot inside belongs to it: `api key`, `connect.sid`. */
export function nameStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < LONGEST) {
    const code = text.charCodeAt(start - 1);
    if (!isNameCode(code) && !((code === 32 || code === 46) && isNameCode(text.charCodeAt(start - 2)))) break;
    start--;
  }
  return start;
}
