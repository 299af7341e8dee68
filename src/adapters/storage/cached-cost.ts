/** What the answers of the response cache cost when they were paid for, as the journals of the runs on disk say. */
import { lstatSync } from 'node:fs';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import { systemClock } from '../clock.ts';
import { readLines } from './data-folder/no-follow.ts';
import { ResponseCache } from './response-cache/response-cache.ts';
import { listRuns, storedJournal } from './run-files.ts';

/** Bytes of journals that are read for it, the newest first. */
const MAX_READ = 256 << 20;

export interface CachedCost {
  readonly answers: number;
  /** USD of those whose cost is known. */
  readonly usd: number;
  /** Answers whose cost no stored run knows. */
  readonly unknown: number;
}

/** Reads one journal after the other and leaves the thread to others between them. @throws {ConfigurationError} as `dataFolder`. */
export async function cachedCost(root: string): Promise<CachedCost> {
  const cache = new ResponseCache(root);
  try {
    const open = new Set<string>();
    for (const { key } of cache.entries()) open.add(key);
    const answers = cache.stats().entries;
    let [usd, known, left] = [0, 0, MAX_READ];
    for (const id of listRuns(root)) {
      if (open.size === 0 || left <= 0) break;
      const file = storedJournal(root, id);
      if (file === null) continue;
      left -= lstatSync(file).size;
      readLines(file, (line) => {
        const paid = line === null ? null : paidIn(line);
        if (paid === null || !open.delete(paid.key)) return;
        known++;
        usd += paid.usd;
      });
      await systemClock.yieldToEventLoop();
    }
    return { answers, usd, unknown: Math.max(0, answers - known) };
  } finally {
    cache.close();
  }
}

/** The key of a request and what its answer cost; null: the line is not an answer, or its cost is not known. */
function paidIn(line: string): { readonly key: string; readonly usd: number } | null {
  if (!line.startsWith('{"kind":"answer"')) return null;
  const record = parseJson(line);
  if (!isJsonObject(record)) return null;
  const { key, usd } = record;
  return typeof key === 'string' && typeof usd === 'number' ? { key, usd } : null;
}
