/** Looks that take long, kept while the files that they were read from are as they were: another choice of *Days* and back reads nothing again. */
import path from 'node:path';
import { dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { statsOf } from '../../adapters/workspace/file-stats.ts';
import { filesBelow } from '../../adapters/workspace/files-below.ts';
import { Newest } from '../../core/collections/newest.ts';
import { isGoldenPath } from '../../core/prompt/formats/prompt-name.ts';

/** As many as a page has choices. */
const MOST_KEPT = 16;

interface Kept {
  readonly stamp: string;
  /** What gives it up; null: nothing does. */
  readonly stop: AbortSignal | null;
  readonly look: Promise<unknown>;
}

export class KeptLooks {
  private readonly kept = new Newest<Kept>(MOST_KEPT);

  /** `name`: what was asked. `stamp`: of what it is read from. What fails is not kept, nor what `stop` gave up. */
  of<T>(name: string, stamp: string, read: () => Promise<T>, stop: AbortSignal | null = null): Promise<T> {
    const known = this.kept.get(name);
    if (known?.stamp === stamp && known.stop?.aborted !== true) return known.look as Promise<T>;
    const own = { stamp, stop, look: read() };
    this.kept.set(name, own);
    own.look.catch(() => {
      if (this.kept.get(name) === own) this.kept.delete(name);
    });
    return own.look;
  }

  clear(): void {
    this.kept.clear();
  }
}

/** Everything that a look at failures or drift reads of a workspace: records, feedback, labels, golden sets and settings. */
export function stampOfLooks(root: string): string {
  const records = dataFolder(root)
    .list('files', 'interactions')
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => path.join('.goldset', 'interactions', name));
  const own = filesBelow(root, '').filter(
    (name) => name === 'goldset.yaml' || /^(?:feedback|labels)\/.*\.jsonl$/.test(name) || isGoldenPath(name),
  );
  return [...records, ...own]
    .map((name) => {
      const stats = statsOf(path.join(root, name));
      return stats === null ? name : `${name} ${stats.size} ${stats.mtimeMs}`;
    })
    .join('\n');
}
