/** The text of Python's literals: escapes read as the language reads them, each piece with its place. */
import type { TextPiece } from '../expression.ts';
import { fromCodePoint, lineEndAt, splitText, type EscapeReader } from '../javascript/strings.ts';
import { characterNamed } from './character-names.ts';

export interface StringPrefix {
  readonly isRaw: boolean;
  readonly isBytes: boolean;
  readonly isFormat: boolean;
  /** Of the prefix and the opening quotes. */
  readonly opening: number;
  /** 1 or 3. */
  readonly quotes: number;
}

/** What stands before the text of a literal. */
export function prefixOf(literal: string): StringPrefix {
  const [opening = '', letters = '', quote = ''] = /^([A-Za-z]*)("""|'''|"|')/.exec(literal) ?? [];
  const lower = letters.toLowerCase();
  return {
    isRaw: lower.includes('r'),
    isBytes: lower.includes('b'),
    isFormat: lower.includes('f') || lower.includes('t'),
    opening: opening.length,
    quotes: quote.length,
  };
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Pieces between two offsets that contain no hole. */
export function readPythonText(
  source: string,
  start: number,
  end: number,
  { isRaw, isFormat }: { isRaw: boolean; isFormat: boolean },
): TextPiece[] {
  const read: EscapeReader = (text, at, limit) =>
    (isFormat ? doubledBrace(text, at, limit) : null) ?? (isRaw ? lineEndAt(text, at, limit) : escapeAt(text, at, limit));
  return splitText(source, start, end, read);
}

const doubledBrace: EscapeReader = (source, at, end) =>
  at + 1 < end && (source[at] === '{' || source[at] === '}') && source[at + 1] === source[at]
    ? { text: source[at] ?? '', length: 2 }
    : null;

/** An unknown escape is the backslash and what follows it. */
const escapeAt: EscapeReader = (source, at, end) => {
  if (source[at] !== '\\') return lineEndAt(source, at, end);
  const next = source[at + 1];
  if (next === undefined || at + 1 >= end) return null;
  if (next === '\r') return { text: '', length: source[at + 2] === '\n' ? 3 : 2 };
  if (next === '\n') return { text: '', length: 2 };
  const simple = SIMPLE[next];
  if (simple !== undefined) return { text: simple, length: 2 };
  const rest = source.slice(at, Math.min(end, at + 100));
  const octal = /^\\([0-7]{1,3})/.exec(rest);
  if (octal) return { text: String.fromCharCode(parseInt(octal[1] ?? '0', 8)), length: octal[0].length };
  const hex = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (hex) return { text: fromCodePoint(parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16)), length: hex[0].length };
  const named = /^\\N\{([^{}]+)\}/.exec(rest);
  if (named) return { text: characterNamed(named[1] ?? '') ?? '\uFFFD', length: named[0].length };
  return { text: `\\`, length: 1 };
};

/** The names of `\N{…}` in a literal that Goldset does not know. */
export const unknownCharacterNames = (literal: string): string[] =>
  prefixOf(literal).isRaw
    ? []
    : [...literal.matchAll(/(?<!\\)(?:\\\\)*\\N\{([^{}]+)\}/g)].flatMap(([, name = '']) => (characterNamed(name) === null ? [name] : []));
