/** The size of an image, from its header. */
import { decodeBase64 } from '../../files/data-url.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
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
