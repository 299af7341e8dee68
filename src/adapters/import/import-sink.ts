/** Where imported lines go: redacted, each once, several in one write. */
import { closeSync, existsSync, fstatSync, openSync, readSync, appendFileSync } from 'node:fs';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { storedLineText, readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import type { InteractionFiles } from '../interactions/interaction-files.ts';
import { dayOf, KnownLines } from './known-lines.ts';

/** Lines, and characters of them, that wait for one write. */
const BATCH = { lines: 500, characters: 4 << 20 };

export interface ImportCounts {
  interactions: number;
  /** Signals and chunks of interactions that are written apart. */
  followUps: number;
  /** They were there before. */
  known: number;
}

export class ImportSink {
  readonly counts: ImportCounts = { interactions: 0, followUps: 0, known: 0 };
  private readonly known: KnownLines;
  private waiting: StoredLine[] = [];
  private characters = 0;
  private readonly mended = new Set<string>();

  /** `isTrial`: nothing is written. */
  constructor(
    private readonly files: InteractionFiles,
    private readonly redact: (line: StoredLine) => StoredLine,
    private readonly isTrial: boolean,
  ) {
    this.known = new KnownLines(files, () => this.flush());
  }

  /** Why it cannot be taken; null: it is, or it is there already. @throws when it cannot be written. */
  add(given: StoredLine): string | null {
    const text = storedLineText(this.redact(given));
    // As it will be read: what the file's form does not hold is not there for the comparison either.
    const line = readStoredLine(text);
    if ('problem' in line) return line.problem;
    const known = this.known.take(line, storedLineText(line));
    if (known === 'other') return 'Another row has the same id. Map `id` to a unique column, or leave it unmapped.';
    if (known === 'same') {
      this.counts.known++;
      return null;
    }
    if ('interaction' in line) this.counts.interactions++;
    else this.counts.followUps++;
    this.waiting.push(line);
    this.characters += text.length;
    if (this.waiting.length >= BATCH.lines || this.characters >= BATCH.characters) this.flush();
    return null;
  }

  /** All of them are on disk when it returns. @throws when they cannot be written. */
  flush(): void {
    const { waiting } = this;
    this.waiting = [];
    this.characters = 0;
    if (waiting.length === 0 || this.isTrial) return;
    for (const day of new Set(waiting.map(dayOf))) this.mend(day);
    this.files.append(...waiting);
  }

  /** A line that a killed process has not finished stays what it is, and the next one begins on its own. */
  private mend(day: string): void {
    const file = this.files.fileOf(day);
    if (this.mended.has(day) || !existsSync(file)) return;
    this.mended.add(day);
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const last = Buffer.alloc(1);
      if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 10) appendFileSync(file, '\n');
    } finally {
      closeSync(descriptor);
    }
  }
}
