/**
 * A screenshot with a palette and without the filters of PNG: 91 kB instead of 242 kB, and the VSIX has a limit. 256 of its 2,700 colours stay, and
 * the others, the edges of letters, become the nearest of them. Reads what Chromium writes: 8 bits, RGB or RGBA, not interlaced.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = 8;

/** Colours of a palette that are the most frequent ones; the others are those that are the farthest from all before. */
const [FREQUENT, COLOURS] = [160, 256];

/** @param {Buffer} png @returns {Buffer} the smaller of both */
export function smallerPng(png) {
  const header = chunksOf(png).find(({ type }) => type === 'IHDR')?.data;
  const channels = { 2: 3, 6: 4 }[header?.[9] ?? 0];
  if (header === undefined || channels === undefined || header[8] !== 8 || header[12] !== 0) return png;
  const width = header.readUInt32BE(0);
  const stride = width * channels;
  const data = Buffer.concat(chunksOf(png).flatMap(({ type, data: part }) => (type === 'IDAT' ? [part] : [])));
  const lines = unfiltered(inflateSync(data), stride, channels);
  /** @param {number} pixel */
  const colourAt = (pixel) => lines.readUIntBE(Math.floor(pixel / width) * (stride + 1) + 1 + (pixel % width) * channels, 3);
  const size = width * header.readUInt32BE(4);
  const counts = new Map();
  for (let pixel = 0; pixel < size; pixel++) counts.set(colourAt(pixel), (counts.get(colourAt(pixel)) ?? 0) + 1);
  const { palette, places } = paletteOf(counts);
  const indexes = Buffer.alloc(size + size / width);
  for (let pixel = 0; pixel < size; pixel++) indexes[pixel + Math.floor(pixel / width) + 1] = places.get(colourAt(pixel)) ?? 0;
  const own = Buffer.from(header);
  own[9] = 3;
  const colours = Buffer.concat(palette.map((colour) => Buffer.from([colour >> 16, (colour >> 8) & 255, colour & 255])));
  const made = Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk('IHDR', own),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(indexes, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return made.length < png.length ? made : png;
}

/** @param {Map<number, number>} counts pixels by colour @returns {{ palette: number[], places: Map<number, number> }} */
function paletteOf(counts) {
  const colours = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  const nearest = new Map(colours.map((colour) => [colour, { place: 0, far: Infinity }]));
  /** @type {number[]} */
  const palette = [];
  while (palette.length < Math.min(COLOURS, colours.length)) {
    /** @type {number} */
    const next =
      palette.length < FREQUENT
        ? (colours[palette.length] ?? 0)
        : colours.reduce((a, b) => ((nearest.get(b)?.far ?? 0) > (nearest.get(a)?.far ?? 0) ? b : a));
    for (const colour of colours) {
      const far = difference(colour, next);
      if (far < (nearest.get(colour)?.far ?? 0)) nearest.set(colour, { place: palette.length, far });
    }
    palette.push(next);
  }
  return { palette, places: new Map([...nearest].map(([colour, { place }]) => [colour, place])) };
}

/** @param {number} a @param {number} b */
const difference = (a, b) => Math.max(...[16, 8, 0].map((shift) => Math.abs(((a >> shift) & 255) - ((b >> shift) & 255))));

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
