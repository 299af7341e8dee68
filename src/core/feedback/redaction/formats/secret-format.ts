/**
 * A documented form of a secret, as data:
 *
 *   dop_v1_{hex:64}        the text `dop_v1_`, then at least 64 hexadecimal digits
 *   {AKIA|ASIA}{upper:16}! one of two texts, then exactly 16
 *   ~sk-{word:16}          only if it looks random
 *   {alnum:10,14}.at.x     from 10 to 14 characters, then a text; without a known beginning
 *
 * The last part may be longer than documented unless `!` ends the form, because issuers make tokens longer over time.
 */
export type SecretFormat = readonly [name: string, form: string, source: string];

/** Characters of each alphabet, as in a class of a regular expression. */
export const ALPHABETS = {
  digit: '0-9',
  hex: '0-9a-fA-F',
  alpha: 'A-Za-z',
  lower: 'a-z0-9',
  upper: 'A-Z0-9',
  alnum: 'A-Za-z0-9',
  word: 'A-Za-z0-9_-',
  base64: 'A-Za-z0-9+/_=-',
  dotted: 'A-Za-z0-9_.=-',
} as const;
