/**
 * A request as the provider reads it, piece by piece in its order: tools, output schema, messages (OpenAI and
 * Anthropic: prompt caching). The order decides what a prefix is.
 */
import type { OutputSpec } from '../../prompt/document.ts';
import type { Message, Part } from '../../prompt/request.ts';
import type { ToolDefinition } from '../../tool.ts';

export type MediaDescription = Extract<Part, { media: unknown }>['media'];

export interface StreamedRequest {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
}

export type RequestPiece =
  | { readonly kind: 'tool'; readonly text: string }
  | { readonly kind: 'schema'; readonly text: string }
  /** The frame that begins message `message`, or (null) the model's answer. */
  | { readonly kind: 'frame'; readonly message: number | null; readonly role: string }
  | { readonly kind: 'text'; readonly message: number; readonly part: number; readonly text: string }
  | { readonly kind: 'media'; readonly message: number; readonly part: number; readonly url: string; readonly media?: MediaDescription };

export function requestPieces({ tools, output, messages }: StreamedRequest): RequestPiece[] {
  const pieces: RequestPiece[] = tools.map((tool) => ({ kind: 'tool', text: JSON.stringify(tool) }));
  if (output.schema !== null) pieces.push({ kind: 'schema', text: JSON.stringify(output.schema) });
  messages.forEach(({ role, content }, message) => {
    pieces.push({ kind: 'frame', message, role: role === 'model' ? 'assistant' : role });
    content.forEach((item, part) => {
      if ('text' in item) pieces.push({ kind: 'text', message, part, text: item.text });
      else if ('media' in item) pieces.push({ kind: 'media', message, part, url: item.media.url, media: item.media });
    });
  });
  pieces.push({ kind: 'frame', message: null, role: '' });
  return pieces;
}

/** Stands for the tokens that frame a message: three in OpenAI's chat format (cookbook, How to count tokens). */
const FRAME = [-1, -2, -3];
/** Two images are the same if their addresses are. Characters of an address that stand for the tokens of its image. */
const URL_PREFIX = 256;

/** The token ids of one piece, of a file those of its address; `encode` as of o200k_base. Frames are negative ids that no text has. */
export function pieceTokens(piece: RequestPiece, encode: (text: string) => ArrayLike<number>): number[] {
  switch (piece.kind) {
    case 'frame':
      return [...FRAME, ...Array.from(encode(piece.role))];
    case 'media':
      return Array.from(encode(piece.url.slice(0, URL_PREFIX)));
    default:
      return Array.from(encode(piece.text));
  }
}
