/** What of a day somebody may have to look at, kept beside it: days that are closed are not read again. `.goldset/interactions/inbox/DAY.json` */
import path from 'node:path';
import {
  briefOf,
  knownSignals,
  matters,
  mayEnd,
  stateOf,
  type InteractionBrief,
  type KnownSignals,
} from '../../core/feedback/interactions/interaction-query.ts';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../core/config/declared-signals.ts';
import type { FollowUp, Interaction, StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { retrySignal, type RetryState } from '../../core/feedback/signals/retry-finder.ts';
import { followUpOn } from '../../core/feedback/interactions/follow-up.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import type { Refused } from '../../core/files/file-version.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../core/json/json.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';
import { MAX_LINE, type LineLocation } from './interaction-files.ts';
import { lineNumber } from './lines.ts';

export interface KeptBrief {
  readonly brief: InteractionBrief;
  /** What its signals are counted from. */
  readonly known: KnownSignals;
  readonly place: LineLocation;
  readonly responseId: string | null;
}

/** A follow-up that matters or may end a flag, and where it stands. */
export interface KeptFollowUp {
  readonly followUp: FollowUp;
  readonly day: string;
  readonly offset: number;
}

export interface DayInbox {
  /** Of the form of this file: an older one is made again, a newer one is not touched. */
  readonly form: typeof FORM;
  /** What was declared of signals when it was made, as JSON: with another meaning it is made again. */
  readonly meaning: string;
  /** Bytes of the day's file between which it knows every line. Before `from` stand lines that are too many to be held. */
  from: number;
  size: number;
  /** Between these. */
  interactions: number;
  /** Flagged by themselves, or dealt with; in the order of the file, as follow-ups are. */
  items: KeptBrief[];
  followUps: KeptFollowUp[];
  /** Interactions that follow-ups of this day are about and that nothing flagged before, by `keyOf`; null: there is none. */
  readonly found: Record<string, KeptBrief | null>;
  /** Who asked what in the last minutes of the day: the next call may retry it. */
  asked: RetryState;
  /** How many interactions have a value, for filters. */
  readonly seen: SeenNames;
  /** Lines that are not interactions of a known version: how many, and what is wrong with the first. */
  refused: Refused;
}

const FORM = 5;

export const SEEN_KINDS = ['prompt', 'version', 'model', 'action', 'signal'] as const;
export type SeenKind = (typeof SEEN_KINDS)[number];
export type SeenNames = Readonly<Record<SeenKind, Record<string, number>>>;

/** Values of a kind that are counted; more would be no filter. */
const MAX_SEEN = 500;

export const emptySeenNames = (): SeenNames => ({ prompt: {}, version: {}, model: {}, action: {}, signal: {} });

export const emptyDay = (declared: DeclaredSignals = NO_DECLARED_SIGNALS): DayInbox => ({
  form: FORM,
  meaning: meaningOf(declared),
  from: 0,
  size: 0,
  interactions: 0,
  items: [],
  followUps: [],
  found: {},
  asked: [],
  seen: emptySeenNames(),
  refused: { count: 0, first: null },
});

export const meaningOf = (declared: DeclaredSignals): string => JSON.stringify(declared);

/** What is held of a day, as a number of records. */
export const heldOf = ({ items, followUps }: DayInbox): number => items.length + followUps.length;

/** Drops the oldest records beyond the newest `most`: they are read again when a list reaches them. */
export function trimDay(inbox: DayInbox, most: number): void {
  const surplus = heldOf(inbox) - most;
  if (surplus <= 0) return;
  const offsets = [...inbox.items.map(({ place }) => place.offset), ...inbox.followUps.map(({ offset }) => offset)].sort((a, b) => a - b);
  inbox.from = offsets[surplus] ?? inbox.size;
  inbox.items = inbox.items.filter(({ place }) => place.offset >= inbox.from);
  inbox.followUps = inbox.followUps.filter(({ offset }) => offset >= inbox.from);
}

/** Adds one line. `retried`: a later call retries it; null: no call does, or it is reported later. */
export function takeLine(
  inbox: DayInbox,
  line: StoredLine,
  place: LineLocation,
  declared: DeclaredSignals,
  retried: FollowUp | null = null,
): void {
  if ('followUp' in line) {
    const { followUp } = line;
    // What retrieval found is read with the interaction.
    if (matters(followUp, declared) || mayEnd(followUp, declared))
      inbox.followUps.push({ followUp: { ...followUp, chunks: [] }, day: place.day, offset: place.offset });
    return;
  }
  inbox.interactions++;
  const kept = keptBrief(line.interaction, place, declared, retried === null ? [] : [retried]);
  countSeen(inbox.seen, kept.brief);
  if (stateOf(kept.brief) !== null) inbox.items.push(kept);
}

export const keptBrief = (
  interaction: Interaction,
  place: LineLocation,
  declared: DeclaredSignals,
  followUps: readonly FollowUp[] = [],
): KeptBrief => ({
  brief: briefOf(interaction, followUps, declared),
  known: knownSignals(interaction, followUps),
  place,
  responseId: interaction.responseId,
});

export function countSeen(seen: SeenNames, brief: InteractionBrief): void {
  const add = (kind: SeenKind, value: string | null): void => addSeen(seen, kind, value, 1);
  add('prompt', brief.prompt);
  add('version', brief.version);
  add('model', brief.model);
  add('action', brief.action?.type ?? null);
  for (const signal of brief.signals) add('signal', signal);
}

export function addSeen(seen: SeenNames, kind: SeenKind, value: string | null, count: number): void {
  if (value === null) return;
  const own = seen[kind];
  const key = value.slice(0, 200);
  if (Object.hasOwn(own, key)) own[key] = (own[key] ?? 0) + count;
  // `defineProperty`: a name of theirs may be `__proto__`.
  else if (Object.keys(own).length < MAX_SEEN)
    Object.defineProperty(own, key, { value: count, enumerable: true, writable: true, configurable: true });
}

/** What a follow-up is about: the last of a trace is another one for each follow-up. */
export function keyOf({ followUp: { of }, day, offset }: KeptFollowUp): string {
  if (of.interaction !== null) return `i:${of.interaction}`;
  if (of.response !== null) return `r:${of.response}`;
  return of.trace === null ? `c:${of.conversation ?? ''}@${day}:${offset}` : `t:${of.trace}@${day}:${offset}`;
}

const namesOf = (day: string): string[] => ['interactions', 'inbox', `${day}.json`];

/** Days that have an index, oldest first. */
export const inboxDays = (root: string): string[] =>
  dataFolder(root)
    .list('files', 'interactions', 'inbox')
    .filter((name) => /^\d{4}-\d{2}-\d{2}\.json$/.test(name))
    .map((name) => name.slice(0, 10));

/** Where the index of a day is. @throws {ConfigurationError} when the data folder must not be used. */
export const inboxFile = (root: string, day: string): string => dataFolder(root).writable(...namesOf(day));

/** Days of which the index of a day holds something, whatever its form. A quote inside of a text has a backslash. */
export function daysInIndex(root: string, day: string): Set<string> {
  const file = dataFolder(root).readable(...namesOf(day));
  const text = file === null ? '' : textNoFollow(file);
  return new Set([...text.matchAll(/"day":"(\d{4}-\d{2}-\d{2})"/g)].map(([, named = '']) => named));
}

/** `declared`: what signals must mean there; absent: any meaning. Null: no such file, another form, or signals meant something else. */
export function readDayInbox(root: string, day: string, declared?: DeclaredSignals): DayInbox | null {
  const file = dataFolder(root).readable(...namesOf(day));
  if (file === null) return null;
  const value = parseJson(textNoFollow(file));
  return isDayInbox(value) && (declared === undefined || value.meaning === meaningOf(declared)) ? value : null;
}

/** Who shares a folder may have written anything there: what is not of this form is made anew. */
function isDayInbox(value: unknown): value is DayInbox {
  if (
    !isJsonObject(value) ||
    value['form'] !== FORM ||
    typeof value['meaning'] !== 'string' ||
    !isCount(value['from']) ||
    !isCount(value['size']) ||
    !isCount(value['interactions'])
  )
    return false;
  const { items, followUps, found, seen, refused, asked } = value;
  return (
    Array.isArray(items) &&
    items.every(isKept) &&
    Array.isArray(followUps) &&
    followUps.every(isFollowUp) &&
    Array.isArray(asked) &&
    asked.every(isAsked) &&
    isJsonObject(refused) &&
    isCount(refused['count']) &&
    isTextOrNull(refused['first']) &&
    isJsonObject(found) &&
    Object.values(found).every((item) => item === null || isKept(item)) &&
    isJsonObject(seen) &&
    SEEN_KINDS.every((kind) => isJsonObject(seen[kind]) && Object.values(seen[kind]).every(isCount))
  );
}

/** A newer version of Goldset wrote the index of this day. */
export function isOfNewerForm(root: string, day: string): boolean {
  const file = dataFolder(root).readable(...namesOf(day));
  const value = file === null ? undefined : parseJson(textNoFollow(file));
  return isJsonObject(value) && typeof value['form'] === 'number' && value['form'] > FORM;
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isDay = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

function isKept(value: JsonValue): boolean {
  if (
    !isJsonObject(value) ||
    !isJsonObject(value['brief']) ||
    !isKnown(value['known']) ||
    !isLineLocation(value['place']) ||
    !isTextOrNull(value['responseId'])
  )
    return false;
  const { id, time, prompt, version, model, action, asked, answered, signals, triage, reason, costUsd } = value['brief'];
  return (
    [id, time, asked, answered].every(isText) &&
    [prompt, version, model, triage, reason].every(isTextOrNull) &&
    (action === null || (isJsonObject(action) && isText(action['type']) && isText(action['id']))) &&
    (costUsd === null || typeof costUsd === 'number') &&
    Array.isArray(signals) &&
    signals.every(isText)
  );
}

/** As a RetryFinder keeps it. */
function isAsked(value: JsonValue): boolean {
  const [key, call] = Array.isArray(value) ? value : [];
  if (!isText(key) || !isJsonObject(call) || !isText(call['id']) || !isText(call['said']) || !isTextOrNull(call['action'])) return false;
  const { thread } = call;
  return typeof call['at'] === 'number' && isJsonObject(thread) && Array.isArray(thread['known']) && typeof thread['length'] === 'number';
}

/** Signals are checked as those of a line are. */
const isKnown = (value: JsonValue | undefined): boolean =>
  isJsonObject(value) &&
  Array.isArray(value['said']) &&
  value['said'].every(isSignal) &&
  Array.isArray(value['derived']) &&
  value['derived'].every(isText);

const isSignal = (value: JsonValue): boolean =>
  isJsonObject(value) &&
  isText(value['name']) &&
  isText(value['kind']) &&
  isTextOrNull(value['by']) &&
  isTextOrNull(value['time']) &&
  typeof value['value'] !== 'undefined' &&
  (value['value'] === null || typeof value['value'] !== 'object');

/** Of a page or of a file: where a line is said to stand. */
export const isLineLocation = (value: unknown): value is LineLocation =>
  isJsonObject(value) && isDay(value['day']) && isCount(value['offset']) && isCount(value['end']);

function isFollowUp(value: JsonValue): boolean {
  if (!isJsonObject(value) || !isDay(value['day']) || !isCount(value['offset']) || !isJsonObject(value['followUp'])) return false;
  return 'followUp' in readStoredLine(JSON.stringify(value['followUp']));
}

/** Whole or not at all. False: the disk is full, say, which is no reason to show nothing: then it is read again the next time. */
export function writeDayInbox(root: string, day: string, inbox: DayInbox): boolean {
  try {
    if (isOfNewerForm(root, day)) return true;
    replaceFile(dataFolder(root).writable(...namesOf(day)), JSON.stringify(inbox));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return false;
  }
}

/** That a call was retried, as what became known of it. `at`: ms since 1970, when. */
export const retryOf = (id: string, at: number): FollowUp =>
  followUpOn(id, new Date(at).toISOString(), { signals: [retrySignal(new Date(at).toISOString())] });

/** Where the one that retries stands. */
export function addRetry(inbox: DayInbox, id: string, at: number, offset: number): void {
  inbox.followUps.push({ followUp: retryOf(id, at), day: new Date(at).toISOString().slice(0, 10), offset });
}

/** What a draft became is compared with it while the draft is here. */
export const keptSignals = (followUp: FollowUp): FollowUp[] =>
  followUp.signals.some(({ name }) => name === 'kept') ? [{ ...followUp, triage: null, reason: null }] : [];

/** Skips empty lines. `read`: why the line is not valid; null: it is too long. */
export function refuseLine(
  inbox: DayInbox,
  file: string,
  offset: number,
  text: string | null,
  read: { readonly problem: string } | null,
): void {
  if (text?.trim() === '') return;
  const { count } = inbox.refused;
  const problem = read?.problem ?? `It is longer than ${MAX_LINE >> 20} MB.`;
  // Counting lines reads the file, so only the first that is met is numbered.
  const first = inbox.refused.first ?? `${path.basename(file)}, line ${lineNumber(file, offset)}: ${problem}`;
  inbox.refused = { count: count + 1, first };
}
