/**
 * Copies of days whose file is gone are deleted too, no matter which process deleted the file: the index of the inbox, the texts that sums compare
 * later calls with, and tries with the values of a call. The sums stay. The copies themselves say which days they are of, so an interrupted run of this is made up for by the next.
 */
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../core/problems/errors.ts';
import { rollupParts, type RollupParts } from '../../core/feedback/insights/rollup-parts.ts';
import { formOf } from '../../core/feedback/insights/rollup.ts';
import { systemClock } from '../clock.ts';
import { lockHint, type Lock } from '../storage/lock-file.ts';
import { daysInIndex, inboxDays, inboxFile, isOfNewerForm, readDayInbox, writeDayInbox, type DayInbox } from './day-inbox.ts';
import type { InteractionFiles } from './interaction-files.ts';
import { RollupFiles, type StoredRollup } from './rollup-files.ts';
import { LOST, lostDays, newerForm } from './rollup-store.ts';
import { forgetTriesOf } from '../tries/try-store.ts';

/** How often, and how long apart in ms, a lock is tried that another process has. */
const [TRIES, POLL] = [40, 50];

/** What could not be done, as sentences. */
export async function forgetDeletedDays(files: InteractionFiles): Promise<string[]> {
  const problems: string[] = [];
  for (const forget of [forgetInRollups, forgetInInbox, forgetInTries])
    problems.push(...(await forget(files).catch((error: unknown) => [messageOf(error)])));
  return problems;
}

async function forgetInRollups(files: InteractionFiles): Promise<string[]> {
  const stored = new RollupFiles(files.root);
  const isBehind = (): boolean => stored.list().some((name) => ['behind', 'lost'].includes(textsIn(name, stored, files).kind));
  const problems = stored.list().flatMap((name) => notForgotten(name, textsIn(name, stored, files)));
  if (!isBehind()) return problems;
  const lock = await lockOf(stored);
  try {
    for (const name of stored.list()) problems.push(...forgetInRollup(name, stored, files));
  } finally {
    lock.release();
  }
  return problems;
}

function forgetInRollup(name: string, stored: RollupFiles, files: InteractionFiles): string[] {
  const found = textsIn(name, stored, files);
  if (found.kind === 'lost') {
    stored.remove(name);
    return [`${name}.json is of an older version and held texts of deleted days, so it was deleted: ${LOST}`];
  }
  if (found.kind !== 'behind') return [];
  const { state, days, parts } = found;
  const marked = Object.entries(state.days).map(([day, of]) => [
    day,
    days.has(day) ? { ...of, bytes: 0, kept: 'deleted' as const, age: (of.age ?? 0) + 1 } : of,
  ]);
  stored.replace(name, {
    ...state,
    days: Object.fromEntries(marked) as typeof state.days,
    data: parts.withoutTexts(state.data, days),
  });
  return [];
}

/** What a rollup may still hold of days whose file is gone. */
type TextsLeft =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'behind'; readonly state: StoredRollup; readonly days: ReadonlySet<string>; readonly parts: RollupParts }
  /** An older form: no version can use what it holds of these days, since they cannot be read again. */
  | { readonly kind: 'lost' }
  /** Only another version, or a person, can say what it holds. */
  | { readonly kind: 'unknown'; readonly reason: string };

function textsIn(name: string, stored: RollupFiles, files: InteractionFiles): TextsLeft {
  const state = stored.read(name);
  if (state === null) return { kind: 'nothing' };
  if (state === 'damaged') return { kind: 'unknown', reason: `${name}.json is damaged` };
  // Days of which every text was deleted before are marked.
  const days = new Set([...lostDays(files, state, () => 0)].flatMap(([day, reason]) => (reason === 'deleted' ? [day] : [])));
  if (days.size === 0) return { kind: 'nothing' };
  const parts = rollupParts(name);
  if (parts === null) return { kind: 'unknown', reason: `${name}.json, line 1: this version of Goldset does not know these sums` };
  const form = formOf(state.version);
  if (form > parts.form) return { kind: 'unknown', reason: newerForm(name, state.version, parts.form) };
  return form < parts.form && !parts.reads.includes(form) ? { kind: 'lost' } : { kind: 'behind', state, days, parts };
}

/** What stays, as a sentence. */
const notForgotten = (name: string, found: TextsLeft): string[] =>
  found.kind === 'unknown'
    ? [`${found.reason}, so it was not changed and may hold texts of deleted days. Update Goldset, or delete the file ${name}.json.`]
    : [];

async function lockOf(stored: RollupFiles): Promise<Lock> {
  for (let tries = 0; tries < TRIES; tries++) {
    const lock = stored.lock();
    if (lock !== null) return lock;
    await wait(POLL);
  }
  throw new Error(`Another process uses the sums. ${lockHint(stored.lockFile, 'What they hold of deleted days goes the next time.')}`);
}

/** Tries of prompts with the values of a call. */
function forgetInTries(files: InteractionFiles): Promise<string[]> {
  const present = new Set(files.days(null));
  return Promise.resolve(forgetTriesOf(files.root, (day) => present.has(day)));
}

/** Indexes of days that are gone, and what follow-ups of other days have found in a day that is gone, whether that day had an index or not. */
async function forgetInInbox(files: InteractionFiles): Promise<string[]> {
  const { root } = files;
  const problems: string[] = [];
  for (const day of inboxDays(root)) {
    // Of many days these are many files.
    await systemClock.yieldToEventLoop();
    const present = new Set(files.days(null));
    if (!present.has(day)) {
      rmSync(inboxFile(root, day), { force: true });
      continue;
    }
    if ([...daysInIndex(root, day)].every((named) => present.has(named))) continue;
    if (isOfNewerForm(root, day)) {
      problems.push(
        `inbox/${day}.json: a newer version of Goldset wrote it, so it was not changed and may hold texts of deleted days. Update Goldset, or delete the file.`,
      );
      continue;
    }
    const inbox = readDayInbox(root, day);
    // One that cannot be read or written is made again from its day.
    if (inbox === null || !writeDayInbox(root, day, withoutDays(inbox, present))) rmSync(inboxFile(root, day), { force: true });
  }
  return problems;
}

const withoutDays = (inbox: DayInbox, present: ReadonlySet<string>): DayInbox => ({
  ...inbox,
  found: Object.fromEntries(Object.entries(inbox.found).filter(([, hit]) => hit === null || present.has(hit.place.day))),
});
