/** How long interactions are kept: whole days go, the oldest first, never today's. */
import { rmSync } from 'node:fs';
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import type { InteractionFiles } from './interaction-files.ts';

export interface RemovedDay {
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
  readonly bytes: number;
}

/**
 * Removes days older than `keepDays`, then the oldest until the rest has at most `keepMb`. What stands in a day goes with it, flagged
 * or not. A day that another process has removed is none of ours. @throws when a file cannot be removed.
 */
export function removeOldDays(
  files: InteractionFiles,
  { keepDays, keepMb }: Pick<CaptureConfig, 'keepDays' | 'keepMb'>,
  now: Date,
): RemovedDay[] {
  if (keepDays === null && keepMb === null) return [];
  const today = now.toISOString().slice(0, 10);
  const days = files.days(null).flatMap((day) => (files.readable(day) === null ? [] : [{ day, bytes: files.sizeOf(day) }]));
  let left = days.reduce((sum, { bytes }) => sum + bytes, 0);
  const firstKept = keepDays === null ? '' : new Date(Date.parse(today) - keepDays * 86_400_000).toISOString().slice(0, 10);
  const most = keepMb === null ? Infinity : keepMb * 1e6;
  const removed: RemovedDay[] = [];
  for (const old of days) {
    if (old.day >= today || (old.day >= firstKept && left <= most)) break;
    rmSync(files.fileOf(old.day), { force: true });
    left -= old.bytes;
    removed.push(old);
  }
  return removed;
}
