/** Words of a text, also in scripts without spaces between them, with what differs from case to case taken out. */

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu;
/** Scripts that write words without spaces: Unicode's dictionary finds them, whatever the language. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const HAS_DIGIT = /\p{N}/u;

// eslint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
const [APOSTROPHE, ZERO, NINE, A, Z] = [39, 48, 57, 97, 122] as const;

/** In place of numbers, ids and dates: of two texts that differ in them alone, the words are equal. */
export const NUMBER_WORD = '#';

/** The dictionary is chosen by script, so that the locale decides nothing. */
const SEGMENTER = new Intl.Segmenter('en', { granularity: 'word' });

/** In lower case, in their order. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  if (ASCII.test(text)) {
    addAsciiWords(text.toLowerCase(), words);
    return words;
  }
  for (const [found] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (!UNSPACED.test(found)) words.push(HAS_DIGIT.test(found) ? NUMBER_WORD : found);
    else
      for (const { segment, isWordLike } of SEGMENTER.segment(found))
        if (isWordLike === true) words.push(HAS_DIGIT.test(segment) ? NUMBER_WORD : segment);
  }
  return words;
}

/** The same words, in a tenth of the time: a digit makes a word a number, and nothing has another form. */
function addAsciiWords(text: string, words: string[]): void {
  const { length } = text;
  for (let at = 0; at < length; at++) {
    const start = at;
    let hasDigit = false;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= ZERO && code <= NINE) hasDigit = true;
      else if (code < A || code > Z) break;
    }
    if (at === start) continue;
    if (text.charCodeAt(at) === APOSTROPHE && isLetter(text.charCodeAt(at + 1))) {
      at += 2;
      while (at < length && isLetter(text.charCodeAt(at))) at++;
      words.push(hasDigit ? NUMBER_WORD : text.slice(start, at));
      // What ended it is no separator: the next word may begin with it.
      at--;
    } else words.push(hasDigit ? NUMBER_WORD : text.slice(start, at));
  }
}

const isLetter = (code: number): boolean => code >= A && code <= Z;

/** The text as its words alone: equal for texts that differ in numbers, case and punctuation. */
export const normalisedText = (text: string): string => wordsOf(text).join(' ');
