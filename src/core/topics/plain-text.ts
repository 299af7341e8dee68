/** Text as it is compared: what people write differently without meaning anything else by it is gone. */

/** Moments of a clock that an application adds. */
const MOMENTS = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/g;
const CONTRACTIONS: readonly (readonly [RegExp, string])[] = [
  [/\bcan'?t\b|\bcannot\b/g, 'can not'],
  [/\bwon't\b/g, 'will not'],
  [/n't\b/g, ' not'],
];
const LETTERS: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', ß: 'ss', ı: 'i', đ: 'd', æ: 'ae', œ: 'oe', ς: 'σ' };
/** Lower case without accents, typographic variants and moments of a clock. */
export function plainText(text: string): string {
  const lower = text
    .normalize('NFKC')
    .replace(MOMENTS, ' ')
    .replace(/[’‘`´]/g, "'")
    .toLowerCase();
  const bare = lower
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[łøßıđæœς]/g, (letter) => LETTERS[letter] ?? letter);
  return CONTRACTIONS.reduce((result, [pattern, words]) => result.replace(pattern, words), bare).normalize('NFC');
}
