/**
 * The prefix of a prompt: how far its requests are the same, what makes them differ first, and what stands behind it.
 *
 * Static text and the text of variables are told apart by the segments of the rendering, never by searching in text.
 */
import type { SegmentSource } from '../../prompt/document.ts';
import type { RenderedRequest, TextSegment } from '../../prompt/request.ts';
import { isNeverAgain, nondeterminismOf } from './nondeterminism.ts';
import { pieceTokens, requestPieces, type RequestPiece } from '../tokens/request-stream.ts';
import type { TextCounter } from '../tokens/token-counter.ts';
import { lineStart, linesFor } from '../tokens/token-lines.ts';
import { tokensAlike } from './prefix-tree.ts';

export interface PrefixBreak {
  /** The expression as written, `ticket.text`; null: a condition or a loop, not a printed variable. */
  readonly variable: string | null;
  readonly source: SegmentSource;
  /** The model's tokens that stand before it. */
  readonly tokensBefore: number;
  /** Static tokens that stand after it, and that are sent anew with every call. */
  readonly staticTokensAfter: number;
  /** Why the text can never be the same twice, `a time`; null: it just differs between the golden cases. */
  readonly nondeterministic: string | null;
}

export interface PrefixAnalysis {
  /** Leading tokens that all requests share, in the model's own tokens; an estimate need not be a whole number. */
  readonly stableTokens: number;
  /** In the order of the request; empty: nothing differs. */
  readonly breaks: readonly PrefixBreak[];
}

/** What differs between requests, without any tokens. */
export interface RequestDifferences {
  readonly requests: readonly RenderedRequest[];
  /** Of the first request, and of those that part from it first: the others have more tokens in common with it. */
  readonly stream: readonly RequestPiece[];
  readonly nearest: readonly (readonly RequestPiece[])[];
  readonly places: readonly Found[];
  readonly isStatic: (segment: TextSegment) => boolean;
}

/** What differs between these requests of one prompt, one per golden case; in tokens by `countPrefix`. */
export function differencesOf(requests: readonly RenderedRequest[]): RequestDifferences {
  const streams = requests.map(requestPieces);
  const [stream = [], ...others] = streams;
  return { requests, stream, nearest: nearestOf(stream, others), places: findPlaces(requests, streams), isStatic: staticPlaces(requests) };
}

/** The prefix of these requests of one prompt, one per golden case. */
export const analysePrefix = (requests: readonly RenderedRequest[], counter: TextCounter): PrefixAnalysis =>
  countPrefix(differencesOf(requests), counter);

/** The prefix in the tokens of a model. */
export function countPrefix({ requests, stream, nearest, places, isStatic }: RequestDifferences, counter: TextCounter): PrefixAnalysis {
  const first = requests[0];
  if (!first) return { stableTokens: 0, breaks: [] };
  const breaks = places.map((item) => ({
    variable: item.variable,
    source: item.source,
    nondeterministic: item.nondeterministic,
    tokensBefore: Math.round(tokensBefore(stream, item, counter)),
    staticTokensAfter: Math.round(staticTokensAfter(first, stream, item, isStatic, counter)),
  }));
  const shared = requests.length < 2 ? Infinity : Math.min(...nearest.map((other) => sharedTokens(stream, other, counter)));
  const volatile = breaks.find((item) => item.nondeterministic !== null);
  const alone = requests.length < 2 ? breaks[0]?.tokensBefore : undefined;
  const all = totalTokens(stream, counter);
  return { stableTokens: Math.min(shared, volatile?.tokensBefore ?? Infinity, alone ?? Infinity, all), breaks };
}

/** The requests that part from this one in its first line in which any does, one for each text of that line. */
function nearestOf(stream: readonly RequestPiece[], others: readonly (readonly RequestPiece[])[]): (readonly RequestPiece[])[] {
  let first = { piece: Infinity, start: 0 };
  let nearest = new Map<string, readonly RequestPiece[]>();
  for (const other of others) {
    const parted = divergence(stream, other);
    if (parted === null) continue;
    const { piece } = parted;
    const [left, right] = [stream[piece], other[piece]];
    const isText = left?.kind === 'text' && right?.kind === 'text';
    const start = isText ? lineStart(left.text, parted.at) : 0;
    if (piece > first.piece || (piece === first.piece && start > first.start)) continue;
    if (piece < first.piece || start < first.start) nearest = new Map();
    first = { piece, start };
    const line = isText ? (linesFor(right.text, start).next().value ?? '') : right === undefined ? '' : contentOf(right);
    nearest.set(`${right?.kind} ${line}`, other);
  }
  return [...nearest.values()];
}

/** Tokens from the start that two requests have in common. */
export function sharedTokens(a: readonly RequestPiece[], b: readonly RequestPiece[], counter: TextCounter): number {
  let tokens = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === undefined || right === undefined) return tokens;
    if (left.kind === right.kind && contentOf(left) === contentOf(right)) {
      tokens += tokensOf(left, counter);
      continue;
    }
    return tokens + begunAlike(left, right, counter);
  }
  return tokens;
}

/** Tokens that two pieces begin with alike. Of texts, only the lines where they part are compared token by token. */
function begunAlike(left: RequestPiece, right: RequestPiece, counter: TextCounter): number {
  if (left.kind === 'text' && right.kind === 'text') {
    const start = lineStart(left.text, charactersAlike(left.text, right.text));
    const [x = '', y = ''] = [left, right].map(({ text }) => linesFor(text, start).next().value ?? '');
    return counter.count(left.text.slice(0, start)) + tokensAlike(x, y, counter);
  }
  if (left.kind === 'media' || right.kind === 'media') return 0;
  const [x, y] = [pieceTokens(left, (text) => counter.encode(text)), pieceTokens(right, (text) => counter.encode(text))];
  let shared = 0;
  while (shared < x.length && shared < y.length && x[shared] === y[shared]) shared++;
  return counter.weigh(x, shared);
}

function charactersAlike(x: string, y: string): number {
  let at = 0;
  while (at < x.length && at < y.length && x[at] === y[at]) at++;
  return at;
}

/** UTF-8 bytes from the start that two requests have in common, within the piece where they part. */
export interface Divergence {
  readonly piece: number;
  /** Characters into the text of that piece. */
  readonly at: number;
}

/** Where two requests part; null: they are the same. */
export function divergence(a: readonly RequestPiece[], b: readonly RequestPiece[]): Divergence | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === undefined || right === undefined) return { piece: i, at: 0 };
    const [x, y] = [contentOf(left), contentOf(right)];
    if (left.kind !== right.kind) return { piece: i, at: 0 };
    if (x === y) continue;
    return { piece: i, at: charactersAlike(x, y) };
  }
  return null;
}

export interface SegmentLocation {
  readonly segment: TextSegment;
  /** Characters into its text. */
  readonly at: number;
}

/** The segment of a request that a place in one of its pieces comes from; null: it has none (a tool, the frame of a message). */
export function segmentAt(request: RenderedRequest, piece: RequestPiece | undefined, at: number): SegmentLocation | null {
  if (piece?.kind !== 'text') return null;
  let start = 0;
  for (const segment of request.origins[piece.message]?.[piece.part] ?? []) {
    if (at < start + segment.text.length) return { segment, at: Math.max(0, at - start) };
    start += segment.text.length;
  }
  return null;
}

export const contentOf = (piece: RequestPiece): string =>
  piece.kind === 'frame' ? piece.role : piece.kind === 'media' ? piece.url : piece.text;

const tokensOf = (piece: RequestPiece, counter: TextCounter): number =>
  piece.kind === 'text' || piece.kind === 'tool' || piece.kind === 'schema'
    ? counter.count(piece.text)
    : piece.kind === 'media' && counter.file !== undefined
      ? counter.file(piece.media ?? { url: piece.url })
      : counter.weigh(pieceTokens(piece, (text) => counter.encode(text)));

const totalTokens = (pieces: readonly RequestPiece[], counter: TextCounter): number =>
  pieces.reduce((sum, piece) => sum + tokensOf(piece, counter), 0);

interface Found {
  readonly variable: string | null;
  readonly source: SegmentSource;
  readonly piece: number;
  /** Characters into the text of the piece. */
  readonly at: number;
  readonly nondeterministic: string | null;
}

/** Every place in the first request whose text is not the same in all of them, or can never be the same again. */
function findPlaces(requests: readonly RenderedRequest[], streams: readonly (readonly RequestPiece[])[]): Found[] {
  const [request, stream] = [requests[0], streams[0]];
  if (!request || !stream) return [];
  const texts = textsByPlace(requests);
  const found: Found[] = [];
  const parted = firstDivergence(streams);
  stream.forEach((piece, index) => {
    if (piece.kind !== 'text') return;
    let at = 0;
    for (const segment of request.origins[piece.message]?.[piece.part] ?? []) {
      if (segment.kind === 'value') {
        const nondeterministic = isNeverAgain(segment.text) ? nondeterminismOf(segment.text) : null;
        const differs = (texts.get(placeOf(segment))?.size ?? 0) > 1;
        if (differs || nondeterministic !== null || requests.length < 2)
          found.push({ variable: segment.expression, source: segment.source, piece: index, at, nondeterministic });
      }
      at += segment.text.length;
    }
  });
  const conditional = parted === null ? null : conditionAt(requests, streams, parted, found[0]);
  const all = conditional === null ? found : [conditional, ...found];
  const seen = new Set<string>();
  return all.filter((item) => {
    const key = `${item.source.path}:${item.source.range.start}`;
    return !seen.has(key) && seen.add(key);
  });
}

const placeOf = ({ source }: TextSegment): string => `${source.path}:${source.range.start}`;

const textAt = (segment: TextSegment): string => `${placeOf(segment)}:${segment.text}`;

/** What each printed expression gave, over all requests; a request without it counts as one more text. */
function textsByPlace(requests: readonly RenderedRequest[]): Map<string, Set<string>> {
  const texts = new Map<string, Set<string>>();
  requests.forEach((request) => {
    const own = new Map<string, string>();
    for (const segment of request.origins.flat(2)) {
      if (segment.kind === 'value') own.set(placeOf(segment), (own.get(placeOf(segment)) ?? '') + segment.text);
    }
    for (const [place, text] of own) texts.set(place, (texts.get(place) ?? new Set()).add(text));
  });
  return texts;
}

function firstDivergence(streams: readonly (readonly RequestPiece[])[]): (Divergence & { readonly other: number }) | null {
  const first = streams[0] ?? [];
  let nearest: (Divergence & { readonly other: number }) | null = null;
  streams.slice(1).forEach((stream, i) => {
    const parted = divergence(first, stream);
    if (parted === null) return;
    if (nearest === null || parted.piece < nearest.piece || (parted.piece === nearest.piece && parted.at < nearest.at))
      nearest = { ...parted, other: i + 1 };
  });
  return nearest;
}

/** Requests that part before the first variable that differs do so by a condition or a loop. */
function conditionAt(
  requests: readonly RenderedRequest[],
  streams: readonly (readonly RequestPiece[])[],
  parted: Divergence & { readonly other: number },
  firstValue: Found | undefined,
): Found | null {
  if (firstValue && (firstValue.piece < parted.piece || (firstValue.piece === parted.piece && firstValue.at <= parted.at))) return null;
  const sources = [0, parted.other].flatMap((index) => {
    const request = requests[index];
    const place = request ? segmentAt(request, streams[index]?.[parted.piece], parted.at) : null;
    return place === null ? [] : [place.segment];
  });
  const segment = sources.sort((a, b) => a.source.range.start - b.source.range.start)[0];
  return segment ? { variable: null, source: segment.source, piece: parted.piece, at: parted.at, nondeterministic: null } : null;
}

function tokensBefore(stream: readonly RequestPiece[], { piece, at }: Found, counter: TextCounter): number {
  const before = stream.slice(0, piece).reduce((sum, item) => sum + tokensOf(item, counter), 0);
  return before + counter.count(contentOf(stream[piece] ?? { kind: 'tool', text: '' }).slice(0, at));
}

/** Text of the template that stands once in every request: not what a loop or a condition prints. */
export function staticPlaces(requests: readonly RenderedRequest[]): (segment: TextSegment) => boolean {
  const seen = new Map<string, number>();
  const repeated = new Set<string>();
  for (const request of requests) {
    const own = new Map<string, number>();
    for (const segment of request.origins.flat(2)) {
      if (segment.kind === 'literal') own.set(textAt(segment), (own.get(textAt(segment)) ?? 0) + 1);
    }
    for (const [place, times] of own) {
      seen.set(place, (seen.get(place) ?? 0) + 1);
      if (times > 1) repeated.add(place);
    }
  }
  return (segment) => seen.get(textAt(segment)) === requests.length && !repeated.has(textAt(segment));
}

function staticTokensAfter(
  request: RenderedRequest,
  stream: readonly RequestPiece[],
  { piece, at }: Found,
  isStatic: (segment: TextSegment) => boolean,
  counter: TextCounter,
): number {
  let tokens = 0;
  stream.forEach((item, index) => {
    if (item.kind !== 'text' || index < piece) return;
    let start = 0;
    for (const segment of request.origins[item.message]?.[item.part] ?? []) {
      const isAfter = index > piece || start >= at;
      if (segment.kind === 'literal' && isAfter && isStatic(segment)) tokens += counter.count(segment.text);
      start += segment.text.length;
    }
  });
  return tokens;
}
