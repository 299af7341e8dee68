/** Places in a text. Offsets are UTF-16 code units, as in editors; lines and characters count from zero. */

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface LineRange {
  readonly start: Position;
  readonly end: Position;
}

/** Offsets ↔ lines of one text; built once, each look-up is a binary search. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) this.starts.push(i + 1);
  }

  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStart(middle) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - this.lineStart(low) };
  }

  range(range: TextRange): LineRange {
    return { start: this.position(range.start), end: this.position(range.end) };
  }

  offset({ line, character }: Position): number {
    if (line >= this.starts.length) return this.text.length;
    return Math.min(this.lineStart(line) + character, this.text.length);
  }

  private lineStart(line: number): number {
    return this.starts[line] ?? this.text.length;
  }
}

/** Text from outside, without the mark that some programs write at its start. */
export const withoutBom = (text: string): string => text.replace(/^\uFEFF/, '');

/** What identifies a text whatever the editor or the checkout did to it: no BOM, LF line ends. */
export const normaliseText = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

/** A text on one line of at most `length` characters, for messages. */
export function excerpt(text: string, length = 80): string {
  // An invisible character that stands for white space is not white space here: it is shown as a code point.
  const line = text
    .replace(/\r\n/g, '\n')
    .replace(/[^\S\r\u2028\u2029\ufeff]+/g, ' ')
    .replace(/^ | $/g, '');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

export interface TextEdit {
  readonly range: TextRange;
  readonly text: string;
}

/** A text with the edits made. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string =>
  edits
    .toSorted((a, b) => b.range.start - a.range.start)
    .reduce((all, { range, text: replacement }) => all.slice(0, range.start) + replacement + all.slice(range.end), text);
