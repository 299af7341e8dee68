/** What removes indentation: for each function, the spans of a text that it deletes. */
import { HOLE, type FlatSpan } from './draft.ts';

/** Lines of a text with their offsets, without line ends. */
function* linesOf(text: string): Generator<{ readonly start: number; readonly line: string }> {
  let start = 0;
  for (const line of text.split('\n')) {
    yield { start, line };
    start += line.length + 1;
  }
}

/** Python's `textwrap.dedent`: the white space that all lines share; lines of white space become empty. */
export function textwrapDedent(text: string): FlatSpan[] {
  let margin: string | null = null;
  for (const { line } of linesOf(text)) {
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    if (indent.length === line.length) continue;
    margin = margin === null ? indent : sharedStart(margin, indent);
  }
  const shared = margin ?? '';
  return [...linesOf(text)].flatMap(({ start, line }) => {
    const length = /^[ \t]*$/.test(line) ? line.length : shared.length;
    return length > 0 ? [{ start, end: start + length }] : [];
  });
}

function sharedStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

/** Python's `inspect.cleandoc`: the first line is stripped, the others lose their shared indentation, empty ends are dropped. Tabs are not expanded. */
export function cleandoc(text: string): FlatSpan[] {
  const lines = [...linesOf(text)];
  const rest = lines.slice(1).filter(({ line }) => line.trim() !== '');
  const margin = rest.length === 0 ? 0 : Math.min(...rest.map(({ line }) => line.length - line.trimStart().length));
  const kept = lines.map(({ start, line }, i) => ({
    start,
    line,
    cut: i === 0 ? line.length - line.trimStart().length : Math.min(margin, line.length),
  }));
  const isEmpty = ({ line, cut }: { line: string; cut: number }): boolean => line.length === cut;
  const first = kept.findIndex((line) => !isEmpty(line));
  const last = kept.findLastIndex((line) => !isEmpty(line));
  if (first === -1) return text === '' ? [] : [{ start: 0, end: text.length }];
  const spans: FlatSpan[] = [];
  kept.forEach(({ start, cut }, i) => {
    if (i < first || i > last) return;
    spans.push(i === first ? { start: 0, end: start + cut } : { start, end: start + cut });
  });
  const end = kept[last];
  if (end && last < kept.length - 1) spans.push({ start: end.start + end.line.length, end: text.length });
  return spans.filter((span) => span.end > span.start);
}

/** The npm package `dedent`: the smallest indentation of a line with text, then both ends trimmed. */
export function npmDedent(text: string): FlatSpan[] {
  const indents = [...linesOf(text)].flatMap(({ line }) => /^(\s+)\S+/.exec(line)?.[1]?.length ?? []);
  const margin = indents.length === 0 ? 0 : Math.min(...indents);
  const spans = [...linesOf(text)].flatMap(({ start, line }) =>
    margin > 0 && /^[ \t]/.test(line) ? [{ start, end: start + Math.min(margin, line.length) }] : [],
  );
  return withTrim(text, spans);
}

/** `stripIndent` of common-tags: the smallest indentation of a line with text, cut from every line that has as much, then trimmed. */
export function stripIndent(text: string): FlatSpan[] {
  const indents = [...linesOf(text)].flatMap(({ line }) => /^([^\S\n]*)\S/.exec(line)?.[1]?.length ?? []);
  const margin = indents.length === 0 ? 0 : Math.min(...indents);
  const spans = [...linesOf(text)].flatMap(({ start, line }) =>
    margin > 0 && line.length >= margin ? [{ start, end: start + margin }] : [],
  );
  return withTrim(text, spans);
}

/** What `trim` or `strip` deletes. */
export function trimSpans(text: string, ends: 'both' | 'start' | 'end' = 'both'): FlatSpan[] {
  const lead = ends === 'end' ? 0 : text.length - text.trimStart().length;
  const tail = ends === 'start' ? 0 : text.length - text.trimEnd().length;
  if (lead === text.length) return text === '' ? [] : [{ start: 0, end: text.length }];
  const spans = [
    { start: 0, end: lead },
    { start: text.length - tail, end: text.length },
  ];
  return spans.filter((span) => span.end > span.start);
}

/** The spans, and what a trim of the remaining text deletes. */
function withTrim(text: string, spans: readonly FlatSpan[]): FlatSpan[] {
  const isCut = new Uint8Array(text.length);
  for (const span of spans) isCut.fill(1, span.start, span.end);
  const isBlank = (at: number): boolean => isCut[at] === 1 || (text[at] !== HOLE && /\s/.test(text[at] ?? ''));
  let start = 0;
  while (start < text.length && isBlank(start)) start++;
  let end = text.length;
  while (end > start && isBlank(end - 1)) end--;
  const inner = spans.flatMap((span) => {
    const cut = { start: Math.max(span.start, start), end: Math.min(span.end, end) };
    return cut.end > cut.start ? [cut] : [];
  });
  return [{ start: 0, end: start }, ...inner, { start: end, end: text.length }].filter((span) => span.end > span.start);
}
