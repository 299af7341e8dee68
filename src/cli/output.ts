/**
 * The only way to a terminal. Control characters and what cannot be seen are shown as code points here, so that no model output or file
 * name can move the cursor, change a title or hide text, and no line of it is a command for a CI system; styling of our own is a `Styled` text, which keeps it.
 */
import { isReadByCi, jsonWithoutCiCommands, PiecesWithoutCiCommands } from '../core/display/ci-commands.ts';
import { ConfigurationError, messageOf } from '../core/problems/errors.ts';
import { visibleControls, visibleJson } from '../core/display/visible-controls.ts';

/** Text that is made visible, with styling of ours. Only `paint`, `styled`, `joinedText` and `shownMarkdown` make it. */
class Styled {
  /** Brands the type: no other object fits. */
  protected readonly isVisible = true;

  constructor(readonly text: string) {}
}

/** What can be written: a text from anywhere, or a styled one. */
export type Text = string | Styled;

const visible = (text: Text): string => (text instanceof Styled ? text.text : visibleControls(text));

/** A text in a style; its own control characters are shown. `code`: of Select Graphic Rendition, such as 31 for red. */
export const paint = (code: number, text: Text): Text => new Styled(`\u001b[${code}m${visible(text)}\u001b[0m`);

/** A template whose values have their control characters shown, except those that are styled. */
export const styled = (parts: TemplateStringsArray, ...values: readonly (Text | number)[]): Text =>
  new Styled(parts.map((part, i) => (i === 0 ? '' : visible(textOf(values[i - 1]))) + part).join(''));

/** Texts one after the other; control characters of each are shown unless it is styled. */
export const joinedText = (texts: readonly Text[], separator: string): Text => new Styled(texts.map(visible).join(separator));

/** Markdown of `summary`: its texts from outside are visible already, and the characters that make mentions harmless stay. */
export const shownMarkdown = (text: string): Text => new Styled(text);

/** JSON in which nothing hides from a person and nothing commands a CI system. */
const harmlessJson = (json: string): string => (isReadByCi(process.env) ? jsonWithoutCiCommands(visibleJson(json)) : visibleJson(json));

const textOf = (value: Text | number | undefined): Text => (typeof value === 'number' ? String(value) : (value ?? ''));

/** Standard output or standard error. */
export class TerminalOutput {
  private ended = false;
  private readonly pieces = new PiecesWithoutCiCommands();
  /** Those who wait until more can be written. */
  private readonly waiters = new Set<() => void>();
  private failed: ((error: ConfigurationError) => void) | null = null;

  /** Several bundles have an output of their own for the same stream: each of them hears of its end. */
  constructor(private readonly stream: Pick<NodeJS.WriteStream, 'write' | 'on' | 'once' | 'isTTY' | 'columns'>) {
    stream.on('error', (error: NodeJS.ErrnoException) => this.end(error));
  }

  /** Whether a person may be reading along. */
  get isTTY(): boolean {
    return this.stream.isTTY;
  }

  /** Characters in a line; undefined: it is no terminal. */
  get columns(): number | undefined {
    return this.stream.columns;
  }

  write(text: Text): void {
    this.put(isReadByCi(process.env) ? this.pieces.next(visible(text)) : visible(text));
  }

  /** A line that is a command for the CI system, with its values escaped by its rules. */
  ciCommand(line: string): void {
    this.put(`${line}\n`);
  }

  /** A value and a line break. `indent`: spaces; 0: all on one line. */
  json(value: unknown, indent = 2): void {
    this.put(`${harmlessJson(JSON.stringify(value, null, indent))}\n`);
  }

  /** A long text of JSON, piece by piece, as fast as it is read. Ends early when the reader is gone. */
  async jsonPieces(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      if (this.hasEnded) return;
      if (!this.stream.write(harmlessJson(piece))) await this.drained();
    }
  }

  /** Puts a line in the place of the one that the cursor is in, cut to the width of the terminal. */
  redraw(line: string): void {
    this.put(`\r\u001b[K${visibleControls(line).slice(0, (this.columns ?? 80) - 1)}`);
  }

  /** Empties the screen; what was on it can be scrolled to. */
  clearScreen(): void {
    this.put('\u001b[2J\u001b[H');
  }

  /** Empties the line that the cursor is in. */
  clearLine(): void {
    this.redraw('');
  }

  /** Whether the reader is gone, or nothing can be written any more. */
  get hasEnded(): boolean {
    return this.ended;
  }

  /** `failed` hears, once, that nothing can be written, because the disk is full for example. A reader that is gone is no failure. */
  watch(failed: (error: ConfigurationError) => void): void {
    this.failed = failed;
  }

  /** A reader that is gone, as in `goldset models | head`, is no error: the command goes on to its own end, and the rest is not written. */
  private end(error: NodeJS.ErrnoException): void {
    const isFirst = !this.ended;
    this.ended = true;
    for (const resolve of this.waiters) resolve();
    this.waiters.clear();
    if (!isFirst || error.code === 'EPIPE') return;
    this.failed?.(
      new ConfigurationError(
        'output/write',
        `The output cannot be written: ${messageOf(error)}`,
        'Check the disk, or write to another file. Report files that were named with --report are written.',
      ),
    );
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.add(resolve);
      this.stream.once('drain', () => {
        this.waiters.delete(resolve);
        resolve();
      });
    });
  }

  private put(text: string): void {
    if (!this.ended) this.stream.write(text);
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
  const answer = await terminal.question(visibleControls(question));
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
