/**
 * The interactions that may need attention, with what became known of them later, whenever that was. Months of them do not fit in memory:
 * the newest are held, as many as `MOST_HELD`, and `begins` says where they begin. What stands before is read when a list comes to it.
 */
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../core/config/declared-signals.ts';
import {
  matters,
  stateOf,
  withFollowUps,
  withoutLostCase,
  type InteractionBrief,
} from '../../core/feedback/interactions/interaction-query.ts';
import { isFlag } from '../../core/feedback/signals/signal-meaning.ts';
import { RetriedFinder, RetryFinder } from '../../core/feedback/signals/retry-finder.ts';
import type { Refused } from '../../core/files/file-version.ts';
import { unionOfFollowUps } from '../../core/feedback/interactions/follow-up.ts';
import type { FollowUp } from '../../core/feedback/interactions/interaction.ts';
import { readStoredLine } from '../../core/feedback/interactions/stored-line.ts';
import {
  addRetry,
  addSeen,
  emptyDay,
  keptBrief,
  keptSignals,
  keyOf,
  emptySeenNames,
  readDayInbox,
  refuseLine,
  retryOf,
  SEEN_KINDS,
  heldOf,
  takeLine,
  trimDay,
  writeDayInbox,
  type DayInbox,
  type KeptBrief,
  type KeptFollowUp,
  type SeenNames,
} from './day-inbox.ts';
import { GoldenCases } from './golden-cases.ts';
import { InteractionFiles, MAX_LINE, type LineLocation } from './interaction-files.ts';
import { endOfLines, linesBackwards, linesOf } from './lines.ts';
import { namesIn } from './names-in-line.ts';
import { SharedFeedbackFiles } from './shared-feedback-files.ts';

export interface FoundInteraction {
  readonly brief: InteractionBrief;
  readonly place: LineLocation;
}

/** Flagged interactions and follow-ups that are held at once. */
const MOST_HELD = 20_000;

/** Lines after which others may have their turn. */
const TURN = 256;

/** In place of a day: what people decided in the repository. It is later than every day, and is not kept beside the records. */
const SHARED = '9999-12-31';

export class InboxIndex {
  readonly files: InteractionFiles;
  private readonly days = new Map<string, DayInbox>();
  /** Days that are not written down as they are. */
  private readonly changed = new Set<string>();
  /** As follow-ups say, whatever became of the cases; newest first. */
  private joined: FoundInteraction[] = [];
  /** Newest first. */
  private all: FoundInteraction[] = [];
  private byId = new Map<string, FoundInteraction>();
  /** What follow-ups add to what is seen of the records themselves. */
  private later = emptySeenNames();
  /** Of the repository's own files; `stamp`: which of them it was made of. */
  private readonly sharedFiles: SharedFeedbackFiles;
  private shared = { stamp: '', inbox: emptyDay() };
  private readonly cases: GoldenCases;
  /** Counts up whenever something is different. */
  revision = 0;

  /** `declared`: what signals mean. `golden`: the workspace whose golden sets have the cases. */
  constructor(
    root: string,
    readonly declared: DeclaredSignals = NO_DECLARED_SIGNALS,
    readonly golden = root,
  ) {
    this.files = new InteractionFiles(root);
    this.sharedFiles = new SharedFeedbackFiles(root);
    this.cases = new GoldenCases(golden);
  }

  /** The day, and the byte in its file, before which nothing is held; null: everything is held. */
  begins: { readonly day: string; readonly offset: number } | null = null;

  /** Lines of the days that are held which are not interactions of a known version. */
  get refused(): Refused {
    const all = this.inboxes().map(([, { refused }]) => refused);
    return { count: all.reduce((sum, { count }) => sum + count, 0), first: all.find(({ first }) => first !== null)?.first ?? null };
  }

  /** Interactions that are stored where something is held. */
  get stored(): number {
    return [...this.days.values()].reduce((sum, { interactions }) => sum + interactions, 0);
  }

  /** Those that are open or were dealt with, newest first. */
  get found(): readonly FoundInteraction[] {
    return this.all;
  }

  foundById(id: string): FoundInteraction | null {
    return this.byId.get(id) ?? null;
  }

  get seen(): SeenNames {
    const sum = emptySeenNames();
    for (const { seen } of this.days.values())
      for (const kind of SEEN_KINDS) for (const [value, count] of Object.entries(seen[kind])) addSeen(sum, kind, value, count);
    for (const kind of SEEN_KINDS) for (const [value, count] of Object.entries(this.later[kind])) addSeen(sum, kind, value, count);
    for (const kind of SEEN_KINDS)
      for (const [value, count] of Object.entries(sum[kind])) if (count <= 0) Reflect.deleteProperty(sum[kind], value);
    return sum;
  }

  /** Reads what is new. Gives others their turn between lines. `isKept`: whether it is written down for the next time. */
  *refresh(isKept: boolean): Generator<void, void> {
    const present = this.files.days(null);
    for (const day of this.days.keys())
      if (!present.includes(day)) {
        this.days.delete(day);
        this.changed.add(day);
      }
    this.forget(new Set(present));
    let held = 0;
    this.begins = null;
    const later = new RetriedFinder();
    let readDay: DayInbox | null = null;
    for (const day of [...present].reverse()) {
      if (held >= MOST_HELD) {
        // Oldest days make room for new ones.
        if (this.days.delete(day)) this.changed.add(day);
        this.begins ??= { day, offset: this.files.sizeOf(day) };
        continue;
      }
      const isNew = yield* this.refreshDay(day, later);
      const inbox = this.days.get(day);
      if (inbox === undefined) continue;
      // The first calls of the day behind it may retry the last ones of this day, which was read before.
      if (!isNew && readDay !== null)
        for (const { retried, by } of later.retriedOf(inbox.asked)) addRetry(readDay, retried.id, by.at, readDay.from);
      readDay = isNew ? inbox : null;
      trimDay(inbox, MOST_HELD);
      held += heldOf(inbox);
      if (inbox.from > 0) {
        this.begins = { day, offset: inbox.from };
        held = MOST_HELD;
      }
    }
    this.refreshShared();
    const isOther = this.changed.size > 0;
    if (isOther) {
      yield* this.resolve(present);
      for (const day of this.changed) {
        const inbox = this.days.get(day);
        if (inbox !== undefined && isKept && this.files.readable(day) !== null) writeDayInbox(this.files.root, day, inbox);
      }
      this.changed.clear();
      this.join();
    }
    const made = this.joined.flatMap(({ brief: { id, triage, reason } }) => (triage === 'case' ? [{ id, case: reason }] : []));
    if (!(yield* this.cases.refresh(made, this.begins !== null)) && !isOther) return;
    this.all = this.joined
      .map(({ brief, place }) => ({ brief: this.standing(brief), place }))
      .filter(({ brief }) => stateOf(brief) !== null);
    this.byId = new Map(this.all.map((item) => [item.brief.id, item]));
    this.revision++;
  }

  /** What became a case is one while a golden set here contains it. */
  standing(brief: InteractionBrief): InteractionBrief {
    return withoutLostCase(brief, (id, made) => this.cases.has({ id, case: made }));
  }

  /** Days in their order, and after them what the repository says. */
  private inboxes(): [string, DayInbox][] {
    return [...[...this.days].sort(([a], [b]) => (a < b ? -1 : 1)), [SHARED, this.shared.inbox]];
  }

  /** What was found for earlier lines stays. */
  private refreshShared(): void {
    const { followUps, refused, stamp } = this.sharedFiles.read();
    if (stamp === this.shared.stamp) return;
    const inbox = { ...emptyDay(), found: this.shared.inbox.found, refused };
    inbox.followUps = followUps.map((followUp, offset) => ({ followUp, day: SHARED, offset }));
    this.shared = { stamp, inbox };
    this.changed.add(SHARED);
  }

  /** What follow-ups have found in days that are gone, whether those days were held or not. */
  private forget(present: ReadonlySet<string>): void {
    for (const [day, { found }] of this.inboxes())
      for (const [key, hit] of Object.entries(found)) {
        if (hit === null || present.has(hit.place.day)) continue;
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the keys are those of a map that is kept as JSON
        delete found[key];
        this.changed.add(day);
      }
  }

  /** True: nothing was known of it, and it was read from its end. `later`: calls of days behind it. */
  private *refreshDay(day: string, later: RetriedFinder): Generator<void, boolean> {
    const file = this.files.readable(day);
    const size = this.files.sizeOf(day);
    if (!this.days.has(day)) this.changed.add(day);
    let known = this.days.get(day) ?? readDayInbox(this.files.root, day, this.declared) ?? emptyDay(this.declared);
    if (known.size > size) known = emptyDay(this.declared);
    this.days.set(day, known);
    if (known.size === size) return false;
    if (known.size === 0) {
      this.changed.add(day);
      yield* this.readNewest(day, known, size, later);
      return true;
    }
    const retries = new RetryFinder(known.asked);
    const lost = this.lost();
    let lines = 0;
    for (const { text, offset, end } of linesOf(file, known.size, MAX_LINE)) {
      const read = text === null ? null : readStoredLine(text);
      if (read === null || 'problem' in read) refuseLine(known, this.files.fileOf(day), offset, text, read);
      else takeLine(known, read, { day, offset, end }, this.declared);
      this.fill(lost, read, { day, offset, end });
      const retried = read !== null && 'interaction' in read ? retries.take(read.interaction) : null;
      if (retried !== null && read !== null && 'interaction' in read) addRetry(known, retried, Date.parse(read.interaction.time), offset);
      known.size = end;
      this.changed.add(day);
      if (++lines % TURN === 0) yield;
    }
    known.asked = retries.save();
    return false;
  }

  /** A day that nothing is known of, from its end back, until enough is held. */
  private *readNewest(day: string, inbox: DayInbox, size: number, later: RetriedFinder): Generator<void, void> {
    const file = this.files.readable(day);
    const end = endOfLines(file, size);
    const lost = this.lost();
    let lines = 0;
    inbox.size = end;
    later.endDay();
    for (const { text, offset, end: stop } of linesBackwards(file, end, MAX_LINE)) {
      const read = text === null ? null : readStoredLine(text);
      if (read === null || 'problem' in read) refuseLine(inbox, this.files.fileOf(day), offset, text, read);
      else {
        const by = 'interaction' in read ? later.take(read.interaction) : null;
        takeLine(inbox, read, { day, offset, end: stop }, this.declared, by === null ? null : retryOf('', by.at));
      }
      this.fill(lost, read, { day, offset, end: stop });
      inbox.from = offset;
      if (heldOf(inbox) >= MOST_HELD) break;
      if (++lines % TURN === 0) yield;
    }
    inbox.asked = later.ending();
    inbox.items.reverse();
    inbox.followUps.reverse();
  }

  /** What was looked for in vain may be written only now. */
  private fill(lost: ReadonlyMap<string, readonly string[]>, read: ReturnType<typeof readStoredLine> | null, place: LineLocation): void {
    if (lost.size === 0 || read === null || !('interaction' in read)) return;
    for (const key of [`i:${read.interaction.id}`, `r:${read.interaction.responseId ?? ''}`])
      for (const other of lost.get(key) ?? []) this.keep(other, key, keptBrief(read.interaction, place, this.declared));
  }

  /** Days of the follow-ups whose interaction was nowhere, by key. */
  private lost(): Map<string, string[]> {
    const lost = new Map<string, string[]>();
    for (const [day, { found }] of this.inboxes())
      for (const [key, hit] of Object.entries(found)) if (hit === null) lost.set(key, [...(lost.get(key) ?? []), day]);
    return lost;
  }

  /** Looks up what follow-ups are about, where nothing has flagged it before. */
  private *resolve(present: readonly string[]): Generator<void, void> {
    const known = new Set<string>();
    for (const { items } of this.days.values())
      for (const { brief, responseId } of items) {
        known.add(`i:${brief.id}`);
        if (responseId !== null) known.add(`r:${responseId}`);
      }
    const wanted = new Map<string, KeptFollowUp>();
    for (const [, { followUps, found }] of this.inboxes())
      for (const kept of followUps) {
        const key = keyOf(kept);
        // What may only end a flag opens nothing: its interaction is here already, or there is nothing to end.
        if (!known.has(key) && !Object.hasOwn(found, key) && matters(kept.followUp, this.declared)) wanted.set(key, kept);
      }
    for (const day of [...present].reverse()) {
      if (wanted.size === 0) break;
      const hits = yield* this.search(day, wanted);
      for (const [key, hit] of hits) {
        const kept = wanted.get(key);
        wanted.delete(key);
        if (kept !== undefined) this.keep(kept.day, key, hit);
      }
    }
    for (const [key, kept] of wanted) this.keep(kept.day, key, null);
  }

  private keep(day: string, key: string, hit: KeptBrief | null): void {
    const inbox = day === SHARED ? this.shared.inbox : this.days.get(day);
    if (inbox === undefined) return;
    Object.defineProperty(inbox.found, key, { value: hit, enumerable: true, writable: true, configurable: true });
    this.changed.add(day);
  }

  /** The last of a day's lines that each follow-up may be about. */
  private *search(day: string, wanted: ReadonlyMap<string, KeptFollowUp>): Generator<void, Map<string, KeptBrief>> {
    const exact = new Map<string, string>();
    const groups = new Map<string, [string, KeptFollowUp][]>();
    for (const [key, kept] of wanted) {
      const { of } = kept.followUp;
      const name = of.interaction ?? of.response;
      if (name !== null) exact.set(key, name);
      else if (kept.day >= day) {
        const group = of.trace ?? of.conversation ?? '';
        groups.set(group, [...(groups.get(group) ?? []), [key, kept]]);
      }
    }
    const names = new Set([...exact.values(), ...groups.keys()]);
    const hits = new Map<string, KeptBrief>();
    let lines = 0;
    for (const { text, offset, end } of linesOf(this.files.readable(day), 0, MAX_LINE)) {
      if (++lines % TURN === 0) yield;
      if (text === null || !namesIn(text, names)) continue;
      const read = readStoredLine(text);
      if (!('interaction' in read)) continue;
      const { interaction } = read;
      const place = { day, offset, end };
      const take = (key: string, kept: KeptFollowUp | undefined): void =>
        void hits.set(key, keptBrief(interaction, place, this.declared, kept === undefined ? [] : keptSignals(kept.followUp)));
      for (const key of [`i:${interaction.id}`, `r:${interaction.responseId ?? ''}`]) if (exact.has(key)) take(key, wanted.get(key));
      for (const [group, isOf] of [
        [interaction.trace, 't:'],
        [interaction.conversation, 'c:'],
      ] as const)
        for (const [key, kept] of groups.get(group ?? '') ?? [])
          if (key.startsWith(isOf) && (kept.day > day || kept.offset > offset)) take(key, kept);
    }
    return hits;
  }

  /** Puts everything together: no file is read. */
  private join(): void {
    const kept = new Map<string, KeptBrief>();
    const byResponse = new Map<string, KeptBrief>();
    const followed = new Map<string, FollowUp[]>();
    const keep = (item: KeptBrief): void => {
      if (!kept.has(item.brief.id)) kept.set(item.brief.id, item);
      if (item.responseId !== null) byResponse.set(item.responseId, item);
    };
    const days = this.inboxes().map(([, inbox]) => inbox);
    const shared = new Map<string, FollowUp[]>();
    for (const { items } of days) for (const item of items) keep(item);
    for (const { found } of days) for (const item of Object.values(found)) if (item !== null && this.days.has(item.place.day)) keep(item);
    for (const { followUps, found } of days)
      for (const follow of followUps) {
        const { of } = follow.followUp;
        const key = keyOf(follow);
        const hit = Object.hasOwn(found, key) ? found[key] : undefined;
        const item =
          hit ?? (of.interaction !== null ? kept.get(of.interaction) : of.response !== null ? byResponse.get(of.response) : undefined);
        if (item === undefined) continue;
        const list = follow.day === SHARED ? shared : followed;
        list.set(item.brief.id, [...(list.get(item.brief.id) ?? []), follow.followUp]);
      }
    for (const [id, known] of shared) followed.set(id, [...unionOfFollowUps(followed.get(id) ?? [], known)]);
    this.later = emptySeenNames();
    const counted = new Set(days.flatMap(({ items }) => items));
    for (const item of kept.values()) this.addLater(item, counted.has(item), followed.get(item.brief.id) ?? []);
    this.joined = [...kept.values()]
      .map(({ brief, known, place }) => ({ brief: withFollowUps(brief, known, followed.get(brief.id) ?? [], this.declared), place }))
      .filter(({ brief }) => stateOf(brief) !== null)
      .sort((a, b) => (a.brief.time < b.brief.time ? 1 : a.brief.time > b.brief.time ? -1 : b.place.offset - a.place.offset));
  }

  /**
   * Counts what follow-ups say of an interaction and its own record does not, and what they take back. `isFlagged`: its record is flagged
   * itself, and all that its brief says was counted with it; otherwise its flags are those of follow-ups.
   */
  private addLater({ brief, known }: KeptBrief, isFlagged: boolean, followUps: readonly FollowUp[]): void {
    const { signals, action } = withFollowUps(brief, known, followUps, this.declared);
    const own = isFlagged ? brief.signals : brief.signals.filter((signal) => !isFlag(signal));
    for (const signal of signals) if (!own.includes(signal)) addSeen(this.later, 'signal', signal, 1);
    for (const signal of own) if (!signals.includes(signal)) addSeen(this.later, 'signal', signal, -1);
    if (brief.action === null) addSeen(this.later, 'action', action?.type ?? null, 1);
  }
}
