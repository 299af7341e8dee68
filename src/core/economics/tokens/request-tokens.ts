/** How many input tokens a request has for a model, and where they are. Before calibration these are o200k_base × the model's factor. */
import { imageTokens } from '../data/image-tokens.ts';
import { audioTokens, pdfTokens, type TokenBand } from '../data/media-tokens.ts';
import { CLAUDE_TOOLS, OPENAI_TOOLS, isClaude } from '../data/tool-tokens.ts';
import { ASSUMED_SIZE, sizeOfDataUrl } from './image-size.ts';
import type { TokenizerFact } from '../data/tokenizers.ts';
import { requestPieces, type MediaDescription, type StreamedRequest } from './request-stream.ts';
import { kindOfMedia } from '../../media-type.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { ToolDefinition } from '../../tool.ts';

export interface RequestTokens {
  /** Of each message with its frame. */
  readonly messages: readonly number[];
  readonly tools: number;
  readonly schema: number;
  readonly total: number;
  /** Of `total`: images and other files, and what the provider adds by itself; no vocabulary changes these. */
  readonly fixed: number;
  /** By how many tokens `total` may differ, either way: pages and audio have a band. */
  readonly band: number;
  /** No part of it is estimated: the model's own vocabulary, text alone. */
  readonly exact: boolean;
}

/** Tokens that start the model's answer (cookbook, How to count tokens). */
const PRIMING = 3;
const FRAME = 3;

/** `count`: tokens of o200k_base. */
export function countRequest(
  request: StreamedRequest,
  model: string,
  { exact, factor }: Pick<TokenizerFact, 'exact' | 'factor'>,
  count: (text: string) => number,
): RequestTokens {
  const messages = request.messages.map(() => 0);
  let schema = 0;
  let images = 0;
  let band = 0;
  for (const piece of requestPieces(request)) {
    if (piece.kind === 'tool') continue;
    if (piece.kind === 'schema') schema += count(piece.text) * factor;
    else if (piece.message !== null) {
      if (piece.kind === 'media') {
        const { low, high } = mediaTokens(model, piece.media ?? { url: piece.url });
        band += (high - low) / 2;
        images += (low + high) / 2;
        messages[piece.message] = (messages[piece.message] ?? 0) + (low + high) / 2;
        continue;
      }
      const tokens = (piece.kind === 'frame' ? FRAME + count(piece.role) : count(piece.text)) * factor;
      messages[piece.message] = (messages[piece.message] ?? 0) + tokens;
    }
  }
  const added = request.tools.length > 0 && isClaude(model) ? CLAUDE_TOOLS : 0;
  const tools = toolTokens(request.tools, model, count) * factor + added;
  const sum = messages.reduce((a, b) => a + b, 0) + tools + schema + PRIMING * factor;
  return {
    messages: messages.map(Math.round),
    tools: Math.round(tools),
    schema: Math.round(schema),
    total: Math.round(sum),
    fixed: Math.round(images + added),
    band: Math.round(band),
    exact: exact && images === 0 && request.tools.length === 0 && schema === 0,
  };
}

function mediaTokens(model: string, media: MediaDescription): TokenBand {
  const kind = kindOfMedia(media);
  if (kind === 'pdf') return pdfTokens(model, media.pages ?? null);
  if (kind === 'audio') return audioTokens(model, media.seconds ?? null);
  const tokens = imageTokens(model, sizeOfDataUrl(media.url) ?? ASSUMED_SIZE);
  return { low: tokens, high: tokens };
}

function toolTokens(tools: readonly ToolDefinition[], model: string, count: (text: string) => number): number {
  if (tools.length === 0) return 0;
  if (isClaude(model)) return tools.reduce((sum, tool) => sum + count(JSON.stringify(tool)), 0);
  return OPENAI_TOOLS.end + tools.reduce((sum, tool) => sum + openaiTool(tool, count), 0);
}

function openaiTool({ name, description, parameters }: ToolDefinition, count: (text: string) => number): number {
  const properties = asObject(parameters['properties']);
  const described = OPENAI_TOOLS.start + count(`${name}:${(description ?? '').replace(/\.$/, '')}`);
  const names = Object.keys(properties);
  if (names.length === 0) return described;
  return names.reduce((sum, key) => {
    const property = asObject(properties[key]);
    const values = Array.isArray(property['enum']) ? property['enum'] : null;
    const options =
      values === null
        ? 0
        : OPENAI_TOOLS.enumStart + values.reduce<number>((all, value) => all + OPENAI_TOOLS.enumItem + count(text(value)), 0);
    return (
      sum +
      OPENAI_TOOLS.property +
      options +
      count(`${key}:${text(property['type'] ?? 'object')}:${text(property['description'] ?? '').replace(/\.$/, '')}`)
    );
  }, described + OPENAI_TOOLS.propertyStart);
}

const asObject = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const text = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
