/**
 * What an image costs in input tokens, by its size. Formulas: OpenAI "Images and vision" (tiles and patches),
 * Anthropic "Vision" (28-pixel patches), Gemini "Understand and count tokens".
 */

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** When nothing tells the size of an image, it counts as one of this size, and the count as an estimate. Pixels. */
export const ASSUMED_SIZE: ImageSize = { width: 1024, height: 1024 };

export function imageTokens(model: string, { width, height }: ImageSize): number {
  if (/^claude-/.test(model)) return Math.min(Math.ceil(width / 28) * Math.ceil(height / 28), isLargeClaude(model) ? 4784 : 1568);
  if (/^gemini-3/.test(model)) return 1120;
  if (/^gemini-/.test(model)) return width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
  const patches = PATCHES.find((row) => row.models.test(model));
  if (patches) return Math.ceil(Math.min(Math.ceil(width / 32) * Math.ceil(height / 32), patches.cap) * patches.factor);
  const tiles = TILES.find((row) => row.models.test(model)) ?? { base: 85, tile: 170 };
  return tiles.base + tiles.tile * tilesOf(width, height);
}

const isLargeClaude = (model: string): boolean => /^claude-(opus-4-[78]|opus-5|sonnet-5|fable|mythos)/.test(model);

const PATCHES = [
  { models: /^gpt-4\.1-mini/, cap: 1536, factor: 1.62 },
  { models: /^gpt-4\.1-nano/, cap: 1536, factor: 2.46 },
  { models: /^o4-mini/, cap: 1536, factor: 1.72 },
  { models: /^gpt-5-nano/, cap: 1536, factor: 1.5 },
  { models: /^gpt-5-mini|^gpt-5\.[2-4]/, cap: 1536, factor: 1.2 },
  { models: /^gpt-(5\.[5-9]|[6-9])/, cap: Infinity, factor: 1.2 },
];

const TILES = [
  { models: /^gpt-5/, base: 70, tile: 140 },
  { models: /^gpt-4o-mini/, base: 2833, tile: 5667 },
  { models: /^o[13]/, base: 75, tile: 150 },
];

/** 512-pixel tiles after fitting into 2048 × 2048 and then the short side into 768. */
function tilesOf(width: number, height: number): number {
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const short = Math.min(1, 768 / (Math.min(width, height) * fit));
  const scale = fit * short;
  return Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
}

/** The size of a PNG, GIF or JPEG in a `data:` address, from its header; null where the address does not hold one. */
export function sizeOfDataUrl(url: string): ImageSize | null {
  const match = /^data:image\/[a-z+.-]+;base64,([A-Za-z0-9+/=]*)/.exec(url.slice(0, 90_000));
  if (!match) return null;
  const bytes = decodeBase64(match[1] ?? '');
  const at = (i: number): number => bytes[i] ?? 0;
  const big = (i: number): number => (at(i) << 8) | at(i + 1);
  if (at(0) === 0x89 && at(1) === 0x50) return sized(big(18), big(22));
  if (at(0) === 0x47 && at(1) === 0x49) return sized(at(6) | (at(7) << 8), at(8) | (at(9) << 8));
  if (at(0) !== 0xff || at(1) !== 0xd8) return null;
  for (let i = 2; i + 9 < bytes.length && at(i) === 0xff;) {
    const marker = at(i + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return sized(big(i + 7), big(i + 5));
    i += 2 + big(i + 2);
  }
  return null;
}

const sized = (width: number, height: number): ImageSize | null => (width > 0 && height > 0 ? { width, height } : null);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function decodeBase64(text: string): Uint8Array {
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
