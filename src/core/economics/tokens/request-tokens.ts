/** How many input tokens a request has for a model, and where they are. All of it is in the model's own tokens. */
import { imageTokens } from '../data/image-tokens.ts';
import { audioTokens, pdfTokens, type TokenBand } from '../data/media-tokens.ts';
import { addedForTools, MOST_ADDED_FOR_TOOLS, SCHEMA_SHARE, toolShare } from '../data/tool-tokens.ts';
import { sizeOfDataUrl } from './image-size.ts';
import type { TokenizerFact } from '../data/tokenizers.ts';
import { requestPieces, type MediaDescription, type StreamedRequest } from './request-stream.ts';
import { hasNestedFields, isTypeScriptRendered, renderedTools, toolFrame } from './tool-rendering.ts';
import { kindOfMedia } from '../../files/media-type.ts';
import type { ToolDefinition } from '../../tool.ts';

export interface RequestTokens {
  /** Of each message with its frame. */
  readonly messages: readonly number[];
  /** Of the tools, with what the provider adds for them. */
  readonly tools: number;
  readonly schema: number;
  readonly total: number;
  /** Of `total`: images and other files, and what the provider adds by itself; no vocabulary changes these. */
  readonly fixed: number;
  /** By how many tokens `total` may differ, either way: files, tools and the schema have a band, whatever the vocabulary. */
  readonly band: number;
  /** By how many tokens it may be more besides: an image of unknown size, what a provider adds for tools without publishing its length. */
  readonly above: number;
  /** No part of it is estimated: the model's own vocabulary, text alone. */
  readonly exact: boolean;
}

/** Tokens that start the model's answer (cookbook, How to count tokens). */
const PRIMING = 3;
const FRAME = 3;

/** `count`: tokens of the model; `exact`: by its own vocabulary. */
export function countRequest(
  request: StreamedRequest,
  model: string,
  { exact }: Pick<TokenizerFact, 'exact'>,
  count: (text: string) => number,
): RequestTokens {
  const messages = request.messages.map(() => 0);
  let schema = 0;
  let images = 0;
  let band = 0;
  let above = 0;
  for (const piece of requestPieces(request)) {
    if (piece.kind === 'tool') continue;
    if (piece.kind === 'schema') schema += count(piece.text);
    else if (piece.message !== null) {
      if (piece.kind === 'media') {
        const media = mediaTokens(model, piece.media ?? { url: piece.url });
        band += media.likely - media.low;
        above += Math.max(0, media.high - media.likely - (media.likely - media.low));
        images += media.likely;
        messages[piece.message] = (messages[piece.message] ?? 0) + media.likely;
        continue;
      }
      const tokens = piece.kind === 'frame' ? FRAME + count(piece.role) : count(piece.text);
      messages[piece.message] = (messages[piece.message] ?? 0) + tokens;
    }
  }
  const tools = toolTokens(request.tools, model, count);
  const sum = messages.reduce((a, b) => a + b, 0) + tools.text + tools.added + schema + PRIMING;
  return {
    messages: messages.map(Math.round),
    tools: Math.round(tools.text + tools.added),
    schema: Math.round(schema),
    total: Math.round(sum),
    fixed: Math.round(images + tools.added),
    band: Math.ceil(band + tools.band + schema * SCHEMA_SHARE),
    above: Math.ceil(above + tools.above),
    exact: exact && images === 0 && request.tools.length === 0 && schema === 0,
  };
}

export interface LikelyBand extends TokenBand {
  readonly likely: number;
}

/** An image or another file of a message. */
export function mediaTokens(model: string, media: MediaDescription): LikelyBand {
  const kind = kindOfMedia(media);
  if (kind === 'pdf' || kind === 'audio') {
    const band = kind === 'pdf' ? pdfTokens(model, media.pages ?? null) : audioTokens(model, media.seconds ?? null);
    return { ...band, likely: (band.low + band.high) / 2 };
  }
  return imageTokens(model, sizeOfDataUrl(media.url));
}

export interface ToolTokens {
  /** Of what the model reads of the tools. */
  readonly text: number;
  /** By how many of them the count may differ, either way. */
  readonly band: number;
  /** What the provider adds by itself: no vocabulary changes it. */
  readonly added: number;
  /** How many it may add besides, where it does not publish their number. */
  readonly above: number;
}

/** The one counter of tools. */
export function toolTokens(tools: readonly ToolDefinition[], model: string, count: (text: string) => number): ToolTokens {
  if (tools.length === 0) return { text: 0, band: 0, added: 0, above: 0 };
  const isRendered = isTypeScriptRendered(model);
  const counts = renderedTools(tools, model).map(count);
  const frame = toolFrame(model);
  const added = addedForTools(model);
  return {
    text: counts.reduce((a, b) => a + b, frame === '' ? 0 : count(frame)),
    band: counts.reduce((sum, tokens, i) => sum + tokens * toolShare(isRendered, tools[i] !== undefined && hasNestedFields(tools[i])), 0),
    added: added ?? 0,
    above: added === null ? MOST_ADDED_FOR_TOOLS : 0,
  };
}
