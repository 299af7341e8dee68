/** What a call can cost at most, without a tokenizer: one for every model would have to be right. */
import type { Parameters } from '../prompt/document.ts';
import { audioTokens, pdfTokens } from '../economics/data/media-tokens.ts';
import { kindOfMedia } from '../files/media-type.ts';
import { textOf, toolCallsOf, toolResultsOf, type Message, type Part } from '../prompt/request.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { ModelRequest, ModelResponse } from '../model/model-request.ts';
import type { CallBound } from './spend-ledger.ts';

/** Tokens that frame a message, and a request, with room to spare. */
const PER_MESSAGE = 16;
const PER_REQUEST = 64;
/** Tokens that a provider's own instructions for tools take: Anthropic adds up to about 500. */
const FOR_TOOLS = 1000;
/** Tokens of an image at most: 12 megapixels are 14,364 for gpt-6 at its full size. */
const PER_IMAGE = 20_000;

/** Parameters that can make a call cost more than its tokens at the standard price. */
const PRICE_RAISING = [
  'service_tier',
  'serviceTier',
  'speed',
  'prediction',
  'web_search_options',
  'search_parameters',
  'plugins',
  'tools',
  'modalities',
  'best_of',
  'candidateCount',
];

/** Input tokens at most: a token of a byte-level tokenizer stands for one byte of UTF-8 or more. */
export function inputTokensAtMost({ messages, tools, output }: Omit<ModelRequest, 'parameters' | 'repeat'>): number {
  const files = messages.reduce((sum, { content }) => sum + content.reduce((all, part) => all + fileTokensAtMost(part), 0), 0);
  const text = messages.reduce((sum, message) => sum + utf8Length(textOf(message)) + PER_MESSAGE, 0);
  const declared = tools.length === 0 ? 0 : utf8Length(JSON.stringify(tools)) + FOR_TOOLS;
  const schema = output.schema === null ? 0 : utf8Length(JSON.stringify(output.schema)) + PER_REQUEST;
  const called = messages.reduce((sum, message) => sum + utf8Length(toolText(message)), 0);
  return PER_REQUEST + text + called + declared + schema + files;
}

/** Twice the upper end of the widest band that is known. */
function fileTokensAtMost(part: Part): number {
  if (!('media' in part)) return 0;
  const kind = kindOfMedia(part.media);
  if (kind === 'pdf') return 2 * pdfTokens(WIDEST, part.media.pages ?? null).high;
  if (kind === 'audio') return 2 * audioTokens(WIDEST, part.media.seconds ?? null).high;
  return PER_IMAGE;
}

/** Of all models the one whose pages can cost most. */
const WIDEST = 'claude-opus-5';

/** USD at most; null: no output limit, or a parameter whose cost is not known. A client without a price costs nothing that could be counted. */
export function boundOf({ pricing, outputLimit: usual }: Pick<ModelClient, 'pricing' | 'outputLimit'>, request: ModelRequest): CallBound {
  if (pricing === null) return 0;
  const { parameters } = request;
  const limit = maxOutputTokens(parameters) ?? usual ?? null;
  if (limit === null || PRICE_RAISING.some((name) => parameters[name] !== undefined)) return null;
  const answers = typeof parameters['n'] === 'number' ? Math.max(1, parameters['n']) : 1;
  return pricing.worstCaseUsd(inputTokensAtMost(request), limit * answers);
}

/** USD at most that an answer shows by its length, for a call that had no limit. Reasoning that is not shown is not in it. */
export function answeredAtMost({ pricing }: Pick<ModelClient, 'pricing'>, request: ModelRequest, response: ModelResponse): number {
  const output = utf8Length(response.output) + utf8Length(JSON.stringify(response.toolCalls));
  return pricing?.worstCaseUsd(inputTokensAtMost(request), output) ?? 0;
}

export function maxOutputTokens(parameters: Parameters): number | null {
  const limit = parameters['maxOutputTokens'];
  return typeof limit === 'number' && limit > 0 ? limit : null;
}

const toolText = (message: Message): string => {
  const parts = [...toolCallsOf(message), ...toolResultsOf(message)];
  return parts.length === 0 ? '' : JSON.stringify(parts);
};

/** Bytes at most. */
const utf8Length = (text: string): number => text.length + 2 * (text.match(/[\u0080-\uffff]/g)?.length ?? 0);
