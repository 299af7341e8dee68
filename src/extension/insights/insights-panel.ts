/** The page of insights: one panel, which a window that is loaded again gets back. */
import * as vscode from 'vscode';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { filterOf, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { GROUPINGS } from '../../core/feedback/insights/units/unit-insight.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { openChannel, type Channel, type Handlers, type Port } from '../../protocol/channel.ts';
import {
  WINDOWS,
  type DriftSnapshot,
  type FailuresSnapshot,
  type InsightsHost,
  type InsightsPage,
  type InsightsSnapshot,
  type InsightsView,
} from '../../protocol/insights.ts';
import { showError } from '../window/messages.ts';
import { commands, panels } from '../window/names.ts';
import { SourceProgress } from '../window/source-progress.ts';
import { requireTrustToRead } from '../window/trust.ts';
import { PagePanel } from '../pages/page-panel.ts';
import type { Services } from '../window/services.ts';
import type { InsightsFound, ReadFrom } from '../../engine/interactions/insights-engine.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { ChosenInteractions, InteractionActions } from '../interactions/interaction-actions.ts';
import type { Interactions } from '../interactions/interactions-view.ts';

const DAY = 86_400_000;

/** `showInteractions`: opens the page of interactions with a filter. `makeCases`: makes golden cases of them, as the list of interactions does. */
export function registerInsights(
  services: Services,
  view: Interactions,
  showInteractions: ShowInteractions,
  makeCases: InteractionActions['makeCases'],
): void {
  const panel = new InsightsPanel(services, view, showInteractions, makeCases);
  services.context.subscriptions.push(
    panel,
    vscode.commands.registerCommand(commands.showInsights, () => {
      try {
        requireTrustToRead();
        panel.show();
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}
type ShowInteractions = (root: string | null, filter: InteractionFilter, source: string | null) => void;

class InsightsPanel extends PagePanel {
  private channel: Channel<InsightsPage> | null = null;
  private last: InsightsFound | null = null;
  private failures: FailuresSnapshot | null = null;
  private folder: string | null = null;
  private source: string | null = null;
  /** The newest day of what the page shows, by which windows are counted back. */
  private newest: string | null = null;
  private readonly progress = new SourceProgress();
  /** The newest look of each kind: a newer one gives it up. */
  private readonly newestLooks = new Map<LookKind, AbortController>();
  /** What topics of failures and drift offer as cases. */
  private offered: Readonly<Record<'failures' | 'drift', readonly InteractionKey[]>> = { failures: [], drift: [] };

  constructor(
    private readonly services: Services,
    private readonly view: Interactions,
    private readonly showInteractions: ShowInteractions,
    private readonly makeCases: InteractionActions['makeCases'],
  ) {
    super(services.context.extensionUri, {
      type: panels.insights,
      script: 'insights.js',
      title: 'Goldset Insights',
      column: vscode.ViewColumn.Active,
      preserveFocus: false,
    });
    this.subscriptions.push(
      // What changed are files: a source is read when a person asks for it.
      view.onDidChangeTreeData(() => this.source === null && this.channel?.tell('changed', {})),
    );
  }

  show(): void {
    this.reveal();
  }

  protected override connect(port: Port): void {
    this.channel = openChannel<InsightsHost, InsightsPage>(port, this.handlers());
  }

  protected override disconnect(): void {
    this.channel?.close();
    this.channel = null;
    this.last = null;
    this.failures = null;
  }

  protected override closed(): void {
    this.progress.stop();
    this.services
      .engine()
      .insights.stop()
      .catch((error: unknown) => this.services.log.warn(messageOf(error)));
  }

  private handlers(): Handlers<InsightsHost> {
    return {
      read: ({ view, ...place }) => this.read(viewOf(view), place),
      readFailures: ({ window, ...place }) => this.readFailures(viewOf({ window }), place),
      readDrift: ({ window, isGolden, ...place }) => this.readDrift(viewOf({ window }), place, isGolden),
      addCases: async ({ ids }) => {
        const wanted: readonly unknown[] = Array.isArray(ids) ? ids : [];
        const { failures, drift } = this.offered;
        const offered = new Map([...failures, ...drift].map((key) => [key.id, key]));
        const keys = [...offered.values()].filter(({ id }) => wanted.includes(id));
        if (this.folder === null || keys.length === 0) return false;
        try {
          return await this.makeCases(await this.stored(this.folder, keys));
        } catch (error) {
          void showError(error, this.services);
          return false;
        }
      },
      copyTicket: async ({ topic }) => {
        const ticket = this.failures?.failures.clusters.find(({ id }) => id === topic)?.action.ticket ?? null;
        if (ticket === null) return false;
        await vscode.env.clipboard.writeText(`${ticket}\n`);
        void vscode.window.setStatusBarMessage('Goldset: copied the ticket text.', 5000);
        return true;
      },
      showInteractions: ({ filter }) => {
        this.showInteractions(this.folder, filterOf(filter), this.source);
        return true;
      },
      copyJson: async () => {
        if (this.last === null) return false;
        await vscode.env.clipboard.writeText(`${JSON.stringify(this.last.insights, null, 2)}\n`);
        void vscode.window.setStatusBarMessage('Goldset: copied the insights as JSON (goldset.insights/1).', 5000);
        return true;
      },
      startCapture: async () => {
        await vscode.commands.executeCommand(commands.startCapture);
        return true;
      },
    };
  }

  private async read(view: InsightsView, place: PlaceAsked): Promise<InsightsSnapshot | null> {
    const root = await this.rootOf(place);
    if (root === null) return null;
    const wanted = this.newestLook('insights');
    try {
      const found = await this.found(root, view, wanted);
      this.last = found;
      const sources = await this.services.engine().sources.names(root);
      return { ...found, folder: root, folders: this.view.roots(), source: this.source, sources };
    } catch (error) {
      // A page that was closed while it was read waits for nothing, nor does one with another choice by now.
      if (this.panel !== null && !wanted.aborted) void showError(error, this.services);
      throw error;
    }
  }

  /** The page asks for them once it has the other insights, for they are read from all lines of the window. */
  private async readFailures({ window }: InsightsView, place: PlaceAsked): Promise<FailuresSnapshot | null> {
    const root = await this.rootOf(place);
    if (root === null) return null;
    const since = firstDay(window, this.newest);
    const { insights } = this.services.engine();
    const { keys, failures, notes } = await this.from('failures', this.newestLook('failures'), (from) =>
      insights.failures(root, since, from),
    );
    const ids = failures.clusters.flatMap(({ action }) => action.cases);
    this.offered = { ...this.offered, failures: this.source === null ? keys : keysOfSource(ids, failures.window?.from ?? null) };
    this.failures = { failures, notes };
    return this.failures;
  }

  private async readDrift({ window }: InsightsView, place: PlaceAsked, isGolden: boolean): Promise<DriftSnapshot | null> {
    const root = await this.rootOf(place);
    if (root === null) return null;
    const [since, against] = [firstDay(window, this.newest), isGolden ? 'golden' : null];
    const { insights } = this.services.engine();
    const { keys, ...read } = await this.from('drift', this.newestLook('drift'), (from) => insights.drift(root, since, against, from));
    const { changes, unlike, window: days } = read.drift;
    const ids = [...changes.map(({ inputs }) => inputs), unlike?.inputs ?? null].flatMap((inputs) => inputs?.cases ?? []);
    this.offered = { ...this.offered, drift: this.source === null ? keys : keysOfSource(ids, days?.from ?? null) };
    return read;
  }

  /** The days of a window are counted back from the newest interaction, for what is stored may be old. */
  private async found(root: string, { by, window }: InsightsView, wanted: AbortSignal): Promise<InsightsFound> {
    const { insights } = this.services.engine();
    const read = (since: string | null): Promise<InsightsFound> =>
      this.from('insights', wanted, (from) => insights.read({ root, by, since }, from));
    // A source is not asked again for what its newest day is.
    if (window !== null && this.source !== null && this.newest !== null) return read(firstDay(window, this.newest));
    const all = await read(null);
    this.newest = all.insights.window?.to ?? null;
    return window === null || this.newest === null ? all : read(firstDay(window, this.newest));
  }

  /** A look at what the page shows: files, or a source with its progress. @throws {HumanError} also when `wanted` was given up while it looked. */
  private async from<T>(what: LookKind, wanted: AbortSignal, look: (from: ReadFrom | null) => Promise<T>): Promise<T> {
    const { source: name } = this;
    const found = await (name === null ? look(null) : this.progress.show(name, what, (watch) => look({ name, watch }), wanted));
    if (wanted.aborted) throw new HumanError('source/stopped', 'Another choice was made while this was read.');
    return found;
  }

  /** Gives up the one before. */
  private newestLook(kind: LookKind): AbortSignal {
    this.giveUp(kind);
    const own = new AbortController();
    this.newestLooks.set(kind, own);
    return own.signal;
  }

  private giveUp(...kinds: readonly LookKind[]): void {
    for (const kind of kinds) this.newestLooks.get(kind)?.abort();
  }

  /** Calls with their lines in a store: those of a source are copied. */
  private async stored(root: string, keys: readonly InteractionKey[]): Promise<ChosenInteractions> {
    const { source } = this;
    if (source === null) return { root, keys };
    const [ids, days] = [keys.map(({ id }) => id), keys.map(({ day }) => day)];
    const { sources } = this.services.engine();
    return this.progress.show(source, 'calls', (watch) => sources.copy({ root, source }, ids, days, watch));
  }

  /** The folder that the page wants, else the one that it had; only those of this window. A source is one of its goldset.yaml. */
  private async rootOf({ folder, source }: PlaceAsked): Promise<string | null> {
    const roots = this.view.roots();
    const before = [this.folder, this.source];
    this.folder = [folder, this.folder, roots[0]].find((item): item is string => roots.some((root) => root === item)) ?? null;
    const names = this.folder === null || typeof source !== 'string' ? [] : await this.services.engine().sources.names(this.folder);
    this.source = names.find((name) => name === source) ?? null;
    if (before[0] !== this.folder || before[1] !== this.source) {
      this.newest = null;
      this.giveUp('insights', 'failures', 'drift');
      this.services.engine().insights.forget();
    }
    return this.folder;
  }
}

type LookKind = 'insights' | 'failures' | 'drift';

/** As a page says it, whatever its shape. */
interface PlaceAsked {
  readonly folder: unknown;
  readonly source: unknown;
}

/** Calls of a source have no line yet; their days are not before the first one. */
const keysOfSource = (ids: readonly string[], from: string | null): InteractionKey[] =>
  [...new Set(ids)].map((id) => ({ id, day: (from ?? '').slice(0, 10), offset: 0, end: 0 }));

/** Null: all days. */
const firstDay = (window: InsightsView['window'], newest: string | null): string | null =>
  window === null || newest === null ? null : new Date(Date.parse(newest.slice(0, 10)) - (window - 1) * DAY).toISOString().slice(0, 10);

/** What a page says that it wants to see, whatever its shape. */
function viewOf(given: unknown): InsightsView {
  const value = isJsonObject(given) ? given : {};
  return {
    by: GROUPINGS.find((by) => by === value['by']) ?? 'type',
    window: WINDOWS.find((days) => days === value['window']) ?? null,
  };
}
