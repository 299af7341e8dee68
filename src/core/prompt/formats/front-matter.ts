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
  const none = withoutFrontMatter(text);
  const opening = openingFence(text);
  if (opening === null) return none;
  for (const line of linesFrom(text, opening)) {
    if (!FENCE.test(line.text)) continue;
    const frontMatter = text.slice(opening, line.start);
    if (!beginsWithKey(frontMatter) && !isBlank(frontMatter)) return none;
    return {
      frontMatter: { text: frontMatter, offset: opening },
      body: trimmed(text, Math.min(line.start + line.text.length + 1, text.length)),
      unclosed: false,
    };
  }
  return KEY_OF_DOTPROMPT.test(text.slice(opening)) ? { frontMatter: null, body: { text, offset: 0 }, unclosed: true } : none;
}

/** Without a second fence, only a key of the format tells front matter from a rule of Markdown. */
const KEY_OF_DOTPROMPT =
  /^\s*(?:model|config|input|output|name|variant|version|description|metadata|tools|toolDefs|ext|goldset\.\w+)[ \t]*:/;

const FENCE = /^---[ \t]*\r?$/;

function withoutFrontMatter(text: string): SplitFile {
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  return { frontMatter: null, body: { text: text.slice(offset), offset }, unclosed: false };
}

/** What follows a rule of Markdown is prose; front matter begins with a key. */
function beginsWithKey(text: string): boolean {
  for (const line of linesFrom(text, 0)) if (!isBlank(line.text)) return KEY.test(line.text);
  return false;
}

const KEY = /^\s*(?:[\w.$-]+|"[^"]*"|'[^']*')[ \t]*:(?:\s|$)|^\s*[{[<&!%]/;

/** Nothing but white space and comments. */
const isBlank = (text: string): boolean => text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));

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
