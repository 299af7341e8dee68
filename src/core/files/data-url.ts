/** A file that is held in an address: `data:TYPE;base64,…`. */
import { typeOfBytes } from './file-signature.ts';

export interface HeldFile {
  /** As the first bytes say; where they say nothing, as the address says. */
  readonly type: string;
  readonly base64: string;
}

const START = /^data:([\w.+-]+\/[\w.+-]+)(?:;[\w.+-]+=[^;,]*)*;base64,/;

/** Null: the address does not hold a file in base64. */
export function dataUrlOf(url: string): HeldFile | null {
  const [start, declared = ''] = START.exec(url.slice(0, 300)) ?? [];
  if (start === undefined) return null;
  const base64 = url.slice(start.length);
  return { type: typeOfBytes(firstBytes(base64)) ?? declared.toLowerCase(), base64 };
}

/** The address with the type that its first bytes say; any other address as it is. */
export function typedUrl(url: string): string {
  const held = dataUrlOf(url);
  return held === null ? url : `data:${held.type};base64,${held.base64}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Base64 characters: 48 bytes, more than any signature needs. */
const FIRST = 64;

function firstBytes(base64: string): Uint8Array {
  return decodeBase64(base64.slice(0, FIRST));
}

/** Up to the first character that is not base64. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, held, at] = [0, 0, 0];
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) break;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = (bits >> held) & 0xff;
  }
  return bytes.subarray(0, at);
}
