/**
 * The only way to a terminal. What is written loses its control sequences here, so that no model output or file name can move the
 * cursor, change a title or hide text; styling of our own is a `Styled` text, which keeps it.
 */
import { plainText } from '../core/plain-text.ts';

/** Text that has been stripped, with styling of ours. Only `paint`, `styled` and `joined` make it. */
class Styled {
  /** Brands the type: no other object fits. */
  protected readonly isStripped = true;

  constructor(readonly text: string) {}
}

/** What can be written: a text from anywhere, or a styled one. */
export type Text = string | Styled;

const stripped = (text: Text): string => (text instanceof Styled ? text.text : plainText(text));

/** A text in a style; the text itself is stripped. `code`: of Select Graphic Rendition, such as 31 for red. */
export const paint = (code: number, text: Text): Text => new Styled(`\u001b[${code}m${stripped(text)}\u001b[0m`);

/** A template whose values are stripped, except those that are styled. */
export const styled = (parts: TemplateStringsArray, ...values: readonly (Text | number)[]): Text =>
  new Styled(parts.map((part, i) => (i === 0 ? '' : stripped(textOf(values[i - 1]))) + part).join(''));

/** Texts one after the other; each is stripped unless it is styled. */
export const joinedText = (texts: readonly Text[], separator: string): Text => new Styled(texts.map(stripped).join(separator));

const textOf = (value: Text | number | undefined): Text => (typeof value === 'number' ? String(value) : (value ?? ''));

/** JSON with escapes in place of the characters that `plainText` drops: on a terminal it is harmless, and its values stay whole. */
const harmlessJson = (json: string): string =>
  json.replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Standard output or standard error. */
export class TerminalOutput {
  constructor(private readonly stream: Pick<NodeJS.WriteStream, 'write' | 'on' | 'once' | 'isTTY' | 'columns'>) {}

  /** Whether a person may be reading along. */
  get isTTY(): boolean {
    return this.stream.isTTY;
  }

  /** Characters in a line; undefined: it is no terminal. */
  get columns(): number | undefined {
    return this.stream.columns;
  }

  write(text: Text): void {
    this.stream.write(stripped(text));
  }

  /** A value and a line break. `indent`: spaces; 0: all on one line. */
  json(value: unknown, indent = 2): void {
    this.stream.write(`${harmlessJson(JSON.stringify(value, null, indent))}\n`);
  }

  /** A long text of JSON, piece by piece, as fast as it is read. */
  async jsonPieces(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      if (!this.stream.write(harmlessJson(piece))) await new Promise((resolve) => this.stream.once('drain', resolve));
    }
  }

  /** Puts a line in the place of the one that the cursor is in, cut to the width of the terminal. */
  redraw(line: string): void {
    this.stream.write(`\r\u001b[K${plainText(line).slice(0, (this.columns ?? 80) - 1)}`);
  }

  /** Empties the line that the cursor is in. */
  clearLine(): void {
    this.redraw('');
  }

  /** Ends the process when its reader is gone, as in `goldset models | head`: that is no error of ours. */
  endWithReader(): void {
    this.stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}

export const stdout = new TerminalOutput(process.stdout);
export const stderr = new TerminalOutput(process.stderr);

/** Whether a person can be asked: standard input and standard error are a terminal. */
export const isInteractive = (): boolean => process.stdin.isTTY && stderr.isTTY;

/** Asks a person on standard error. True: the answer is yes. */
export async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(plainText(question));
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
