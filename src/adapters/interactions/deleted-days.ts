/**
 * Copies of days whose file is gone are deleted too, no matter which process deleted the file: the index of the inbox, and the texts that sums compare
 * later calls with. The sums stay. The copies themselves say which days they are of, so an interrupted run of this is made up for by the next.
 */
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { rollupParts } from '../../core/feedback/insights/rollup-parts.ts';
import { lockHint, type Lock } from '../storage/lock-file.ts';
import { inboxDays, inboxFile, readDayInbox, writeDayInbox } from './day-inbox.ts';
import type { InteractionFiles } from './interaction-files.ts';
import { RollupFiles } from './rollup-files.ts';
import { lostDays } from './rollup-store.ts';

/** How often, and how long apart in ms, a lock is tried that another process has. */
const [TRIES, POLL] = [40, 50];

/** What could not be done, as sentences. */
export async function forgetDeletedDays(files: InteractionFiles): Promise<string[]> {
  const problems: string[] = [];
  for (const forget of [forgetInRollups, forgetInInbox]) await forget(files).catch((error: unknown) => problems.push(messageOf(error)));
  return problems;
}

async function forgetInRollups(files: InteractionFiles): Promise<void> {
  const stored = new RollupFiles(files.root);
  const isBehind = (): boolean => stored.list().some((name) => deletedIn(name, stored, files).size > 0);
  if (!isBehind()) return;
  const lock = await lockOf(stored);
  try {
    for (const name of stored.list()) {
      const days = deletedIn(name, stored, files);
      const state = stored.read(name);
      const parts = rollupParts(name);
      if (days.size === 0 || state === null || state === 'damaged' || parts === null) continue;
      const marked = Object.entries(state.days).map(([day, of]) => [
        day,
        days.has(day) ? { ...of, bytes: 0, kept: 'deleted' as const, age: (of.age ?? 0) + 1 } : of,
      ]);
      stored.replace(name, {
        ...state,
        days: Object.fromEntries(marked) as typeof state.days,
        data: parts.withoutTexts(state.data, days),
      });
    }
  } finally {
    lock.release();
  }
}

/** Days of a rollup whose file is gone and that are not marked so. */
function deletedIn(name: string, stored: RollupFiles, files: InteractionFiles): ReadonlySet<string> {
  const state = stored.read(name);
  if (state === null || state === 'damaged') return new Set();
  return new Set([...lostDays(files, state, () => 0)].flatMap(([day, reason]) => (reason === 'deleted' ? [day] : [])));
}

async function lockOf(stored: RollupFiles): Promise<Lock> {
  for (let tries = 0; tries < TRIES; tries++) {
    const lock = stored.lock();
    if (lock !== null) return lock;
    await wait(POLL);
  }
  throw new Error(`Another process uses the sums. ${lockHint(stored.lockFile, 'What they hold of deleted days goes the next time.')}`);
}

/** Follow-ups of other days may have found what they are about in a day that is gone. */
async function forgetInInbox(files: InteractionFiles): Promise<void> {
  const { root } = files;
  const present = new Set(files.days(null));
  const days = inboxDays(root);
  const gone = days.filter((day) => !present.has(day));
  if (gone.length === 0) return;
  for (const day of days) {
    const inbox = present.has(day) ? readDayInbox(root, day) : null;
    if (inbox === null) continue;
    const found = Object.entries(inbox.found);
    const left = found.filter(([, hit]) => hit === null || present.has(hit.place.day));
    if (left.length < found.length) writeDayInbox(root, day, { ...inbox, found: Object.fromEntries(left) });
    await Promise.resolve();
  }
  for (const day of gone) rmSync(inboxFile(root, day), { force: true });
}
