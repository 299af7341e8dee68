/** Appends lines to the files of their days, without ever waiting for a disk on the application's thread. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { runsOfDays } from '../interactions/day-runs.ts';
import { isPartlyWritten, PartlyWritten } from '../partly-written.ts';
import { appendLinesLater } from '../storage/append-lines.ts';
import type { LineWriter } from './line-queue.ts';

export class FolderWriter implements LineWriter {
  private isMade = false;

  /** `data`: the `.goldset` folder that it lies in, which has to ignore itself; null: the folder is the application's own. */
  constructor(
    private readonly folder: string,
    private readonly data: string | null,
  ) {}

  async write(lines: readonly StoredLine[]): Promise<void> {
    let written = 0;
    try {
      if (!this.isMade) await this.make();
      for (const { day, texts } of runsOfDays(lines)) {
        await appendLinesLater(path.join(this.folder, `${day}.jsonl`), texts);
        written += texts.length;
      }
    } catch (error) {
      // It may have been removed meanwhile.
      this.isMade = false;
      throw isPartlyWritten(error) ? new PartlyWritten(written + error.written, error.cause) : new PartlyWritten(written, error);
    }
  }

  private async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    if (this.data !== null) await ignoreItself(this.data);
    this.isMade = true;
  }
}

/** As `dataFolder` does it, but without waiting. */
async function ignoreItself(folder: string): Promise<void> {
  try {
    await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
