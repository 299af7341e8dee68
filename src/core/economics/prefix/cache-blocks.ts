/** A request as the pieces that providers cache: lines, so that any prefix is found, or blocks with marks. */
import type { CacheMark, RenderedRequest } from '../../prompt/request.ts';
import { pieceTokens, requestPieces, type RequestPiece } from '../tokens/request-stream.ts';
import type { TextCounter } from '../tokens/token-counter.ts';
import { linesFor } from '../tokens/token-lines.ts';
import { cutAtMarks, marksIn } from './prefix-ends.ts';
import { WHOLE, type PrefixChunk } from './prefix-tree.ts';

type Sent = Pick<RenderedRequest, 'messages' | 'tools' | 'output'>;

export function cacheLines(request: Sent, counter: TextCounter): PrefixChunk[] {
  return requestPieces(request).flatMap((piece): PrefixChunk[] =>
    piece.kind === 'text'
      ? [...linesFor(piece.text)].map((text) => ({ text, tokens: () => counter.count(text) }))
      : [{ text: keyOf(piece), tokens: () => tokensOf(piece, counter) }],
  );
}

export interface CacheBlock extends PrefixChunk {
  readonly isMarked: boolean;
}

/**
 * In the order of a provider with marks: tools, then system text, then the other messages; a block ends where it is marked.
 * `marks`: only the last tool has the mark, no text. Null: the request has no marks, so no block ends within a text. What begins the
 * answer is in no block.
 */
export function blocksOf(request: Sent, marks: readonly CacheMark[] | null, counter: TextCounter): CacheBlock[] {
  const pieces = requestPieces(request);
  const isSystem = (piece: RequestPiece): boolean =>
    (piece.kind === 'frame' || piece.kind === 'text') && piece.message !== null && request.messages[piece.message]?.role === 'system';
  const before = pieces.filter(({ kind }) => kind === 'tool' || kind === 'schema');
  const system = pieces.filter(isSystem);
  const rest = pieces.filter((piece) => !before.includes(piece) && !isSystem(piece));
  const lastTool = pieces.findLastIndex(({ kind }) => kind === 'tool');
  const blocks: CacheBlock[] = [];
  // The frame of a message belongs to its first block.
  let frames: RequestPiece[] = [];
  const push = (text: string, tokens: () => number, isMarked: boolean): void => {
    const held = frames;
    frames = [];
    blocks.push({
      text: [...held.map(keyOf), text].join('\u0000'),
      tokens: () => held.reduce((sum, frame) => sum + tokensOf(frame, counter), 0) + tokens(),
      isMarked,
    });
  };
  for (const piece of [...before, ...system, ...rest]) {
    if (piece.kind === 'frame') frames.push(piece);
    else if (piece.kind === 'text') {
      for (const { text, isMarked } of cutAtMarks(piece.text, marksIn(marks ?? [], piece.message, piece.part)))
        push(text, () => counter.count(text), isMarked);
    } else push(keyOf(piece), () => tokensOf(piece, counter), marks?.length === 0 && piece === pieces[lastTool]);
  }
  return blocks;
}

/** Tells pieces of different kinds apart: no text begins with this character. */
const keyOf = (piece: RequestPiece): string =>
  piece.kind === 'frame' ? `\u0001${piece.role}` : piece.kind === 'media' ? `${WHOLE}${piece.url}` : piece.text;

const tokensOf = (piece: RequestPiece, counter: TextCounter): number =>
  piece.kind === 'tool' || piece.kind === 'schema'
    ? counter.count(piece.text)
    : piece.kind === 'media' && counter.file !== undefined
      ? counter.file(piece.media ?? { url: piece.url })
      : counter.weigh(pieceTokens(piece, (text) => counter.encode(text)));
