/** The functions and template tags that remove indentation, recognised by what they are imported from. */
import { resolveName, type SourceFile } from './source-file.ts';
import { cleandoc, npmDedent, stripIndent, textwrapDedent } from './dedent.ts';
import { flatText, replaceSpans, withoutSpans, type DraftPart, type Replacement, type FlatSpan } from './draft.ts';
import { pathOf, type CallExpression, type CodeExpression } from './expression.ts';

/** The module and the name that an expression is imported under; null: it is not imported. */
function originOf(file: SourceFile, expression: CodeExpression): { readonly module: string; readonly name: string } | null {
  const path = pathOf(expression);
  const [first, second] = path ?? [];
  if (path === null || first === undefined) return null;
  const lookup = resolveName(file, first, expression.range.start);
  if (!('found' in lookup) || lookup.found.imported === null) return null;
  const { specifier, name } = lookup.found.imported;
  if (path.length === 1) return { module: specifier, name };
  return path.length === 2 && second !== undefined && name === '*' ? { module: specifier, name: second } : null;
}

type SpansOf = (text: string) => FlatSpan[];

const FUNCTIONS: Readonly<Record<string, SpansOf>> = {
  'textwrap.dedent': textwrapDedent,
  'inspect.cleandoc': cleandoc,
  'dedent.default': npmDedent,
  'common-tags.stripIndent': stripIndent,
};

/** `textwrap.dedent(text)` and its like. */
export function dedentFunction(file: SourceFile, call: CallExpression): { readonly text: CodeExpression; readonly spans: SpansOf } | null {
  const [only] = call.arguments;
  if (!only || call.arguments.length !== 1) return null;
  const origin = originOf(file, call.callee);
  const spans = origin ? FUNCTIONS[`${origin.module}.${origin.name}`] : undefined;
  return spans ? { text: only.value, spans } : null;
}

export interface TextTag {
  readonly reads: 'raw' | 'cooked';
  apply(parts: readonly DraftPart[]): DraftPart[];
}

/** What a tag does with its template; null: Goldset does not know it. */
export function dedentTag(file: SourceFile, tag: CodeExpression): TextTag | null {
  if (pathOf(tag)?.join('.') === 'String.raw') return { reads: 'raw', apply: (parts) => [...parts] };
  const origin = originOf(file, tag);
  if (origin === null) return null;
  if (origin.module === 'dedent' && origin.name === 'default') return { reads: 'raw', apply: applyDedent };
  if (origin.module === 'common-tags' && origin.name === 'stripIndent')
    return { reads: 'cooked', apply: (parts) => withoutSpans(parts, stripIndent(flatText(parts))) };
  return null;
}

/** The package reads the raw text: it undoes the escapes of backtick, dollar and brace, removes the indentation, then reads `\n`. */
function applyDedent(parts: readonly DraftPart[]): DraftPart[] {
  const joined = withoutSpans(
    parts,
    escapes(flatText(parts), /\\\n[ \t]*/g, (match) => match),
  );
  const unescaped = withoutSpans(
    joined,
    escapes(flatText(joined), /\\(?=[`${])/g, (match) => match),
  );
  const dedented = withoutSpans(unescaped, npmDedent(flatText(unescaped)));
  const breaks = [...flatText(dedented).matchAll(/\\n/g)].map((match): Replacement => {
    const at = { start: match.index, end: match.index + 2 };
    return { ...at, with: [{ text: '\n', source: sourceAt(dedented, match.index) }] };
  });
  return replaceSpans(dedented, breaks);
}

const escapes = (text: string, pattern: RegExp, cut: (match: string) => string): FlatSpan[] =>
  [...text.matchAll(pattern)].map((match) => ({ start: match.index, end: match.index + cut(match[0]).length }));

/** The place of one character of the text. */
function sourceAt(parts: readonly DraftPart[], offset: number): DraftPart['source'] {
  let at = 0;
  let last: DraftPart['source'] = { path: '', range: { start: 0, end: 0 } };
  for (const part of parts) {
    const length = 'text' in part ? part.text.length : 1;
    last = part.source;
    if (offset < at + length) {
      const start = part.source.range.start + (offset - at);
      return 'text' in part ? { ...part.source, range: { start, end: start + 2 } } : part.source;
    }
    at += length;
  }
  return last;
}
