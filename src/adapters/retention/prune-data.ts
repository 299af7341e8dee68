/** Applies every rule of retention to `.goldset/` at once. */
import path from 'node:path';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { addUp } from '../interactions/read-insights.ts';
import { keepRetention } from '../interactions/retention.ts';
import { DEFAULT_LIMITS, pruneCache } from '../storage/response-cache/prune.ts';
import { removeUnfinished } from '../storage/data-folder/unfinished-files.ts';
import { DATA_FOLDER, dataFolder } from '../storage/data-folder/data-folder.ts';
import { removeOldRuns } from '../storage/run-retention.ts';
import { pruneTries } from '../tries/try-store.ts';
import { storedData, type StoredData } from './stored-data.ts';

export interface PrunedData {
  /** Bytes and files that are gone, by kind; kinds of which nothing is gone are left out. */
  readonly removed: readonly { readonly kind: string; readonly files: number; readonly bytes: number }[];
  /** What could not be deleted, as sentences. */
  readonly problems: readonly string[];
  /** What is left. */
  readonly data: StoredData;
}

/** For a thread. */
export interface PruneJob {
  readonly root: string;
  readonly config: GoldsetConfig;
  /** ms since 1970. */
  readonly now: number;
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
  for (const name of dataFolder(root).list('folders', 'sources')) {
    const copies = path.join(root, DATA_FOLDER, 'sources', name);
    problems.push(...(await keepRetention(copies, config.capture, now, () => addUp(copies))).problems);
  }
  problems.push(...pruneTries(root, now));
  problems.push(...removeUnfinished(root, [], now));
  const data = storedData(root, config);
  const removed = data.kinds.flatMap(({ kind, files, bytes }) => {
    const old = before.kinds.find((item) => item.kind === kind);
    const gone = (old?.files ?? 0) - files;
    return gone > 0 ? [{ kind, files: gone, bytes: Math.max(0, (old?.bytes ?? 0) - bytes) }] : [];
  });
  return { removed, problems, data };
}
