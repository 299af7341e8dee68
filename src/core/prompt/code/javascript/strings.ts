/** The text of JavaScript's literals: escapes read as the language reads them, each piece with its place. */
import type { TextPiece } from '../expression.ts';

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', v: '\v', f: '\f', r: '\r' };

/** Pieces of the source between two offsets, without holes. Text that stands for itself is one piece; each escape is one. */
export function readEscapes(source: string, start: number, end: number): TextPiece[] {
  return splitText(source, start, end, escapeAt);
}

/** The same where a backslash is an ordinary character (`String.raw`). */
export const readRaw = (source: string, start: number, end: number): TextPiece[] => splitText(source, start, end, lineEndAt);

/** What an escape at an offset stands for and how long it is; null: no escape begins here. */
export type EscapeReader = (source: string, at: number, end: number) => { readonly text: string; readonly length: number } | null;

export function splitText(source: string, start: number, end: number, read: EscapeReader): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = start;
  let at = start;
  const endRun = (): void => {
    if (at > from) pieces.push({ text: source.slice(from, at), range: { start: from, end: at } });
  };
  while (at < end) {
    const escape = read(source, at, end);
    if (escape === null) {
      at++;
      continue;
    }
    endRun();
    pieces.push({ text: escape.text, range: { start: at, end: at + escape.length } });
    at += escape.length;
    from = at;
  }
  endRun();
  return pieces;
}

/** A template literal has LF line ends whatever the file has. */
export const lineEndAt: EscapeReader = (source, at, end) => {
  if (source[at] !== '\r') return null;
  return { text: '\n', length: source[at + 1] === '\n' && at + 1 < end ? 2 : 1 };
};

const escapeAt: EscapeReader = (source, at, end) => {
  if (source[at] !== '\\') return lineEndAt(source, at, end);
  const next = source[at + 1];
  if (next === undefined || at + 1 >= end) return { text: '', length: 1 };
  if (next === '\r') return { text: '', length: source[at + 2] === '\n' ? 3 : 2 };
  if (next === '\n' || next === '\u2028' || next === '\u2029') return { text: '', length: 2 };
  const simple = SIMPLE[next];
  if (simple !== undefined) return { text: simple, length: 2 };
  const rest = source.slice(at, Math.min(end, at + 14));
  const hex = /^\\x([0-9a-fA-F]{2})|^\\u([0-9a-fA-F]{4})|^\\u\{0*([0-9a-fA-F]{1,6})\}/.exec(rest);
  if (hex) {
    const code = parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16);
    return { text: hex[3] === undefined ? String.fromCharCode(code) : fromCodePoint(code), length: hex[0].length };
  }
  const octal = /^\\([0-3]?[0-7]?[0-7])/.exec(rest);
  if (octal) return { text: String.fromCharCode(parseInt(octal[1] ?? '0', 8)), length: octal[0].length };
  const character = String.fromCodePoint(source.codePointAt(at + 1) ?? 0);
  return { text: character, length: 1 + character.length };
};

export const fromCodePoint = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD');
