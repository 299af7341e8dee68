/** Applies every rule of retention to `.goldset/` at once. */
import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { messageOf } from '../../core/errors.ts';
import { addUp } from '../interactions/read-insights.ts';
import { keepRetention } from '../interactions/retention.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { isAlive } from '../storage/process-identity.ts';
import { DEFAULT_LIMITS, pruneCache } from '../storage/response-cache/prune.ts';
import { removeOldRuns } from '../storage/run-retention.ts';
import { storedData, type StoredData } from './stored-data.ts';

export interface PrunedData {
  /** Bytes and files that are gone, by kind; kinds of which nothing is gone are left out. */
  readonly removed: readonly { readonly kind: string; readonly files: number; readonly bytes: number }[];
  /** What could not be deleted, as sentences. */
  readonly problems: readonly string[];
  /** What is left. */
  readonly data: StoredData;
}

/** @throws {ConfigurationError} when the data folder must not be used. */
export async function pruneData(root: string, config: GoldsetConfig, now: Date): Promise<PrunedData> {
  const before = storedData(root, config);
  const problems: string[] = [...removeOldRuns(root, config.keepRuns, now).problems];
  try {
    pruneCache(root, DEFAULT_LIMITS, now.getTime());
  } catch (error) {
    problems.push(messageOf(error));
  }
  problems.push(...(await keepRetention(root, config.capture, now, () => addUp(root))).problems);
  problems.push(...removeUnfinished(root, now));
  const data = storedData(root, config);
  const removed = data.kinds.flatMap(({ kind, files, bytes }) => {
    const old = before.kinds.find((item) => item.kind === kind);
    const gone = (old?.files ?? 0) - files;
    return gone > 0 ? [{ kind, files: gone, bytes: Math.max(0, (old?.bytes ?? 0) - bytes) }] : [];
  });
  return { removed, problems, data };
}

/** Of a process that was killed while it replaced a file. */
const UNFINISHED = /\.(\d+)-[0-9a-f]{8}\.new$/;
/** ms after which such a file is left behind, whatever runs under the number of its process by now. */
const OLD = 3_600_000;

/** Halves of files that a killed process was about to put in place: they may hold text that is deleted everywhere else. */
function removeUnfinished(root: string, now: Date): string[] {
  const folder = dataFolder(root);
  const problems: string[] = [];
  const walk = (names: readonly string[]): void => {
    for (const name of folder.list('files', ...names)) {
      const pid = UNFINISHED.exec(name)?.[1];
      const file = pid === undefined ? null : folder.readable(...names, name);
      if (file === null) continue;
      const age = now.getTime() - (lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime());
      if (isAlive(Number(pid)) && age < OLD) continue;
      try {
        rmSync(file, { force: true });
      } catch (error) {
        problems.push(`${path.basename(file)}: ${messageOf(error)}`);
      }
    }
    for (const name of folder.list('folders', ...names)) walk([...names, name]);
  };
  walk([]);
  return problems;
}
