/** A file that begins with YAML between two fences. Unlike dotprompt, what is between them is YAML whatever it says. */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import type { Slice } from './front-matter.ts';

export interface FencedFile {
  /** Null: the file has no front matter, or it is not closed. */
  readonly frontMatter: Slice | null;
  readonly body: Slice;
}

/** `fence`: what a line of only the fence looks like, with its characters as a group. An opening without an end is an error. */
export function readFencedFile(text: string, fence: RegExp, diagnostics: Diagnostics): FencedFile {
  const lines = [...text.matchAll(/[^\n]*(?:\n|$)/g)];
  const isFence = (line: string): boolean => fence.test(line.replace(/\r?\n$/, ''));
  const first = lines.findIndex(([line]) => line.replace(/^\uFEFF/, '').trim() !== '');
  const opening = lines[first];
  const whole = bodyFrom(text, 0);
  if (opening === undefined || !isFence(opening[0].replace(/^\uFEFF/, ''))) return { frontMatter: null, body: whole };
  const start = opening.index + opening[0].length;
  const closing = lines.slice(first + 1).find(([line]) => isFence(line));
  if (closing === undefined) {
    const at = opening.index + opening[0].search(/[^\s\uFEFF]/);
    diagnostics.error(
      'prompt/front-matter-unclosed',
      'The front matter is not closed.',
      { start: at, end: at + 3 },
      'Add a line `---` after its last key.',
    );
    return { frontMatter: null, body: whole };
  }
  return {
    frontMatter: { text: text.slice(start, closing.index), offset: start },
    body: bodyFrom(text, closing.index + closing[0].length),
  };
}

/** Without white space at its start. */
function bodyFrom(text: string, start: number): Slice {
  const rest = text.slice(start);
  const blank = rest.length - rest.replace(/^[\s\uFEFF]+/, '').length;
  return { text: rest.slice(blank), offset: start + blank };
}
