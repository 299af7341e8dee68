/**
 * Text from outside as people may see it, on a page, in a report, in a comment or at a terminal: nothing can be reordered, hidden or
 * overprinted, move the cursor or change a title. Every character that shows nothing by itself is shown as its code point.
 */

/**
 * Control characters but tab and line break, separators of lines that editors do not show, and everything that Unicode lets a program
 * ignore: bidirectional controls, zero-width characters, tag characters (U+E0000…), variation selectors, fillers.
 */
const HIDDEN = /\r\n|[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\u2800\ufff9-\uffff]/gu;

/** Pictures, and the letters of scripts whose spelling needs joiners: between those a joiner stays. */
const JOINED =
  /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\p{scx=Arabic}\p{scx=Syriac}\p{scx=Devanagari}\p{scx=Bengali}\p{scx=Gurmukhi}\p{scx=Gujarati}\p{scx=Oriya}\p{scx=Tamil}\p{scx=Telugu}\p{scx=Kannada}\p{scx=Malayalam}\p{scx=Sinhala}\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Mongolian}\p{scx=Tibetan}]$/u;

/** What can be shown as text or as a picture, which one selector after it decides. */
const SELECTABLE = /^[\p{Emoji}]$/u;

/** The text with `⟨202E⟩` in place of each character that cannot be seen. Line breaks become LF. */
export function visibleControls(text: string): string {
  return text.replace(HIDDEN, (sign, at: number) => {
    if (sign === '\r\n' || sign === '\n' || sign === '\t') return sign === '\r\n' ? '\n' : sign;
    const [left, right] = [before(text, at), after(text, at + sign.length)];
    if ((sign === '\u200d' || sign === '\u200c') && JOINED.test(left) && JOINED.test(right)) return sign;
    if ((sign === '\ufe0e' || sign === '\ufe0f') && SELECTABLE.test(left)) return sign;
    return `⟨${hexOf(sign)}⟩`;
  });
}

/** JSON in which hidden characters stand as escapes: what it means is the same, and it is harmless on a terminal. */
export const visibleJson = (json: string): string =>
  json.replace(HIDDEN, (sign) =>
    sign === '\n' || sign === '\t' || sign === '\r\n'
      ? sign
      : [...Array(sign.length).keys()].map((i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );

const hexOf = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

const before = (text: string, at: number): string => {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.slice(Math.max(0, at - 1), at);
};

const after = (text: string, at: number): string => {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
};
