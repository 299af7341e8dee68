/** Waits until one of some files changes. */
import { messageOf } from '../../core/problems/errors.ts';
import { isGoldenPath, isPromptPath } from '../../core/prompt/formats/prompt-name.ts';
import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

/** ms of silence after the last change: editors save in several steps. */
const SETTLE = 120;

/** ms between two looks at files whose folder cannot be watched. */
const LOOK_MS = 1000;

/** `since`: ms since 1970. A file that is gone is not newer. */
const isNewer = (files: readonly string[], since: number): boolean =>
  files.some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > since);

/**
 * True: something changed after `since` (ms since 1970). False: the signal aborted, or nothing is left to watch.
 * `tell`: hears that a folder cannot be watched. Folders are watched, since editors replace files, and a new prompt or golden set in one of them is a change too.
 */
export function untilChanged(
  files: readonly string[],
  since: number,
  signal: AbortSignal,
  tell: (problem: string) => void,
): Promise<boolean> {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const names = folders.get(path.dirname(file)) ?? new Set();
    folders.set(path.dirname(file), names.add(path.basename(file)));
  }
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = [];
    let timer: NodeJS.Timeout | null = null;
    let looking: NodeJS.Timeout | null = null;
    const end = (changed: boolean): void => {
      if (timer) clearTimeout(timer);
      if (looking) clearInterval(looking);
      for (const watcher of watchers) watcher.close();
      signal.removeEventListener('abort', cancel);
      resolve(changed);
    };
    const cancel = (): void => end(false);
    signal.addEventListener('abort', cancel, { once: true });
    for (const [folder, names] of folders) {
      if (!existsSync(folder)) continue;
      try {
        const watcher = watch(folder, (_event, name) => {
          if (name !== null && !names.has(name) && !isPromptPath(name) && !isGoldenPath(name) && name !== 'goldset.yaml') return;
          if (timer) clearTimeout(timer);
          timer = setTimeout(() => end(true), SETTLE);
        });
        // A folder that is gone is a change too.
        watcher.on('error', () => end(true));
        watchers.push(watcher);
      } catch (error) {
        // The system has no more watchers, such as on a machine with many editors.
        if (looking === null) tell(`${folder} cannot be watched (${messageOf(error)}): its files are looked at every ${LOOK_MS / 1000} s.`);
        looking ??= setInterval(() => {
          if (isNewer(files, since)) end(true);
        }, LOOK_MS);
      }
    }
    // Only now: what is saved between a look at the files and the watchers would be seen by neither.
    if (isNewer(files, since)) end(true);
    else if (signal.aborted || (watchers.length === 0 && looking === null)) end(false);
  });
}
