/** Whether JSON may be parsed: a few kilobytes of brackets or commas become gigabytes of values. */

/** Lists and objects in each other: spans hold values of 32 levels, which take five brackets a level. */
const MAX_DEPTH = 256;
/** Brackets, commas and colons together: about half a million attributes. */
const MAX_MARKS = 4_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Why UTF-8 bytes of JSON may not be parsed; null: they may. They need not be valid. */
export function jsonSizeProblem(bytes: Uint8Array): string | null {
  let depth = 0;
  let marks = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (byte === 0x5b || byte === 0x7b) {
      marks++;
      if (++depth > MAX_DEPTH) return `The body is not JSON of telemetry: it is nested more than ${MAX_DEPTH} levels deep.`;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
    else if (byte === 0x2c || byte === 0x3a) marks++;
    if (marks > MAX_MARKS) return 'The JSON has more than 4 million values: send smaller batches.';
  }
  return null;
}

/** Where the quote stands that ends a string; the length of the text when the string does not end. */
function endOfString(bytes: Uint8Array, from: number): number {
  for (let quote = bytes.indexOf(QUOTE, from); quote !== -1; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let slashes = 0;
    while (quote - 1 - slashes >= from && bytes[quote - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
  }
  return bytes.length;
}
