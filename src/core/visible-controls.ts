/** Text whose hidden signs are seen: nothing can be reordered, hidden or overprinted by an output. */

/** Zero-width and bidirectional controls, C0 and C1 but tab and line breaks. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;

/** Joiners make emoji and letters of some scripts: between those they stay. */
const JOINED = /[\p{Extended_Pictographic}\p{L}\p{M}\ufe0f]/u;

export function visibleControls(text: string): string {
  return text.replace(HIDDEN, (sign, at: number) => {
    if (sign === '\r') return '';
    if ((sign === '\u200d' || sign === '\u200c') && JOINED.test(before(text, at)) && JOINED.test(after(text, at))) return sign;
    return `⟨${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

const before = (text: string, at: number): string => {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.slice(Math.max(0, at - 2), at) : text.slice(Math.max(0, at - 1), at);
};
const after = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
