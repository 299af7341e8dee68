/** A person's keys, one at a time, and lines where words are wanted. Standard input is a terminal. */
import { createInterface, emitKeypressEvents, type Key } from 'node:readline';
import { stderr, stdout, type Text } from '../output.ts';
import type { ReviewTerminal } from './terminal-review.ts';

export class Keyboard implements ReviewTerminal {
  private readonly keys: string[] = [];
  private hasEnded = false;
  private wake: () => void = () => undefined;

  constructor() {
    emitKeypressEvents(process.stdin);
    process.stdin.on('keypress', this.pressed);
    process.stdin.once('end', this.ended);
    this.listen();
  }

  show(screen: Text): void {
    stdout.clearScreen();
    stdout.write(screen);
  }

  write(text: Text): void {
    stdout.write(text);
  }

  async key(): Promise<string | null> {
    while (this.keys.length === 0 && !this.hasEnded) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.keys.shift() ?? null;
  }

  async line(question: string): Promise<string | null> {
    process.stdin.off('keypress', this.pressed);
    process.stdin.setRawMode(false);
    const reader = createInterface({ input: process.stdin, output: process.stderr });
    const words = await new Promise<string>((resolve) => {
      reader.once('close', () => resolve(''));
      reader.question(question, resolve);
    });
    reader.close();
    process.stdin.on('keypress', this.pressed);
    this.listen();
    return words.trim() === '' ? null : words.trim();
  }

  /** The terminal is as it was. */
  close(): void {
    process.stdin.off('keypress', this.pressed);
    process.stdin.off('end', this.ended);
    process.stdin.setRawMode(false);
    process.stdin.pause();
    stderr.write('\n');
  }

  private listen(): void {
    process.stdin.setRawMode(true);
    process.stdin.resume();
  }

  private readonly pressed = (text: string | undefined, key: Key): void => {
    // In raw mode the terminal does not interrupt by itself.
    if (key.ctrl === true && (key.name === 'c' || key.name === 'd')) this.ended();
    else this.keys.push(key.name === 'enter' ? 'return' : text !== undefined && /^[?1-9]$/.test(text) ? text : (key.name ?? ''));
    this.wake();
  };

  private readonly ended = (): void => {
    this.hasEnded = true;
    this.wake();
  };
}
