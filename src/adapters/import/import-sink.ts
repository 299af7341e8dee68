/** Where imported lines go: redacted, each once, several in one write. */
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { storedLineText, readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import type { CapturePrices } from '../capture/capture-prices.ts';
import type { InteractionFiles } from '../interactions/interaction-files.ts';
import { dayOf } from '../interactions/day-lines.ts';
import { KnownLines } from './known-lines.ts';

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

  /** `isTrial`: nothing is written. `prices`: by which calls without a cost get theirs; null: by those of the day when they are read. */
  constructor(
    private readonly files: InteractionFiles,
    private readonly redact: (line: StoredLine) => StoredLine,
    private readonly isTrial: boolean,
    private readonly prices: Pick<CapturePrices, 'load' | 'pricedNow'> | null = null,
  ) {
    this.known = new KnownLines(files, () => this.flush());
  }

  /** Before lines are added: what their models cost. */
  async expect(lines: readonly StoredLine[]): Promise<void> {
    if (!this.isTrial) await this.prices?.load(lines);
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
    // The lines of a day together: one write for each.
    const priced = [...(this.prices?.pricedNow(waiting) ?? waiting)];
    this.files.append(...priced.sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : dayOf(a) > dayOf(b) ? 1 : 0)));
  }
}
