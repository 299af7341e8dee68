/**
 * Variables of a captured call, from its messages and the prompt: the prompt is rendered with marks in place of its variables, and what stands
 * between its own texts is the value. Only a value that is certain is taken.
 */
import { textOf, type Message } from '../../prompt/request.ts';
import type { CaseMessage } from '../../golden/case-messages.ts';

/** A text of a rendered prompt: what it says itself, and the variables between. */
export type Piece = { readonly literal: string } | { readonly variable: string };

export interface MarkedMessage {
  readonly role: string;
  readonly pieces: readonly Piece[];
}

/** A text for the variable that no template changes and no prompt contains. `seed`: another where this one is in the prompt. */
export const variableMark = (at: number, seed: number): string => `GoldsetVariable${seed}x${at}y`;

/** The messages that were rendered with `variableMark` for each of the names. */
export function messagesWithMarks(messages: readonly Message[], names: readonly string[], seed: number): MarkedMessage[] {
  const marks = new Map(names.map((name, i) => [variableMark(i, seed), name]));
  return messages.map((message) => ({ role: roleOf(message.role), pieces: piecesOf(textOf(message), marks) }));
}

function piecesOf(text: string, marks: ReadonlyMap<string, string>): Piece[] {
  const found = text.split(/(GoldsetVariable\d+x\d+y)/);
  return found.flatMap((part): Piece[] => {
    const variable = marks.get(part);
    if (variable !== undefined) return [{ variable }];
    return part === '' ? [] : [{ literal: part }];
  });
}

export type Recovered =
  | {
      readonly values: ReadonlyMap<string, string>;
      /** Messages of the call that belong to the prompt; what follows goes on from it. */
      readonly messages: number;
    }
  /** Variables whose value could be more than one. */
  | { readonly ambiguous: readonly string[] };

/** Null: the call was not made with this template. */
export function recoverVariables(marked: readonly MarkedMessage[], turns: readonly CaseMessage[]): Recovered | null {
  if (marked.length === 0 || turns.length < marked.length) return null;
  const next = turns[marked.length];
  if (next !== undefined && roleOf(next.role) !== 'model') return null;
  const values = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const [i, { role, pieces }] of marked.entries()) {
    const turn = turns[i];
    if (turn === undefined || roleOf(turn.role) !== role || turn.content.some((part) => !('text' in part))) return null;
    const text = turn.content.map((part) => ('text' in part ? part.text : '')).join('');
    const found = matched(pieces, text) ?? matched(trimmedPieces(pieces), text.trim());
    if (found === null) return null;
    for (const [name, value] of found.first) {
      const before = values.get(name);
      if (found.last.get(name) !== value) ambiguous.add(name);
      else if (before !== undefined && before !== value) return null;
      else values.set(name, value);
    }
  }
  // A value that one message says for certain needs no other.
  const open = [...ambiguous].filter((name) => !values.has(name));
  return open.length > 0 ? { ambiguous: open } : { values, messages: marked.length };
}

const roleOf = (role: string): string => (role === 'assistant' ? 'model' : role === 'developer' ? 'system' : role);

interface Matches {
  /** With each value as short as it can be, from the left; and from the right. They differ where there is more than one way. */
  readonly first: ReadonlyMap<string, string>;
  readonly last: ReadonlyMap<string, string>;
}

/** Null: the text is not one of the template, or one variable would have two values. */
function matched(pieces: readonly Piece[], text: string): Matches | null {
  const first = fromLeft(pieces, text);
  if (first === null) return null;
  const reversed = fromLeft(
    pieces.toReversed().map((piece) => ('literal' in piece ? { literal: reverse(piece.literal) } : piece)),
    reverse(text),
  );
  if (reversed === null) return null;
  return { first: new Map(first), last: new Map(reversed.map(([name, value]) => [name, reverse(value)])) };
}

/** By code unit, so that every text is the reverse of its reverse. */
const reverse = (text: string): string => text.split('').toReversed().join('');

/** Each text of the template at its earliest place; the last one ends the text. A linear walk, whatever the text. */
function fromLeft(pieces: readonly Piece[], text: string): [string, string][] | null {
  const values: [string, string][] = [];
  let at = 0;
  let open: string[] = [];
  const close = (end: number): void => {
    // Of variables side by side only the last gets text: read from the other end it is another one, so they are ambiguous.
    for (const [i, name] of open.entries()) values.push([name, i === open.length - 1 ? text.slice(at, end) : '']);
    open = [];
  };
  for (const [i, piece] of pieces.entries()) {
    if ('variable' in piece) {
      open.push(piece.variable);
      continue;
    }
    const { literal } = piece;
    const isLast = i === pieces.length - 1;
    const found =
      open.length === 0 ? (text.startsWith(literal, at) ? at : -1) : isLast ? endOf(text, literal, at) : text.indexOf(literal, at);
    if (found === -1) return null;
    close(found);
    at = found + literal.length;
  }
  if (open.length > 0) close(text.length);
  else if (at !== text.length) return null;
  return isConsistent(values) ? values : null;
}

const endOf = (text: string, literal: string, from: number): number =>
  text.endsWith(literal) && text.length - literal.length >= from ? text.length - literal.length : -1;

const isConsistent = (values: readonly (readonly [string, string])[]): boolean => {
  const known = new Map<string, string>();
  return values.every(([name, value]) => {
    const before = known.get(name);
    known.set(name, value);
    return before === undefined || before === value;
  });
};

function trimmedPieces(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece, i) => {
    if ('variable' in piece) return piece;
    const start = i === 0 ? piece.literal.trimStart() : piece.literal;
    return { literal: i === pieces.length - 1 ? start.trimEnd() : start };
  });
}
