/**
 * What an image costs in input tokens, by its size. Formulas: OpenAI "Images and vision" (tiles and patches),
 * Anthropic "Vision" (28-pixel patches), Gemini "Understand and count tokens".
 */
import type { ImageSize } from '../tokens/image-size.ts';

export function imageTokens(model: string, { width, height }: ImageSize): number {
  if (/^claude-/.test(model)) return Math.min(Math.ceil(width / 28) * Math.ceil(height / 28), isLargeClaude(model) ? 4784 : 1568);
  if (/^gemini-[3-9]/.test(model)) return 1120;
  if (/^gemini-/.test(model)) return width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
  const patches = PATCHES.find((row) => row.models.test(model));
  if (patches) return Math.ceil(Math.min(Math.ceil(width / 32) * Math.ceil(height / 32), patches.cap) * patches.factor);
  const tiles = TILES.find((row) => row.models.test(model)) ?? { base: 85, tile: 170 };
  return tiles.base + tiles.tile * tilesOf(width, height);
}

const isLargeClaude = (model: string): boolean => /^claude-(opus-4-[78]|opus-5|sonnet-5|haiku-5|fable|mythos)/.test(model);

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
