/** Text that is being put together from the strings of a file: static pieces and expressions, each with its place. */
import type { PrintRule, SegmentSource } from '../document.ts';
import type { SourceFile } from './source-file.ts';
import type { CodeExpression } from './expression.ts';

/** An expression and the file that it stands in. */
export interface Located {
  readonly file: SourceFile;
  readonly expression: CodeExpression;
}

export interface DraftText {
  readonly text: string;
  readonly source: SegmentSource;
}

/** What only the running program knows. */
export interface DraftHole {
  readonly hole: Located;
  /** A field of a format string has its own name. */
  readonly name: string | null;
  readonly print: PrintRule;
  readonly format: string | null;
  readonly source: SegmentSource;
  readonly why: string;
}

export type DraftPart = DraftText | DraftHole;

/** Why a hole has no value where it stands: the text is a template, or the hole was added for what the user writes. */
export const FILLED_LATER = 'the program fills this field';
export const USER_INPUT = 'what the user writes';

/** Stands for a hole where the text of all parts is looked at as one. */
export const HOLE = '\uFFFC';

/** The text of all parts; each hole is one character. */
export const flatText = (parts: readonly DraftPart[]): string => parts.map((part) => ('text' in part ? part.text : HOLE)).join('');

export interface FlatSpan {
  readonly start: number;
  readonly end: number;
}

/** The parts without these spans of `flatText`, which are in order and do not overlap. */
export const withoutSpans = (parts: readonly DraftPart[], spans: readonly FlatSpan[]): DraftPart[] =>
  replaceSpans(
    parts,
    spans.map((span) => ({ ...span, with: [] })),
  );

export interface Replacement extends FlatSpan {
  readonly with: readonly DraftPart[];
}

/** The parts with these spans of `flatText` replaced, which are in order and do not overlap. */
export function replaceSpans(parts: readonly DraftPart[], replacements: readonly Replacement[]): DraftPart[] {
  const result: DraftPart[] = [];
  let at = 0;
  let next = 0;
  for (const part of parts) {
    const length = 'text' in part ? part.text.length : 1;
    const end = at + length;
    let from = at;
    while (next < replacements.length) {
      const replacement = replacements[next];
      if (replacement === undefined || replacement.start >= end) break;
      if (replacement.start >= at) {
        if (replacement.start > from) result.push(slicePart(part, from - at, replacement.start - at));
        result.push(...replacement.with);
      }
      from = Math.max(from, Math.min(end, replacement.end));
      if (replacement.end > end) break;
      next++;
    }
    if (from < end) result.push(slicePart(part, from - at, length));
    at = end;
  }
  for (const replacement of replacements.slice(next)) if (replacement.start >= at) result.push(...replacement.with);
  return result.filter((part) => !('text' in part) || part.text !== '');
}

/** A piece that maps one to one keeps an exact place; of an escape, the whole place is kept. */
function slicePart(part: DraftPart, start: number, end: number): DraftPart {
  if (!('text' in part) || (start === 0 && end === part.text.length)) return part;
  const { range } = part.source;
  const isExact = range.end - range.start === part.text.length;
  return {
    text: part.text.slice(start, end),
    source: isExact ? { ...part.source, range: { start: range.start + start, end: range.start + end } } : part.source,
  };
}
