/** Splits a file into YAML front matter and body, with offsets. Blank lines and `#` licence lines may come first. */

export interface Slice {
  readonly text: string;
  readonly offset: number;
}

export interface SplitFile {
  /** Null when the file has none. */
  readonly frontMatter: Slice | null;
  readonly body: Slice;
  /** The opening `---` was never closed. */
  readonly unclosed: boolean;
}

export function splitFrontMatter(text: string): SplitFile {
  const opening = openingFence(text);
  if (opening === null) {
    const offset = text.startsWith('\uFEFF') ? 1 : 0;
    return { frontMatter: null, body: { text: text.slice(offset), offset }, unclosed: false };
  }
  for (const line of linesFrom(text, opening)) {
    if (!/^---[ \t]*\r?$/.test(line.text)) continue;
    return {
      frontMatter: { text: text.slice(opening, line.start), offset: opening },
      body: trimmed(text, Math.min(line.start + line.text.length + 1, text.length)),
      unclosed: false,
    };
  }
  return { frontMatter: null, body: { text, offset: 0 }, unclosed: true };
}

/** Offset just after the line of the opening fence, or null. */
function openingFence(text: string): number | null {
  for (const line of linesFrom(text, 0)) {
    const content = line.text.replace(/^\uFEFF/, '').trimEnd();
    if (content === '---') return Math.min(line.start + line.text.length + 1, text.length);
    if (content !== '' && !content.startsWith('#')) return null;
  }
  return null;
}

function* linesFrom(text: string, start: number): Generator<{ text: string; start: number }> {
  let at = start;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const stop = end === -1 ? text.length : end;
    yield { text: text.slice(at, stop), start: at };
    at = stop + 1;
  }
}

function trimmed(text: string, from: number): Slice {
  const body = text.slice(from);
  const start = body.length - body.trimStart().length;
  return { text: body.trim(), offset: from + start };
}
