/** Questions with numbered answers, on standard error, so that standard output has only what a command prints. */
import { createInterface, type Interface } from 'node:readline';
import { stderr } from './output.ts';

export interface NumberedChoice {
  readonly label: string;
  /** Behind the label; empty: nothing. */
  readonly note: string;
}

/** Reads the answers of one command: lines that were typed ahead answer the next question. */
export class Questions {
  private readonly terminal: Interface;
  private readonly lines: string[] = [];
  private hasEnded = false;
  private wake: () => void = () => undefined;

  constructor() {
    this.terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: 'Number [1]: ' });
    this.terminal.on('line', (line) => {
      this.lines.push(line);
      this.wake();
    });
    this.terminal.on('close', () => {
      this.hasEnded = true;
      this.wake();
    });
  }

  /** Asks until one of the choices is named by its number; Enter alone takes the first. Null: standard input ended. */
  async choose(question: string, choices: readonly NumberedChoice[]): Promise<number | null> {
    const width = String(choices.length).length;
    const rows = choices.map(({ label, note }, i) => `  ${String(i + 1).padStart(width)}  ${label}${note === '' ? '' : `  (${note})`}\n`);
    stderr.write(`${question}\n${rows.join('')}`);
    for (;;) {
      this.terminal.prompt();
      const value = await this.nextLine();
      if (value === null) return null;
      const number = value.trim() === '' ? 1 : Number(value);
      if (Number.isInteger(number) && number >= 1 && number <= choices.length) return number - 1;
      stderr.write(`Type a number from 1 to ${choices.length}.\n`);
    }
  }

  /** The process need not wait for the terminal any more. */
  close(): void {
    this.terminal.close();
    process.stdin.unref();
  }

  private async nextLine(): Promise<string | null> {
    while (this.lines.length === 0 && !this.hasEnded) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.lines.shift() ?? null;
  }
}
