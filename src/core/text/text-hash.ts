/** Hashes of texts that tell them apart in tables. They protect nothing: someone who wants two equal ones finds them. */

/** Both halves of a hash of 64 bits. */
export type TextHash = readonly [number, number];

/**
 * Two halves of 32 bits (Bryc's cyrb53, with both lanes kept whole): for tables, not against an enemy. `kind`: a number that keeps
 * equal texts of different kinds apart.
 */
export const hash64 = (text: string, kind = 0): TextHash => hashOf(text, NO_TEXTS, kind);

/** As `hash64`, of several texts. */
export const hashTexts = (texts: readonly string[], kind = 0): TextHash => hashOf(null, texts, kind);

const NO_TEXTS: readonly string[] = [];

/** One text that is no list makes no list: there are millions of them. */
function hashOf(first: string | null, texts: readonly string[], kind: number): TextHash {
  let a = 0xdeadbeef ^ kind;
  let b = 0x41c6ce57 ^ kind;
  for (let at = first === null ? 0 : -1; at < texts.length; at++) {
    const text = (at < 0 ? first : texts[at]) ?? '';
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    // Where one ends: no character is as large.
    a = Math.imul(a ^ 0x1_0000, 2654435761);
    b = Math.imul(b ^ 0x1_0000, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

/** Of 53 bits, so that it is an exact number. */
export const hash53 = (text: string): number => {
  const [high, low] = hash64(text);
  return high * 2 ** 21 + (low >>> 11);
};
