/** Appends lines to the files of their days, without ever waiting for a disk on the application's thread. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { storedLineText } from '../../core/feedback/interactions/stored-line.ts';
import { PartlyWritten, type LineWriter } from './line-queue.ts';

export class FolderWriter implements LineWriter {
  private isMade = false;
  /** Files whose last line was cut off by a disk that is full: the next one must not be glued to it. */
  private readonly torn = new Set<string>();

  /** `data`: the `.goldset` folder that it lies in, which has to ignore itself; null: the folder is the application's own. */
  constructor(
    private readonly folder: string,
    private readonly data: string | null,
  ) {}

  async write(lines: readonly StoredLine[]): Promise<void> {
    let written = 0;
    try {
      if (!this.isMade) await this.make();
      for (const [day, texts] of daysOf(lines)) {
        const file = path.join(this.folder, `${day}.jsonl`);
        await this.append(file, texts, (count) => (written += count));
      }
    } catch (error) {
      // It may have been removed meanwhile.
      this.isMade = false;
      throw new PartlyWritten(written, error);
    }
  }

  private async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    if (this.data !== null) await ignoreItself(this.data);
    this.isMade = true;
  }

  /** One write a batch, so that several processes may append to the same file. */
  private async append(file: string, texts: readonly string[], written: (lines: number) => void): Promise<void> {
    const handle = await open(file, 'a');
    const before = this.torn.has(file) ? '\n' : '';
    const bytes = Buffer.from(before + texts.join(''));
    let done = 0;
    try {
      while (done < bytes.length) done += (await handle.write(bytes, done)).bytesWritten;
      this.torn.delete(file);
      written(texts.length);
    } catch (error) {
      if (done > 0) this.torn.add(file);
      written(wholeLines(texts, done - before.length));
      throw error;
    } finally {
      await handle.close();
    }
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

/** In the order in which they came, except that lines of one day stand together. */
function daysOf(lines: readonly StoredLine[]): Map<string, string[]> {
  const days = new Map<string, string[]>();
  for (const line of lines) {
    const day = ('interaction' in line ? line.interaction : line.followUp).time.slice(0, 10);
    const texts = days.get(day);
    const text = `${storedLineText(line)}\n`;
    if (texts) texts.push(text);
    else days.set(day, [text]);
  }
  return days;
}

/** How many of the lines so many bytes hold. */
function wholeLines(texts: readonly string[], bytes: number): number {
  let rest = bytes;
  let count = 0;
  for (const text of texts) {
    rest -= Buffer.byteLength(text);
    if (rest < 0) break;
    count++;
  }
  return count;
}
