/**
 * What an image costs in input tokens, by its size. Formulas: OpenAI "Images and vision" (tiles and patches), Anthropic "Vision" (28-pixel
 * patches), Gemini "Understand and count tokens" and "Media resolution". Counts at ten sizes: the data set image-token-cost (2026-10), which
 * also shows the limits of gpt-5.5.
 */
import type { ImageSize } from '../tokens/image-size.ts';
import type { TokenBand } from './media-tokens.ts';

/** Between `low` and `high` where the size, or how the provider shrinks the image, is not known. */
export interface ImageTokens extends TokenBand {
  readonly likely: number;
}

/** When nothing tells the size of an image, it is counted as one of this size. Pixels. */
const ASSUMED: ImageSize = { width: 1024, height: 1024 };
/** An image of unknown size has at least the pixels of an icon, and at most those of a photo of 12 megapixels. */
const SMALLEST: ImageSize = { width: 64, height: 64 };
const LARGEST: ImageSize = { width: 4032, height: 3024 };

/** `size`: null: not known. */
export function imageTokens(model: string, size: ImageSize | null): ImageTokens {
  if (size !== null) return tokensOf(model, size);
  return {
    likely: tokensOf(model, ASSUMED).likely,
    low: tokensOf(model, SMALLEST).low,
    high: Math.max(tokensOf(model, LARGEST).high, tokensOf(model, ASSUMED).high),
  };
}

const exactly = (tokens: number): ImageTokens => ({ low: tokens, likely: tokens, high: tokens });

function tokensOf(model: string, size: ImageSize): ImageTokens {
  if (/^claude-/.test(model)) return claudeTokens(size, isLargeClaude(model) ? LARGE_CLAUDE : SMALL_CLAUDE);
  // A budget whatever the size; 1,065 to 1,101 were counted.
  if (/^gemini-[3-9]/.test(model)) return { low: 1065, likely: 1120, high: 1120 };
  const { width, height } = size;
  if (/^gemini-/.test(model)) return exactly(width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768));
  const patches = PATCHES.find((row) => row.models.test(model));
  if (patches) return exactly(Math.ceil(patchesWithin(size, patches.cap) * patches.factor));
  const tiles = TILES.find((row) => row.models.test(model)) ?? { base: 85, tile: 170 };
  return exactly(tiles.base + tiles.tile * tilesOf(width, height));
}

const isLargeClaude = (model: string): boolean => /^claude-(opus-4-[78]|opus-5|sonnet-5|haiku-5|fable|mythos)/.test(model);

/** What an image is shrunk to: patches and the longer edge, at most. `seen`: the edge at which a shrunk image was counted. */
const SMALL_CLAUDE = { cap: 1568, edge: 1568, seen: 1568 };
const LARGE_CLAUDE = { cap: 4784, edge: 2576, seen: 2000 };

/** Patches of 28 pixels, of the image at the largest size that is within the limits. */
function claudeTokens(size: ImageSize, { cap, edge, seen }: typeof SMALL_CLAUDE): ImageTokens {
  const likely = shrunk(size, cap, edge);
  return { low: Math.min(likely, shrunk(size, cap, seen)), likely, high: likely };
}

const CLAUDE_PATCH = 28;

function shrunk({ width, height }: ImageSize, cap: number, edge: number): number {
  const largest = Math.min(1, edge / Math.max(width, height));
  const patches = (scale: number): number =>
    Math.ceil(round(width * scale) / CLAUDE_PATCH) * Math.ceil(round(height * scale) / CLAUDE_PATCH);
  if (patches(largest) <= cap) return patches(largest);
  // The count falls in steps, each where one edge is a whole number of patches.
  const steps = [width, height].flatMap((length) =>
    Array.from({ length: Math.ceil(length / CLAUDE_PATCH) }, (_, i) => ((i + 1) * CLAUDE_PATCH) / length),
  );
  const fitting = steps.filter((scale) => scale <= largest && patches(scale) <= cap);
  return patches(Math.max(1 / Math.max(width, height), ...fitting));
}

/** Without what floating point adds to a whole number of pixels. */
const round = (pixels: number): number => Math.round(pixels * 1e6) / 1e6;

/** Models that count patches of 32 pixels. A request without `detail` counts up to `cap` patches. */
const PATCHES = [
  { models: /^gpt-4\.1-mini/, cap: 1536, factor: 1.62 },
  { models: /^gpt-4\.1-nano/, cap: 1536, factor: 2.46 },
  { models: /^o4-mini/, cap: 1536, factor: 1.72 },
  { models: /^gpt-5-nano/, cap: 1536, factor: 1.5 },
  { models: /^gpt-5-mini|^gpt-5\.[2-4]/, cap: 1536, factor: 1.2 },
  { models: /^gpt-5\.5/, cap: 10_000, factor: 1.2 },
  { models: /^gpt-(5\.[6-9]|[6-9])/, cap: Infinity, factor: 1.2 },
];

const PATCH = 32;

/** Patches of 32 pixels. An image with more than `cap` is first shrunk, so that whole patches cover one of its edges (Images and vision, B). */
export function patchesWithin({ width, height }: ImageSize, cap: number): number {
  const whole = Math.ceil(width / PATCH) * Math.ceil(height / PATCH);
  if (whole <= cap) return whole;
  const shrink = Math.sqrt((PATCH * PATCH * cap) / (width * height));
  const [across, down] = [(width * shrink) / PATCH, (height * shrink) / PATCH];
  const fit = shrink * Math.min(Math.floor(across) / across, Math.floor(down) / down);
  return Math.ceil(round((width * fit) / PATCH)) * Math.ceil(round((height * fit) / PATCH));
}

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
