/** Recordings: answers of the cache as JSON Lines, for CI (`run --cache frozen`). They name no account and hold no key. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { isJsonObject, parseJson } from '../../../core/json/json.ts';
import type { ResponseCache } from './response-cache.ts';
import { ANY } from './entry.ts';
import { responseOf } from './stored-response.ts';

/** `keys` null: all. In the order of the keys, so that a repository sees small changes. Gives how many were written. */
export function exportRecordings(cache: ResponseCache, file: string, keys: ReadonlySet<string> | null): number {
  const entries = [...cache.entries()].filter(({ key }) => keys === null || keys.has(key));
  const newest = new Map(entries.sort((a, b) => a.at - b.at).map((entry) => [entry.key, entry]));
  const descriptor = openSync(file, 'w');
  let written = 0;
  try {
    for (const [key, entry] of [...newest].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const response = entry.read();
      if (response === null) continue;
      writeFileSync(descriptor, `${JSON.stringify({ key, at: new Date(entry.at).toISOString(), response })}\n`);
      written++;
    }
  } finally {
    closeSync(descriptor);
  }
  return written;
}

/** `refused`: numbers of the lines, from 1, that are no recordings. */
export function importRecordings(cache: ResponseCache, text: string, now: number): { taken: number; refused: number[] } {
  let taken = 0;
  const refused: number[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const value = parseJson(line);
    const { key, at, response } = isJsonObject(value) ? value : {};
    const answer = responseOf(response);
    const time = typeof at === 'string' ? Date.parse(at) : NaN;
    if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key) || answer === null) refused.push(i + 1);
    else if (cache.put(key, ANY, Number.isFinite(time) ? Math.min(time, now) : now, answer)) taken++;
  });
  return { taken, refused };
}
