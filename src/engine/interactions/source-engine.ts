/** Sources of goldset.yaml for views and actions: looks on threads of their own, lists that are kept, and copies of what is opened. Part of the engine's bundle. */
import { createHash } from 'node:crypto';
import type { CarriedNews } from '../../adapters/clickhouse/carried-fetch.ts';
import { sourceAccess } from '../../adapters/clickhouse/source-access.ts';
import type { SourcedCalls } from '../../adapters/clickhouse/source-calls.ts';
import type { SourceFound, SourceLook } from '../../adapters/clickhouse/source-look.ts';
import { lookOnThread } from '../../adapters/clickhouse/source-thread.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { SeenNames } from '../../adapters/interactions/day-inbox.ts';
import type { KeySource } from '../../adapters/models/keys.ts';
import { dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { InteractionBrief } from '../../core/feedback/interactions/interaction-query.ts';
import type { InteractionRow } from '../../protocol/interactions.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';

/** Which source of which workspace. */
export interface SourcePlace {
  readonly root: string;
  readonly source: string;
}

export interface SourceWatch {
  readonly news: CarriedNews;
  readonly stop: AbortSignal;
}

export interface SourceRows {
  /** Listed so far. */
  readonly total: number;
  readonly isDone: boolean;
  readonly rows: readonly InteractionRow[];
  /** Values for filters. */
  readonly seen: SeenNames;
}

/** Calls of which a store has copied its records, by their keys there. */
export interface CopiedCalls {
  /** The store of the copies. */
  readonly root: string;
  readonly keys: readonly InteractionKey[];
}

interface Listed {
  readonly name: string;
  readonly most: number;
  readonly found: SourcedCalls;
}

/** Calls that are listed first, and in all: with more, a person narrows the filter. */
const [FIRST_LISTED, MOST_LISTED] = [300, 3000];
const DAY_MS = 86_400_000;

export class SourceEngine {
  private listed: Listed | null = null;
  private readonly copied = new Map<string, CopiedCalls>();

  constructor(
    /** The bundled worker. */
    private readonly worker: string,
    private readonly workspaces: Workspaces,
    private readonly keys: KeySource,
    private readonly evaluator: Pick<WorkerEvaluator, 'interactions'>,
    /** False in Restricted Mode, where no source is read or named. */
    private readonly isTrusted: () => boolean,
    private readonly now: () => number = () => Date.now(),
  ) {}

  async names(root: string): Promise<readonly string[]> {
    return this.isTrusted() ? [...(await this.workspaces.open(root)).config.sources.keys()] : [];
  }

  /** @throws {HumanError} as the store answers, when it was stopped, or when the password may not go there. */
  async look<K extends SourceLook['kind']>(
    { root, source: name }: SourcePlace,
    look: SourceLook & { kind: K },
    { news, stop }: SourceWatch,
  ): Promise<SourceFound[K]> {
    requireTrusted(this.isTrusted());
    const workspace = await this.workspaces.open(root);
    dataFolder(workspace.root).require();
    const access = await sourceAccess(workspace, name, this.keys);
    const job = { ...access, workspace, name, now: this.now(), look };
    return (await lookOnThread(this.worker, job, news, stop)) as SourceFound[K];
  }

  /** The newest calls that a filter lets through. What was listed stays listed until something was decided. @throws as `look`. */
  async rows(place: SourcePlace, filter: InteractionFilter, from: number, to: number, watch: SourceWatch): Promise<SourceRows> {
    const name = JSON.stringify([place.root, place.source, filter]);
    const known = this.listed?.name === name ? this.listed : null;
    const isEnough = known !== null && (known.found.isDone || known.found.calls.length >= to || known.most >= MOST_LISTED);
    const wanted = Math.min(MOST_LISTED, Math.max(FIRST_LISTED, 2 * to));
    const listed = isEnough ? known : { name, most: wanted, found: await this.look(place, { kind: 'list', filter, most: wanted }, watch) };
    this.listed = listed;
    const { found, most } = listed;
    const isDone = found.isDone || most >= MOST_LISTED;
    return {
      total: found.calls.length,
      isDone,
      seen: found.seen,
      rows: found.calls.slice(from, to).map((call) => ({ ...call, key: keyInSource(call) })),
    };
  }

  /** The next list is read anew: something was decided. */
  forgetList(): void {
    this.listed = null;
  }

  /** Copies what is not copied yet. @throws as `look`, and when the source does not have one of them. */
  async copy(place: SourcePlace, ids: readonly string[], days: readonly string[], watch: SourceWatch): Promise<CopiedCalls> {
    const name = JSON.stringify([place, ids]);
    const known = this.copied.get(name);
    if (known !== undefined) return known;
    const [first] = days.filter((day) => /^\d{4}-\d\d-\d\d$/.test(day)).sort();
    // A trace may have begun the day before.
    const from = first === undefined ? null : new Date(Date.parse(first) - DAY_MS).toISOString().slice(0, 10);
    const root = await this.look(place, { kind: 'copy', ids, from }, watch);
    dataFolder(root).require();
    const workspace = await this.workspaces.open(place.root);
    const job = { root, golden: workspace.root, declared: workspace.config.signals, isKept: true };
    const filter = { ...INBOX, triage: 'all', ids } as const;
    const found = await this.evaluator.interactions({ ...job, query: { kind: 'find', filter, from: 0, to: ids.length } });
    const rows = new Map((found?.kind === 'found' ? found.rows : []).map(({ key }) => [key.id, key]));
    const keys = ids.map((id) => {
      const key = rows.get(id);
      if (key === undefined) throw new HumanError('interaction/gone', `The source ${place.source} has no call ${id} in these days.`);
      return key;
    });
    this.copied.set(name, { root, keys });
    return { root, keys };
  }
}

/** A call that is not copied has no line in a file: its number is its own. */
const keyInSource = ({ id, time }: InteractionBrief): InteractionKey => ({
  ...{ id, day: time.slice(0, 10), end: 0 },
  offset: Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 12), 16),
});
