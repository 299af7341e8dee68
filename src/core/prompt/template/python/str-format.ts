/** `template.format(…)` of Python: `{x}`, `{x.y[0]!r:>10}`, `{{` and `}}`. */
import { pythonFormat } from './format-spec.ts';
import { asciiRepr, pythonRepr, pythonText } from './print.ts';
import { Fuel, PyFault, type PyValue } from './values.ts';

export type FormatPiece =
  | { readonly text: string; readonly start: number; readonly end: number }
  | { readonly field: FormatField; readonly start: number; readonly end: number };

export interface FormatField {
  /** A name, digits, or empty: the next of the values without a name. */
  readonly name: string;
  readonly path: readonly { readonly kind: 'field' | 'item'; readonly name: string }[];
  readonly conversion: 'r' | 's' | 'a' | null;
  /** A format may contain fields itself. */
  readonly spec: readonly FormatPiece[];
  /** What stands in front of the conversion and the format, such as `x.y[0]`. */
  readonly expression: string;
  /** Of the name in the template. */
  readonly nameStart: number;
}

/** A mistake in a format string at its offsets; Python's own words. */
export interface FormatMistake {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Never throws: pieces up to the first mistake, and the mistake. */
export function formatPieces(
  template: string,
  from = 0,
  to = template.length,
  depth = 0,
): { pieces: FormatPiece[]; mistake: FormatMistake | null } {
  const pieces: FormatPiece[] = [];
  let at = from;
  while (at < to) {
    const open = nextBrace(template, at, to);
    if (open > at) pieces.push({ text: template.slice(at, open), start: at, end: open });
    if (open >= to) break;
    const brace = template[open];
    if (depth === 0 && template[open + 1] === brace && open + 1 < to) {
      pieces.push({ text: brace ?? '', start: open, end: open + 2 });
      at = open + 2;
      continue;
    }
    if (brace === '}') return { pieces, mistake: { message: "single '}' encountered in format string", start: open, end: open + 1 } };
    const close = closingBrace(template, open, to);
    if (close === null || depth > 1) {
      const message =
        depth > 1
          ? 'Max string recursion exceeded'
          : open + 1 >= to
            ? "single '{' encountered in format string"
            : "expected '}' before end of string";
      return { pieces, mistake: { message, start: open, end: open + 1 } };
    }
    const field = readField(template, open + 1, close, depth);
    if ('message' in field) return { pieces, mistake: field };
    pieces.push({ field, start: open, end: close + 1 });
    at = close + 1;
  }
  return { pieces, mistake: null };
}

function nextBrace(template: string, at: number, to: number): number {
  for (let i = at; i < to; i++) if (template[i] === '{' || template[i] === '}') return i;
  return to;
}

/** Where the field ends that opens at `open`; a brace inside `[…]` is part of a key. */
function closingBrace(template: string, open: number, to: number): number | null {
  let depth = 0;
  let inKey = false;
  let inSpec = false;
  for (let at = open; at < to; at++) {
    const character = template[at];
    if (inKey) inKey = character !== ']';
    else if (character === '[' && !inSpec) inKey = true;
    else if (character === '{') depth++;
    else if (character === ':' && depth === 1) inSpec = true;
    else if (character === '}' && --depth === 0) return at;
  }
  return null;
}

function readField(template: string, start: number, end: number, depth: number): FormatField | FormatMistake {
  const inner = template.slice(start, end);
  const match = /^((?:\[[^\]]*\]|[^!:[{}])*)(?:!([^]?))?(?::([^]*))?$/u.exec(inner);
  const whole = { start, end: Math.max(end, start + 1) };
  if (!match) return { message: "expected ':' after conversion specifier, or an invalid field", ...whole };
  const [, expression = '', conversion, spec = ''] = match;
  if (conversion !== undefined && !['r', 's', 'a'].includes(conversion))
    return { message: conversion === '' ? "unmatched '{' in format spec" : `Unknown conversion specifier ${conversion}`, ...whole };
  const name = /^[^.[]*/.exec(expression)?.[0] ?? '';
  const path: { kind: 'field' | 'item'; name: string }[] = [];
  let rest = expression.slice(name.length);
  while (rest !== '') {
    const step = /^\.([^.[]*)|^\[([^\]]*)\]/.exec(rest);
    if (!step) return { message: "Only '.' or '[' may follow ']' in format field specifier", ...whole };
    const word = step[1] ?? step[2] ?? '';
    if (word === '') return { message: 'Empty attribute in format string', ...whole };
    path.push({ kind: step[1] === undefined ? 'item' : 'field', name: word });
    rest = rest.slice(step[0].length);
  }
  const inSpec = formatPieces(template, end - spec.length, end, depth + 1);
  if (inSpec.mistake !== null) return inSpec.mistake;
  return { name, path, conversion: (conversion as 'r' | 's' | 'a' | undefined) ?? null, spec: inSpec.pieces, expression, nameStart: start };
}

/** What a field prints for a value, once its format is resolved. */
export function formatValue(value: PyValue, conversion: FormatField['conversion'], spec: string, fuel: Fuel): string {
  if (conversion === null) return pythonFormat(value, spec, fuel);
  const text = conversion === 's' ? pythonText(value, fuel) : pythonRepr(value, fuel);
  return pythonFormat(conversion === 'a' ? asciiRepr(text) : text, spec, fuel);
}

/** The whole of `template.format(…)`. `valueOf` resolves a field. @throws {PyFault} as Python does. */
export function strFormat(template: string, valueOf: (field: FormatField) => PyValue, fuel: Fuel): string {
  const { pieces, mistake } = formatPieces(template);
  if (mistake !== null) throw new PyFault(mistake.message);
  return fuel.text(printPieces(pieces, valueOf, fuel));
}

export const printPieces = (pieces: readonly FormatPiece[], valueOf: (field: FormatField) => PyValue, fuel: Fuel): string =>
  pieces
    .map((piece) =>
      'text' in piece
        ? piece.text
        : formatValue(valueOf(piece.field), piece.field.conversion, printPieces(piece.field.spec, valueOf, fuel), fuel),
    )
    .join('');
