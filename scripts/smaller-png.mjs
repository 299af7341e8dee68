/**
 * A screenshot without the filters of PNG: text and flat areas deflate better as they are (204 kB instead of 242 kB), and the VSIX has a limit.
 * No pixel changes. Reads what Chromium writes: 8 bits, RGB or RGBA, not interlaced.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = 8;

/** @param {Buffer} png @returns {Buffer} the smaller of both */
export function smallerPng(png) {
  const header = chunksOf(png).find(({ type }) => type === 'IHDR')?.data;
  const channels = { 2: 3, 6: 4 }[header?.[9] ?? 0];
  if (header === undefined || channels === undefined || header[8] !== 8 || header[12] !== 0) return png;
  const stride = header.readUInt32BE(0) * channels;
  const data = Buffer.concat(chunksOf(png).flatMap(({ type, data: part }) => (type === 'IDAT' ? [part] : [])));
  const plain = deflateSync(unfiltered(inflateSync(data), stride, channels), { level: 9, memLevel: 9 });
  const made = Buffer.concat([png.subarray(0, SIGNATURE), chunk('IHDR', header), chunk('IDAT', plain), chunk('IEND', Buffer.alloc(0))]);
  return made.length < png.length ? made : png;
}

/** @param {Buffer} png @returns {{ type: string, data: Buffer }[]} */
function chunksOf(png) {
  const found = [];
  for (let at = SIGNATURE; at < png.length;) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/**
 * Each line with the filter "none" (PNG, section 9).
 * @param {Buffer} lines @param {number} stride @param {number} channels
 */
function unfiltered(lines, stride, channels) {
  const made = Buffer.alloc(lines.length);
  for (let start = 0; start < lines.length; start += stride + 1) {
    const filter = lines[start] ?? 0;
    for (let i = 0; i < stride; i++) {
      const at = start + 1 + i;
      const left = i < channels ? 0 : (made[at - channels] ?? 0);
      const above = start === 0 ? 0 : (made[at - stride - 1] ?? 0);
      const aboveLeft = start === 0 || i < channels ? 0 : (made[at - stride - 1 - channels] ?? 0);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, aboveLeft)][filter] ?? 0;
      made[at] = ((lines[at] ?? 0) + guess) & 255;
    }
  }
  return made;
}

/** @param {number} a @param {number} b @param {number} c */
function paeth(a, b, c) {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}
