/** How long interactions are kept: whole days go, the oldest first, never today's, with every copy of what was said on them. */
import { rmSync } from 'node:fs';
import type { CaptureConfig } from '../../core/config/capture-config.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { removeUnfinished } from '../storage/data-folder/unfinished-files.ts';
import { forgetDeletedDays } from './deleted-days.ts';
import { InteractionFiles } from './interaction-files.ts';

export interface RemovedDay {
  /** Such as 2026-11-01, in UTC. */
  readonly day: string;
  readonly bytes: number;
}

export interface Retained {
  readonly removed: readonly RemovedDay[];
  /** What could not be deleted or added up, as sentences. */
  readonly problems: readonly string[];
}

type Limits = Pick<CaptureConfig, 'keepDays' | 'keepMb'>;

/** For a thread. */
export interface RetainJob {
  readonly root: string;
  readonly limits: Limits;
  /** ms since 1970. */
  readonly now: number;
}

/**
 * Removes days older than `keepDays`, then the oldest until the rest has at most `keepMb`, and what was copied from days that are gone,
 * no matter which process deleted them. A day that cannot be deleted is reported, and the others are deleted all the same. `addUp`: what
 * the days held is added up before, so that its sums outlive it; where that fails, nothing is deleted.
 */
export async function keepRetention(root: string, limits: Limits, now: Date, addUp?: () => Promise<void>): Promise<Retained> {
  const files = new InteractionFiles(root);
  const problems: string[] = [];
  const old = oldDays(files, limits, now);
  const isAddedUp =
    old.length === 0 ||
    addUp === undefined ||
    (await addUp().then(
      () => true,
      (error: unknown) => problems.push(notAddedUp(error)) === 0,
    ));
  const { removed, problems: failed } = isAddedUp ? removeDays(files, old) : NOTHING_REMOVED;
  const left = [...(await forgetDeletedDays(files)), ...removeUnfinished(root, ['interactions'], now)];
  return { removed, problems: [...problems, ...failed, ...left] };
}

const NOTHING_REMOVED: Retained = { removed: [], problems: [] };

const notAddedUp = (error: unknown): string => `Old days are kept, because what they hold could not be added up: ${messageOf(error)}`;

/** Days that the limits do not let be kept, the oldest first. */
export function oldDays(files: InteractionFiles, { keepDays, keepMb }: Limits, now: Date): RemovedDay[] {
  if (keepDays === null && keepMb === null) return [];
  const today = now.toISOString().slice(0, 10);
  const days = files.days(null).flatMap((day) => (files.readable(day) === null ? [] : [{ day, bytes: files.sizeOf(day) }]));
  let left = days.reduce((sum, { bytes }) => sum + bytes, 0);
  const firstKept = keepDays === null ? '' : new Date(Date.parse(today) - keepDays * 86_400_000).toISOString().slice(0, 10);
  const most = keepMb === null ? Infinity : keepMb * 1e6;
  const old: RemovedDay[] = [];
  for (const item of days) {
    if (item.day >= today || (item.day >= firstKept && left <= most)) break;
    left -= item.bytes;
    old.push(item);
  }
  return old;
}

/** A day that another process has removed meanwhile counts as removed. */
export function removeDays(files: InteractionFiles, old: readonly RemovedDay[]): Retained {
  const removed: RemovedDay[] = [];
  const problems: string[] = [];
  for (const item of old) {
    try {
      rmSync(files.fileOf(item.day), { force: true });
      removed.push(item);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  return { removed, problems };
}
