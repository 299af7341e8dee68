/** Segments → messages. The rules for white space and history are dotprompt's (reference/template, "Messages"). */
import type { JsonObject } from '../json/json.ts';
import type { Marker, Message, Part, Segment, TextSegment } from './request.ts';

type Piece = TextSegment | { readonly kind: 'marker'; readonly marker: Extract<Marker, { type: 'media' | 'section' }> };

/** A message and, for each of its parts, the segments that its text is made of; a message of the history has none. */
export interface AssembledMessage {
  readonly message: Message;
  readonly origins: readonly (readonly TextSegment[])[];
}

/** Groups segments into messages; `history` goes where the template says, else before the last user message. */
export function assembleMessages(segments: readonly Segment[], history: readonly Message[] = []): AssembledMessage[] {
  const drafts: (AssembledMessage | Draft)[] = [];
  const past = history.map((message): AssembledMessage => ({ message, origins: message.content.map(() => []) }));
  let current: Draft = { role: 'user', pieces: [], isWhole: false };
  drafts.push(current);
  let run: Piece[] = [];
  let placed = false;
  const endRun = (): void => {
    if (current.isWhole || !isBlank(run)) current.pieces.push(...run);
    run = [];
  };
  const begin = (role: string, isWhole = false): void => {
    current = { role, pieces: [], isWhole };
    drafts.push(current);
  };
  for (const segment of segments) {
    if (segment.kind !== 'marker') run.push(segment);
    else if (segment.marker.type === 'media' || segment.marker.type === 'section') run.push({ kind: 'marker', marker: segment.marker });
    else {
      endRun();
      if (segment.marker.type === 'history') {
        drafts.push(...past.map(asHistory));
        placed = history.length > 0;
        begin('model');
      } else if (segment.marker.isWhole === true) begin(segment.marker.role, true);
      else if (current.pieces.length > 0) begin(segment.marker.role);
      else current.role = segment.marker.role;
    }
  }
  endRun();
  const messages = drafts.flatMap((draft) =>
    'pieces' in draft ? (draft.isWhole || draft.pieces.length > 0 ? [finish(draft)] : []) : [draft],
  );
  return placed ? messages : insertHistory(messages, past);
}

/** Messages with a history before the last user message. */
export const withHistory = (messages: readonly AssembledMessage[], history: readonly Message[]): AssembledMessage[] =>
  insertHistory(
    [...messages],
    history.map((message) => ({ message, origins: message.content.map(() => []) })),
  );
interface Draft {
  role: string;
  readonly pieces: Piece[];
  readonly isWhole: boolean;
}

const isBlank = (pieces: readonly Piece[]): boolean => pieces.every((piece) => piece.kind !== 'marker' && piece.text.trim() === '');

const asHistory = ({ message, origins }: AssembledMessage): AssembledMessage => ({
  message: { ...message, metadata: { ...message.metadata, purpose: 'history' } satisfies JsonObject },
  origins,
});

function insertHistory(messages: AssembledMessage[], history: readonly AssembledMessage[]): AssembledMessage[] {
  const last = messages.at(-1);
  if (last?.message.role !== 'user') return [...messages, ...history];
  return [...messages.slice(0, -1), ...history, last];
}

/** Neighbouring texts become one part; blank text between media is dropped. */
function finish({ role, pieces, isWhole }: Draft): AssembledMessage {
  const content: Part[] = [];
  const origins: TextSegment[][] = [];
  let run: TextSegment[] = [];
  const endText = (): void => {
    const text = run.map((segment) => segment.text).join('');
    if (isWhole || text.trim() !== '') {
      content.push({ text });
      origins.push(run);
    }
    run = [];
  };
  for (const piece of pieces) {
    if (piece.kind === 'marker') {
      endText();
      content.push(partOf(piece.marker));
      origins.push([]);
    } else run.push(piece);
  }
  endText();
  return { message: { role, content }, origins };
}

function partOf(marker: Extract<Marker, { type: 'media' | 'section' }>): Part {
  if (marker.type === 'section') return { metadata: { purpose: marker.name, pending: true } };
  return { media: marker.contentType === null ? { url: marker.url } : { url: marker.url, contentType: marker.contentType } };
}
