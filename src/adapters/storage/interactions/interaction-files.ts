/** Interactions on disk: `.goldset/interactions/DAY.jsonl`, one line each, only ever appended to; read line by line, however long a day is. */
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import { readInteraction, type Interaction } from '../../../core/feedback/interaction.ts';
import { dataFolder } from '../run-files.ts';

const DAY_FILE = /^\d{4}-\d{2}-\d{2}\.jsonl$/;
const CHUNK = 1 << 20;
/** A line that is longer is none of ours. Bytes. */
const MAX_LINE = 32 << 20;
const NEWLINE = 10;

export interface ReadCounts {
  readonly interactions: number;
  /** Lines that are none, the place of the first, and why. */
  readonly refused: { readonly count: number; readonly first: string | null };
}

export class InteractionFiles {
  constructor(private readonly root: string) {}

  /** On disk when it returns, in the file of the day that it began. @throws when that cannot be written. */
  append(interaction: Interaction): void {
    mkdirSync(this.folder, { recursive: true });
    // One write a line: several processes may append to the same day.
    appendFileSync(path.join(this.folder, `${interaction.time.slice(0, 10)}.jsonl`), `${JSON.stringify(interaction)}\n`);
  }

  /** In the order of days. `since`: a day, such as 2026-11-01; null: all that is stored. */
  read(since: string | null, take: (interaction: Interaction) => void): ReadCounts {
    let interactions = 0;
    let refused = 0;
    let first: string | null = null;
    for (const name of this.days(since)) {
      let line = 0;
      for (const text of linesOf(path.join(this.folder, name))) {
        line++;
        if (text !== null && text.trim() === '') continue;
        const read = text === null ? { problem: `It is longer than ${MAX_LINE >> 20} MB.` } : readInteraction(text);
        if ('interaction' in read) {
          interactions++;
          take(read.interaction);
        } else {
          refused++;
          first ??= `${name}, line ${line}: ${read.problem}`;
        }
      }
    }
    return { interactions, refused: { count: refused, first } };
  }

  /** Names of the days' files, oldest first. */
  days(since: string | null): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => DAY_FILE.test(name) && (since === null || name.slice(0, 10) >= since))
      .sort();
  }

  private get folder(): string {
    return path.join(dataFolder(this.root), 'interactions');
  }
}

/** A torn last line is left out: whoever writes it is not done. Null: a line that is too long. */
function* linesOf(file: string): Generator<string | null> {
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    let rest: Buffer = Buffer.alloc(0);
    let isTooLong = false;
    for (let read = readSync(descriptor, chunk, 0, CHUNK, null); read > 0; read = readSync(descriptor, chunk, 0, CHUNK, null)) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        yield isTooLong ? null : bytes.toString('utf8', start, end);
        isTooLong = false;
        start = end + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
      if (rest.length > MAX_LINE) {
        isTooLong = true;
        rest = Buffer.alloc(0);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
