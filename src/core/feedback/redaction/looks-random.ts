/** Whether a value looks made by a generator and not by a person who names things: keys do, identifiers and slugs do not. */

/** Words of `camelCase`, `snake_case`, `kebab-case`, dotted names and numbers between them. */
const PIECES = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
const VOWEL = /[aeiouyAEIOUY]/;
const CONSONANTS = /[^aeiouyAEIOUY]{5}/;
/** Different characters that a key of this length or more has at least. */
const LEAST_DIFFERENT = 6;
const LONG = 24;
/** A letter beside a digit. Names have one or two of them, keys have many. */
const MIXED = /[A-Za-z](?=\d)|\d(?=[A-Za-z])/g;
const MANY_MIXED = 5;

/** The longest word; German ones in code are shorter too. */
const LONGEST_WORD = 18;

const isWord = (piece: string): boolean =>
  piece.length >= 4 && piece.length <= LONGEST_WORD && VOWEL.test(piece) && !CONSONANTS.test(piece);

/** `value`: without the documented beginning of its form. Time in proportion to its length. */
export function looksRandom(value: string): boolean {
  if (new Set(value).size < LEAST_DIFFERENT) return false;
  let [all, words, digits, odd] = [0, 0, 0, 0];
  for (const [piece] of value.slice(0, 200).matchAll(PIECES)) {
    all += piece.length;
    if (piece.charCodeAt(0) < 58) digits += piece.length;
    else if (isWord(piece)) words += piece.length;
    else if (piece.length <= 2 || piece.length > LONGEST_WORD || !VOWEL.test(piece) || CONSONANTS.test(piece)) odd += piece.length;
  }
  if ((value.match(MIXED)?.length ?? 0) >= MANY_MIXED) return true;
  // Words in capitals, words in small letters and digits in one long value: chance made these words.
  if (value.length >= LONG && /[A-Z]{4}/.test(value) && /[a-z]{2}/.test(value) && digits > 0) return true;
  if (words * 2 > all) return false;
  return digits > 0 ? odd + digits >= 4 : odd * 2 > all;
}
