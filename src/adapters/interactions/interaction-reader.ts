/** Answers questions about stored interactions, a little at a time: whoever asks comes back until it is done, and may stay away. */
import type { DeclaredSignals } from '../../core/config/declared-signals.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { flagOf, matchesBrief, type InteractionBrief } from '../../core/feedback/interactions/interaction-query.ts';
import type { Refused } from '../../core/files/file-version.ts';
import { meaningOf, type SeenNames } from './day-inbox.ts';
import { findInteractions, findOlder } from './find-interactions.ts';
import { InboxIndex, type FoundInteraction } from './inbox-index.ts';
import { InteractionFiles } from './interaction-files.ts';
import { interactionsWithFollowUps, type InteractionWithFollowUps } from './interactions-with-follow-ups.ts';

export interface ListedInteraction extends InteractionBrief {
  readonly key: InteractionKey;
}

export type InteractionQuery =
  /** `rows`: of each group, at most. */
  | { readonly kind: 'inbox'; readonly rows: number }
  | { readonly kind: 'find'; readonly filter: InteractionFilter; readonly from: number; readonly to: number }
  | { readonly kind: 'records'; readonly keys: readonly InteractionKey[] };

export interface InteractionJob {
  readonly root: string;
  /** The workspace whose golden sets have the cases; absent: the root. */
  readonly golden?: string;
  /** What signals mean, in goldset.yaml. */
  readonly declared: DeclaredSignals;
  readonly query: InteractionQuery;
  /** Whether what was found may be written beside the records, for the next time. */
  readonly isKept: boolean;
}

export type InteractionAnswer =
  /** It is not done: ask again. */
  | { readonly kind: 'more' }
  | Inbox
  | FoundPage
  | { readonly kind: 'records'; readonly records: readonly (InteractionWithFollowUps | null)[] };

export interface Inbox {
  readonly kind: 'inbox';
  /** Interactions that are stored. */
  readonly stored: number;
  readonly open: number;
  /** Whether these are all. False: they are the newest, and older ones are found page by page. */
  readonly isWhole: boolean;
  /** Lines that are not interactions of a known version. */
  readonly refused: Refused;
  /** By prompt, those with most first. */
  readonly prompts: readonly { readonly prompt: string | null; readonly count: number; readonly flags: readonly FlagGroup[] }[];
  readonly seen: SeenNames;
}

export interface FlagGroup {
  /** Null: somebody opened it by hand. */
  readonly flag: string | null;
  readonly count: number;
  /** The newest. */
  readonly rows: readonly ListedInteraction[];
}

export interface FoundPage {
  readonly kind: 'found';
  readonly from: number;
  /** How many were found so far. */
  readonly total: number;
  readonly isDone: boolean;
  readonly rows: readonly ListedInteraction[];
  /** Lines that are not interactions of a known version. */
  readonly refused: Refused;
}

/** ms of work before others have their turn. */
const SLICE = 120;
const MOST_READINGS = 16;

interface Search {
  readonly name: string;
  readonly rows: FoundInteraction[];
  steps: Generator<FoundInteraction | null, void>;
  /** What comes when `steps` has ended; null: that has begun, or the steps find everything. */
  older: Generator<FoundInteraction | null, void> | null;
  isAtOlder: boolean;
  isDone: boolean;
}

/** Rows of one search: who wants to see more narrows the filter. */
const MOST_ROWS = 50_000;

export class InteractionReader {
  private readonly indexes = new Map<string, InboxIndex>();
  private readonly refreshing = new Map<string, Generator<void, void>>();
  private search: Search | null = null;
  /** Readings that are under way, by what they are of; those that nobody comes back for are pushed out. */
  private readonly readings = new Map<string, Generator<void, (InteractionWithFollowUps | null)[]>>();

  constructor(private readonly now: () => number) {}

  answer({ root, golden = root, declared, query: ask, isKept }: InteractionJob): InteractionAnswer {
    const until = this.now() + SLICE;
    if (ask.kind === 'records') return this.answerRecords(root, ask.keys, until);
    const index = this.indexOf(root, declared, golden);
    // A search goes on with what it began with; a new one sees what is new.
    const isUnderWay = ask.kind === 'find' && this.search?.name === nameOf(root, ask.filter, index) && ask.from > 0;
    if (!isUnderWay && !this.refresh(root, index, isKept, until)) return { kind: 'more' };
    return ask.kind === 'inbox' ? inboxOf(index, ask.rows) : this.find(root, index, ask, until);
  }

  /** With another meaning of signals, everything is looked at again. */
  private indexOf(root: string, declared: DeclaredSignals, golden: string): InboxIndex {
    const known = this.indexes.get(root);
    if (known !== undefined && known.golden === golden && meaningOf(known.declared) === meaningOf(declared)) return known;
    const index = new InboxIndex(root, declared, golden);
    this.indexes.set(root, index);
    this.refreshing.delete(root);
    return index;
  }

  /** True: it is done. */
  private refresh(root: string, index: InboxIndex, isKept: boolean, until: number): boolean {
    const steps = this.refreshing.get(root) ?? index.refresh(isKept);
    this.refreshing.set(root, steps);
    try {
      while (steps.next().done !== true) if (this.now() > until) return false;
    } catch (error) {
      this.refreshing.delete(root);
      throw error;
    }
    this.refreshing.delete(root);
    return true;
  }

  private find(
    root: string,
    index: InboxIndex,
    { filter, from, to }: Extract<InteractionQuery, { kind: 'find' }>,
    until: number,
  ): InteractionAnswer {
    const name = nameOf(root, filter, index);
    if (this.search?.name !== name) {
      this.search?.steps.return();
      const older = index.begins === null ? null : findOlder(index, filter);
      this.search = { name, rows: [], steps: findInteractions(index, filter), older, isAtOlder: false, isDone: false };
    }
    const { search } = this;
    // What is at hand is counted whole.
    const isAtHand = filter.triage !== 'all' && filter.text === '';
    while (!search.isDone && ((isAtHand && !search.isAtOlder) || search.rows.length <= to)) {
      const step = search.steps.next();
      if (step.done === true && search.older !== null) {
        search.steps = search.older;
        search.older = null;
        search.isAtOlder = true;
      } else if (step.done === true || search.rows.length >= MOST_ROWS) search.isDone = true;
      else if (step.value !== null) search.rows.push(step.value);
      if (!search.isDone && this.now() > until) return { kind: 'more' };
    }
    const rows = search.rows.slice(from, to).map(listed);
    return { kind: 'found', from, total: search.rows.length, isDone: search.isDone, rows, refused: index.refused };
  }

  private answerRecords(root: string, keys: readonly InteractionKey[], until: number): InteractionAnswer {
    const name = JSON.stringify([root, keys]);
    const steps = this.readings.get(name) ?? interactionsWithFollowUps(new InteractionFiles(root), keys);
    this.readings.set(name, steps);
    const [oldest] = this.readings;
    if (this.readings.size > MOST_READINGS && oldest !== undefined) {
      oldest[1].return([]);
      this.readings.delete(oldest[0]);
    }
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) {
        this.readings.delete(name);
        return { kind: 'records', records: step.value };
      }
      if (this.now() > until) return { kind: 'more' };
    }
  }
}

const nameOf = (root: string, filter: InteractionFilter, { revision, declared }: InboxIndex): string =>
  JSON.stringify([root, filter, revision, declared]);

const listed = ({ brief, place }: FoundInteraction): ListedInteraction => ({ ...brief, key: { id: brief.id, ...place } });

function inboxOf(index: InboxIndex, rows: number): Inbox {
  const open = index.found.filter(({ brief }) => matchesBrief(brief, INBOX));
  const prompts = new Map<string | null, Map<string | null, FoundInteraction[]>>();
  for (const item of open) {
    const flags = prompts.get(item.brief.prompt) ?? new Map<string | null, FoundInteraction[]>();
    prompts.set(item.brief.prompt, flags);
    const flag = flagOf(item.brief);
    const group = flags.get(flag) ?? [];
    group.push(item);
    flags.set(flag, group);
  }
  return {
    kind: 'inbox',
    stored: index.stored,
    open: open.length,
    isWhole: index.begins === null,
    refused: index.refused,
    prompts: [...prompts]
      .map(([prompt, flags]) => ({
        prompt,
        count: [...flags.values()].reduce((sum, group) => sum + group.length, 0),
        flags: [...flags]
          .map(([flag, group]) => ({ flag, count: group.length, rows: group.slice(0, rows).map(listed) }))
          .sort((a, b) => b.count - a.count),
      }))
      .sort((a, b) => b.count - a.count),
    seen: index.seen,
  };
}
