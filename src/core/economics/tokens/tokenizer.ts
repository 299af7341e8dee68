/** o200k_base, safe for any text: special tokens are text, and long runs without a break do not explode. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base';

/** Byte-pair merging is quadratic in a run without a break; pieces of this length cost at most 0.03 % of accuracy (measured);
 * a multiple of three, since digits are taken by threes. */
const PIECE = 1998;
const LONG_RUN = /[^\s.,;:!?()[\]{}"'/\\-]{2000}|\s{2000}|[.,;:!?()[\]{}"'/\\-]{2000}/;
const OPTIONS = { disallowedSpecial: new Set<string>() };

/** The token ids of a text. */
export function encodeText(text: string): number[] {
  if (text.length <= PIECE || !LONG_RUN.test(text)) return encode(text, OPTIONS);
  const tokens: number[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE, text.length);
    if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end++;
    for (const token of encode(text.slice(start, end), OPTIONS)) tokens.push(token);
    start = end;
  }
  return tokens;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
