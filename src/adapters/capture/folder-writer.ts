/** Appends lines to the files of their days, without ever waiting for a disk on the application's thread. */
import { mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../core/problems/errors.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { linesByDay } from '../interactions/day-lines.ts';
import { InteractionFiles } from '../interactions/interaction-files.ts';
import { keepRetention } from '../interactions/retention.ts';
import { isPartlyWritten, PartlyWritten } from '../partly-written.ts';
import { appendLines, appendLinesLater } from '../storage/append-lines.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import type { CapturePrices } from './capture-prices.ts';
import type { CaptureRules } from './capture-rules.ts';
import type { LineWriter } from './line-queue.ts';

/** How often days that are too old are looked for, ms. */
const CLEANING_MS = 3_600_000;

/** An application that writes into a workspace keeps what `capture` of its goldset.yaml keeps. */
export class WriterRetention {
  private next = -Infinity;

  /** `tell`: hears what could not be deleted. */
  constructor(
    private readonly root: string,
    private readonly rules: CaptureRules,
    private readonly tell: (problem: string) => void,
  ) {}

  /** At most once an hour. Never rejects: what was written stays written. */
  async follow(): Promise<void> {
    if (performance.now() < this.next) return;
    this.next = performance.now() + CLEANING_MS;
    try {
      const { problems } = await keepRetention(this.root, await this.rules.current(), new Date());
      for (const problem of problems) this.tell(problem);
    } catch (error) {
      this.tell(`Interactions that are too old cannot be deleted: ${messageOf(error)}`);
    }
  }
}

export class FolderWriter implements LineWriter {
  /** The files that were checked, by day. */
  private readonly files = new Map<string, string>();

  /** `root`: of the workspace whose data folder is written; `folder`: one of the application's own. */
  constructor(
    private readonly target: { readonly root: string; readonly retention?: WriterRetention } | { readonly folder: string },
    private readonly prices: CapturePrices | null = null,
  ) {}

  async write(given: readonly StoredLine[]): Promise<void> {
    await this.append(this.prices === null ? given : await this.prices.priced(given));
    if ('root' in this.target) await this.target.retention?.follow();
  }

  /** On disk when it returns. @throws {PartlyWritten} */
  writeNow(given: readonly StoredLine[]): void {
    const lines = this.prices?.pricedNow(given) ?? given;
    if ('root' in this.target) return new InteractionFiles(this.target.root).append(...lines);
    const { folder } = this.target;
    mkdirSync(folder, { recursive: true });
    for (const { day, texts } of linesByDay(lines)) appendLines(path.join(folder, `${day}.jsonl`), texts, { follow: true });
  }

  private async append(lines: readonly StoredLine[]): Promise<void> {
    const written = new Set<number>();
    let failed: { readonly error: unknown } | null = null;
    for (const { day, texts, places } of linesByDay(lines)) {
      try {
        await appendLinesLater(await this.fileOf(day), texts, { follow: 'folder' in this.target });
        for (const place of places) written.add(place);
      } catch (error) {
        // It may have been removed meanwhile.
        this.files.clear();
        if (isPartlyWritten(error)) for (const place of places.slice(0, error.written)) written.add(place);
        failed ??= { error: isPartlyWritten(error) ? error.cause : error };
      }
    }
    if (failed !== null) throw new PartlyWritten(written, failed.error);
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
