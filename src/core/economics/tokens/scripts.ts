/**
 * What a token of o200k_base holds: words, digits, a script. Other vocabularies need more tokens than o200k_base for some of these and fewer for
 * others, so their counts are estimated from how many tokens of each kind a text has (data/script-rates.ts).
 */

/** Kinds of tokens, in the order of the table in docs/models.md. */
export const SCRIPTS = [
  'words',
  'word parts',
  'western words',
  'western word parts',
  'western accents',
  'other Latin words',
  'other Latin word parts',
  'other Latin accents',
  'Vietnamese',
  'one digit',
  'two digits',
  'three digits',
  'punctuation',
  'white space',
  'Cyrillic',
  'Greek',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'other Indic',
  'Thai and neighbours',
  'Han',
  'Kana',
  'Hangul',
  'other letters',
  'symbols',
  'part of a character',
] as const;

export type TokenScript = (typeof SCRIPTS)[number];

/** Scripts that a token is of if it has one of their letters; the first that matches decides: Japanese text has Han, too. */
const LETTERS: readonly (readonly [RegExp, TokenScript])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}ー]/u, 'Kana'],
  [/\p{Script=Han}/u, 'Han'],
  [/\p{Script=Hangul}/u, 'Hangul'],
  [/\p{Script=Cyrillic}/u, 'Cyrillic'],
  [/\p{Script=Greek}/u, 'Greek'],
  [/\p{Script=Hebrew}/u, 'Hebrew'],
  [/\p{Script=Arabic}/u, 'Arabic'],
  [/\p{Script=Devanagari}/u, 'Devanagari'],
  [/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u, 'Thai and neighbours'],
  [/[\u0980-\u0dff]/u, 'other Indic'],
];

const DIGITS: readonly TokenScript[] = ['one digit', 'two digits', 'three digits'];

/** What a token of this text holds. A token that ends within a character has U+FFFD. Words stand here without regard to their line (`inLine`). */
export function scriptOf(token: string): TokenScript {
  if (token.includes('\uFFFD')) return 'part of a character';
  const shown = token.trim();
  if (shown === '') return 'white space';
  if (/^[0-9]+$/.test(shown)) return DIGITS[shown.length - 1] ?? 'three digits';
  if (/^[\0-\x7f]*$/.test(shown)) return !/[a-z]/i.test(shown) ? 'punctuation' : /^\s/.test(token) ? 'words' : 'word parts';
  const letters = LETTERS.find(([pattern]) => pattern.test(shown));
  if (letters !== undefined) return letters[1];
  if (/[\u1ea0-\u1ef9ơƠưƯ]/u.test(shown)) return 'Vietnamese';
  if (/\p{Script=Latin}/u.test(shown)) return /[^\0-\xffœŒ\p{P}\p{S}]/u.test(shown) ? 'other Latin accents' : 'western accents';
  return /[\p{L}\p{M}]/u.test(shown) ? 'other letters' : 'symbols';
}

/** What a line of Latin text is: English or code, or another language, by its accents. */
export type LineKind = 'plain' | 'western' | 'other' | 'Vietnamese';

/** Tokens of a line by what tells its kind. */
export interface LineEvidence {
  readonly words: number;
  readonly punctuation: number;
  readonly westernAccents: number;
  readonly otherAccents: number;
  readonly vietnamese: number;
  /** Tokens that are among the most frequent words of English. */
  readonly english: number;
}

const ENGLISH = new Set('the a an of to and in is for you it that with be or not are if on as at by this from your do'.split(' '));

/** Whether a token is one of the most frequent words of English. */
export const isEnglishWord = (token: string): boolean => ENGLISH.has(token.trim().toLowerCase());

/** A line with this many words and little punctuation has one of the most frequent words if it is English. */
const SENTENCE = 6;

export function lineKind({ words, punctuation, westernAccents, otherAccents, vietnamese, english }: LineEvidence): LineKind {
  if (vietnamese > 0) return 'Vietnamese';
  if (otherAccents > 0) return 'other';
  if (westernAccents > 0) return 'western';
  return words >= SENTENCE && english === 0 && punctuation * 3 <= words ? 'western' : 'plain';
}

const IN_LINE: Readonly<Record<Exclude<LineKind, 'plain'>, Readonly<Partial<Record<TokenScript, TokenScript>>>>> = {
  western: { words: 'western words', 'word parts': 'western word parts' },
  other: { words: 'other Latin words', 'word parts': 'other Latin word parts', 'western accents': 'other Latin accents' },
  Vietnamese: { words: 'Vietnamese', 'word parts': 'Vietnamese', 'western accents': 'Vietnamese', 'other Latin accents': 'Vietnamese' },
};

/** Words of other languages are split otherwise than English ones, so a word counts by the line that it stands in. */
export const inLine = (script: TokenScript, kind: LineKind): TokenScript => (kind === 'plain' ? script : (IN_LINE[kind][script] ?? script));
