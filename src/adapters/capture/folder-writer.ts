/** Appends lines to the files of their days, without ever waiting for a disk on the application's thread. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { runsOfDays } from '../interactions/day-runs.ts';
import { isPartlyWritten, PartlyWritten } from '../partly-written.ts';
import { appendLinesLater } from '../storage/append-lines.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import type { LineWriter } from './line-queue.ts';

export class FolderWriter implements LineWriter {
  /** The files that were checked, by day. */
  private readonly files = new Map<string, string>();

  /** `root`: of the workspace whose data folder is written; `folder`: one of the application's own. */
  constructor(private readonly target: { readonly root: string } | { readonly folder: string }) {}

  async write(lines: readonly StoredLine[]): Promise<void> {
    let written = 0;
    try {
      for (const { day, texts } of runsOfDays(lines)) {
        await appendLinesLater(await this.fileOf(day), texts, { follow: 'folder' in this.target });
        written += texts.length;
      }
    } catch (error) {
      // It may have been removed meanwhile.
      this.files.clear();
      throw isPartlyWritten(error) ? new PartlyWritten(written + error.written, error.cause) : new PartlyWritten(written, error);
    }
  }

  /** The data folder is checked for the first line of a day, and after each failure. @throws {ConfigurationError} when it must not be used. */
  private async fileOf(day: string): Promise<string> {
    const known = this.files.get(day);
    if (known !== undefined) return known;
    const name = `${day}.jsonl`;
    if ('folder' in this.target) await mkdir(this.target.folder, { recursive: true });
    const file =
      'folder' in this.target ? path.join(this.target.folder, name) : dataFolder(this.target.root).writable('interactions', name);
    this.files.clear();
    this.files.set(day, file);
    return file;
  }
}
