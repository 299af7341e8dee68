/** Comments `goldset: NAME`: each names the string or call that follows it, or the one before it on its line. */
import type { TextRange } from '../../text/text.ts';
import type { SourceFile } from './source-file.ts';
import type { CodeExpression } from './expression.ts';

export const MARKER = 'goldset:';

export interface MarkedComment {
  readonly name: string;
  readonly range: TextRange;
  /** What it names; null: nothing follows. */
  readonly expression: CodeExpression | null;
}

export function markedComments(file: SourceFile): MarkedComment[] {
  return file.comments.flatMap((range) => {
    const written = file.text.slice(range.start, range.end);
    const name = /^(?:\/\/+|\/\*+|#+)?\s*goldset:\s*([\p{L}_][\p{L}\p{N}_.-]*)(?:\s|\*\/|$)/u.exec(written)?.[1];
    if (name === undefined) return [];
    return [{ name, range, expression: before(file, range) ?? file.nextAfter(range.end) }];
  });
}

/** The value or call that ends on the line of a trailing comment. */
function before(file: SourceFile, comment: TextRange): CodeExpression | null {
  const lineStart = file.text.lastIndexOf('\n', comment.start - 1) + 1;
  const lead = file.text.slice(lineStart, comment.start).trim();
  if (lead === '' || lead === '{') return null;
  const ends = (end: number): boolean =>
    end <= comment.start && end >= lineStart && /^[\s;,)\]}]*$/.test(file.text.slice(end, comment.start));
  const call = file.calls.find(({ range }) => ends(range.end))?.call() ?? null;
  if (call !== null) return call;
  const declaration = file.declarations.find(
    ({ value, statement }) => value !== null && statement.start < comment.start && ends(value().range.end),
  );
  return declaration?.value?.() ?? null;
}
