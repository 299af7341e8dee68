/** The page of insights: one panel, which a window that is loaded again gets back. */
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { filterOf, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { GROUPINGS } from '../../core/feedback/insights/units/unit-insight.ts';
import { isJsonObject } from '../../core/json.ts';
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
import { requireTrustToRead } from '../window/trust.ts';
import { PagePanel } from '../pages/page-panel.ts';
import type { Services } from '../window/services.ts';
import type { InsightsFound } from '../../engine/insights-engine.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { InteractionActions } from '../interactions/interaction-actions.ts';
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
type ShowInteractions = (root: string | null, filter: InteractionFilter) => void;

class InsightsPanel extends PagePanel {
  private channel: Channel<InsightsPage> | null = null;
  private last: InsightsFound | null = null;
  private failures: FailuresSnapshot | null = null;
  private folder: string | null = null;
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
    this.subscriptions.push(view.onDidChangeTreeData(() => this.channel?.tell('changed', {})));
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
    this.services
      .engine()
      .insights.stop()
      .catch((error: unknown) => this.services.log.warn(messageOf(error)));
  }

  private handlers(): Handlers<InsightsHost> {
    return {
      read: ({ view, folder }) => this.read(viewOf(view), folder),
      readFailures: ({ window, folder }) => this.readFailures(viewOf({ window }), folder),
      readDrift: ({ window, folder, isGolden }) => this.readDrift(viewOf({ window }), folder, isGolden),
      addCases: async ({ ids }) => {
        const wanted: readonly unknown[] = Array.isArray(ids) ? ids : [];
        const { failures, drift } = this.offered;
        const offered = new Map([...failures, ...drift].map((key) => [key.id, key]));
        const keys = [...offered.values()].filter(({ id }) => wanted.includes(id));
        if (this.folder === null || keys.length === 0) return false;
        try {
          return await this.makeCases({ root: this.folder, keys });
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
        this.showInteractions(this.folder, filterOf(filter));
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

  private async read(view: InsightsView, folder: unknown): Promise<InsightsSnapshot | null> {
    const root = this.rootOf(folder);
    if (root === null) return null;
    try {
      const found = await this.found(root, view);
      this.last = found;
      return { ...found, folder: root, folders: this.view.roots() };
    } catch (error) {
      // A page that was closed while it was read waits for nothing.
      if (this.panel !== null) void showError(error, this.services);
      throw error;
    }
  }

  /** The page asks for them once it has the other insights, for they are read from all lines of the window. */
  private async readFailures({ window }: InsightsView, folder: unknown): Promise<FailuresSnapshot | null> {
    const root = this.rootOf(folder);
    if (root === null) return null;
    const newest = this.last?.insights.window?.to ?? null;
    const { keys, failures, notes } = await this.services.engine().insights.failures(root, firstDay(window, newest));
    this.offered = { ...this.offered, failures: keys };
    this.failures = { failures, notes };
    return this.failures;
  }

  private async readDrift({ window }: InsightsView, folder: unknown, isGolden: boolean): Promise<DriftSnapshot | null> {
    const root = this.rootOf(folder);
    if (root === null) return null;
    const newest = this.last?.insights.window?.to ?? null;
    const { keys, ...read } = await this.services.engine().insights.drift(root, firstDay(window, newest), isGolden ? 'golden' : null);
    this.offered = { ...this.offered, drift: keys };
    return read;
  }

  /** The days of a window are counted back from the newest interaction, for what is stored may be old. */
  private async found(root: string, { by, window }: InsightsView): Promise<InsightsFound> {
    const { insights } = this.services.engine();
    const all = await insights.read({ root, by, since: null });
    const newest = all.insights.window?.to;
    if (window === null || newest === undefined) return all;
    return insights.read({ root, by, since: firstDay(window, newest) });
  }

  /** The folder that the page wants, else the one that it had; only those of this window. */
  private rootOf(wanted: unknown): string | null {
    const roots = this.view.roots();
    this.folder = [wanted, this.folder, roots[0]].find((folder): folder is string => roots.some((root) => root === folder)) ?? null;
    return this.folder;
  }
}

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
