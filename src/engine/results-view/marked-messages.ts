/** The messages of a request as a page shows them, with the prefix that a provider can cache marked. */
import { divergence, type Divergence } from '../../core/economics/prefix/prefix.ts';
import { requestPieces } from '../../core/economics/tokens/request-stream.ts';
import type { RenderedRequest, TextSegment } from '../../core/prompt/request.ts';
import { mediaText } from '../../core/try/turns.ts';
import type { ShownMessage, ShownRequestPiece } from '../../protocol/detail.ts';

/** Characters of a request that are shown. */
export const MAX_SHOWN = 400_000;

export const NO_PREFIX: Divergence = { piece: 0, at: 0 };

/** Where the request parts from the first of the others; null: there are no others. */
export function prefixEndOf(own: RenderedRequest, others: readonly RenderedRequest[]): Divergence | null {
  if (others.length === 0) return null;
  const pieces = requestPieces(own);
  const ends = others.flatMap((other) => divergence(pieces, requestPieces(other)) ?? []);
  return ends.reduce<Divergence>((least, item) => (isBefore(item, least) ? item : least), { piece: pieces.length, at: 0 });
}

/** Where the first value of a variable stands: what is before it is the same in every request of the prompt. */
export function firstValueOf(own: RenderedRequest): Divergence {
  const pieces = requestPieces(own);
  for (const [piece, found] of pieces.entries()) {
    if (found.kind === 'media') return { piece, at: 0 };
    if (found.kind !== 'text') continue;
    const segments = own.origins[found.message]?.[found.part] ?? [];
    const value = segments.findIndex(({ kind }) => kind === 'value');
    // Of text that is not of the template it is not known whether it is the same in other requests.
    if (segments.length === 0) return { piece, at: 0 };
    if (value !== -1) return { piece, at: segments.slice(0, value).reduce((sum, { text }) => sum + text.length, 0) };
  }
  return { piece: pieces.length, at: 0 };
}

/** `nameOf`: how a page calls a role. */
export function markedMessages(own: RenderedRequest, end: Divergence, nameOf: (role: string) => string): ShownMessage[] {
  const pieces = requestPieces(own);
  let room = MAX_SHOWN;
  return own.messages.map(({ role, content }, m): ShownMessage => {
    const shown = content.flatMap((part, p): ShownRequestPiece[] => {
      const at = pieces.findIndex((piece) => (piece.kind === 'text' || piece.kind === 'media') && piece.message === m && piece.part === p);
      if ('media' in part) return [{ text: mediaText(part.media), isPrefix: at < end.piece, variable: null }];
      if (!('text' in part)) return [];
      const text = part.text.slice(0, room);
      room -= text.length;
      const same = at < end.piece ? text.length : at === end.piece ? end.at : 0;
      return cutPieces(own.origins[m]?.[p] ?? [], text, same);
    });
    return { role: nameOf(role), pieces: shown };
  });
}

export const isBefore = (a: Divergence, b: Divergence): boolean => a.piece < b.piece || (a.piece === b.piece && a.at < b.at);

/** The text by origin and by whether it is prefix; without origins (history, cases' own text) as one. */
function cutPieces(origins: readonly TextSegment[], text: string, same: number): ShownRequestPiece[] {
  const joined = origins.map((segment) => segment.text).join('');
  const segments: readonly Pick<ShownRequestPiece, 'text' | 'variable'>[] =
    joined.startsWith(text) && origins.length > 0
      ? origins.map((segment) => ({ text: segment.text, variable: segment.kind === 'value' ? segment.expression : null }))
      : [{ text, variable: null }];
  const pieces: ShownRequestPiece[] = [];
  let at = 0;
  for (const segment of segments) {
    const shown = segment.text.slice(0, Math.max(0, text.length - at));
    const cut = Math.max(0, Math.min(shown.length, same - at));
    if (cut > 0) pieces.push({ text: shown.slice(0, cut), isPrefix: true, variable: segment.variable });
    if (cut < shown.length) pieces.push({ text: shown.slice(cut), isPrefix: false, variable: segment.variable });
    at += segment.text.length;
  }
  return pieces;
}
