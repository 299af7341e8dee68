/** The page of interactions: one panel, which a window that is loaded again gets back. */
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import { filterOf, INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { openChannel, type Channel, type Handlers, type Port } from '../../protocol/channel.ts';
import {
  MOST_CHOICES,
  type InteractionsHost,
  type InteractionsPage,
  type InteractionsSnapshot,
  type InteractionWindow,
  type SeenValues,
} from '../../protocol/interactions.ts';
import { emptySeenNames, type SeenNames } from '../../adapters/interactions/day-inbox.ts';
import { showError } from '../window/messages.ts';
import { panels } from '../window/names.ts';
import { SourceProgress } from '../window/source-progress.ts';
import { PagePanel } from '../pages/page-panel.ts';
import type { Services } from '../window/services.ts';
import { loadOpen } from '../results/write-golden.ts';
import type { ChosenInteractions, InteractionActions } from './interaction-actions.ts';
import type { Interactions } from './interactions-view.ts';
import type { SourceWatch } from '../../engine/interactions/source-engine.ts';
import { seenCall } from '../../engine/labelling/seen-outputs.ts';
import { interactionLabelling } from './interaction-labelling-actions.ts';

/** Rows that a page can ask for at once. */
const MAX_ROWS = 300;

export class InteractionsPanel extends PagePanel {
  private channel: Channel<InteractionsPage> | null = null;
  private root: string | null = null;
  /** The source that is listed; null: the files in the root. */
  private source: string | null = null;
  private sources: readonly string[] = [];
  private readonly progress = new SourceProgress();
  private selected: readonly InteractionKey[] = [];
  /** What the page lists. */
  private filter: InteractionFilter = INBOX;
  /** What a command wants to be seen, before the page was ready. */
  private wanted: { readonly key: InteractionKey; readonly correct: boolean } | { readonly filter: InteractionFilter } | null = null;
  /** The search that the page waits for. */
  private searching = new AbortController();
  private looking = new AbortController();

  constructor(
    private readonly services: Services,
    private readonly view: Interactions,
    private readonly actions: InteractionActions,
  ) {
    super(services.context.extensionUri, {
      type: panels.interactions,
      script: 'interactions.js',
      title: 'Goldset Interactions',
      column: vscode.ViewColumn.Active,
      preserveFocus: false,
    });
    this.subscriptions.push(
      view.onDidChangeTreeData(() => this.tellChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.tellChanged()),
    );
  }

  override dispose(): void {
    this.looking.abort();
    super.dispose();
  }

  /** What is marked in the page, while it is seen; null: nothing is. Calls of a source are copied first. */
  async chosen(): Promise<ChosenInteractions | null> {
    const isMarked = this.panel?.active === true && this.selected.length > 0;
    return isMarked && this.root !== null ? this.stored(this.root, this.selected, null) : null;
  }

  /** False: no call of a source is marked. */
  correctMarked(): boolean {
    const [key] = this.panel?.active === true && this.source !== null ? this.selected : [];
    if (key !== undefined) this.channel?.tell('show', { key, correct: true });
    return key !== undefined;
  }

  /** `key`: the one to be seen; null: the list. */
  show(root: string | null, key: InteractionKey | null, correct: boolean): void {
    this.see(root, key === null ? this.source : null);
    this.wanted = key === null ? null : { key, correct };
    this.showWanted();
    if (key === null) this.channel?.tell('focus', {});
  }

  /** Whatever became of them, flagged or not. */
  showAll(): void {
    this.showFiltered(null, { ...INBOX, triage: 'all' }, this.source);
  }

  /** `source`: of the root; null: its files. */
  showFiltered(root: string | null, filter: InteractionFilter, source: string | null): void {
    this.see(root, source);
    this.wanted = { filter };
    this.showWanted();
  }

  /** Null: the root that is seen already. */
  private see(root: string | null, source: string | null): void {
    if ((root === null || root === this.root) && source === this.source) return;
    this.root = root ?? this.root;
    this.source = source;
    this.tellChanged();
  }

  private tellChanged(): void {
    this.channel?.tell('changed', { snapshot: this.snapshot() });
  }

  private showWanted(): void {
    this.reveal();
    this.whenReady(() => this.tellWanted());
  }

  private tellWanted(): void {
    if (this.wanted === null || this.channel === null) return;
    if ('filter' in this.wanted) this.channel.tell('list', this.wanted);
    else this.channel.tell('show', this.wanted);
    this.wanted = null;
  }

  protected override connect(port: Port): void {
    this.root ??= this.view.roots()[0] ?? null;
    this.channel = openChannel<InteractionsHost, InteractionsPage>(port, this.handlers());
  }

  protected override disconnect(): void {
    this.channel?.close();
    this.channel = null;
    this.searching.abort();
    this.selected = [];
  }

  protected override closed(): void {
    this.progress.stop();
  }

  private handlers(): Handlers<InteractionsHost> {
    /** Calls of a source are copied first. */
    const many = async (given: unknown, work: (chosen: ChosenInteractions) => Promise<boolean>): Promise<boolean> => {
      try {
        if (this.root === null) return false;
        return await work(await this.stored(this.root, keysOf(given), null));
      } catch (error) {
        void showError(error, this.services);
        return false;
      }
    };
    const one = (given: unknown, work: (root: string, key: InteractionKey) => Promise<boolean>): Promise<boolean> =>
      many([keyOf(given)], ({ root, keys: [key] }) => (key === undefined ? Promise.resolve(false) : work(root, key)));
    const interactions = () => this.services.engine().interactions;
    return {
      ready: async () => {
        if (this.root !== null && this.view.inboxOf(this.root) === null) void this.view.refresh();
        this.sources = this.root === null ? [] : await this.services.engine().sources.names(this.root);
        this.ready();
        return this.snapshot();
      },
      rows: (args) => this.rows(args),
      firstKeys: async ({ filter }) => {
        if (this.root === null) return [];
        const page = await this.found(this.root, filterOf(filter), 0, MAX_ROWS);
        return (page?.rows ?? []).map(({ key }) => key);
      },
      interaction: async ({ key: given }) => {
        const load = (file: string): ReturnType<typeof loadOpen> => loadOpen(file, this.services);
        // Whoever looks at another one waits for this no more.
        this.looking.abort();
        this.looking = new AbortController();
        if (this.root === null) return null;
        const { signal } = this.looking;
        this.services.engine().writer.labels.seen.add(seenCall(keyOf(given).id));
        try {
          const {
            root,
            keys: [key],
          } = await this.stored(this.root, [keyOf(given)], signal);
          const shown = key === undefined ? null : await interactions().show(root, key, load, signal);
          return shown === null ? null : { ...shown, key: keyOf(given) };
        } catch (error) {
          // Another one is looked at by now, or the store says why not.
          if (!signal.aborted) void showError(error, this.services);
          return null;
        }
      },
      choose: async ({ source }) => {
        if (this.root === null) return false;
        this.sources = await this.services.engine().sources.names(this.root);
        this.see(null, this.sources.find((name) => name === source) ?? null);
        return true;
      },
      ...interactionLabelling(this.services, () =>
        this.root === null || this.source !== null ? null : { root: this.root, filter: this.filter },
      ),
      select: ({ keys }) => {
        this.selected = keysOf(keys);
        return true;
      },
      correct: ({ key, text }) => one(key, (root, own) => this.actions.correct(root, own, textOf(text))),
      makeCases: ({ keys }) => many(keys, (chosen) => this.actions.makeCases(chosen)),
      dismiss: ({ keys }) => many(keys, (chosen) => this.actions.dismiss(chosen)),
      reopen: ({ keys }) => many(keys, (chosen) => this.actions.reopen(chosen)),
      reproduce: ({ key }) => one(key, (root, own) => this.actions.reproduce(root, own)),
      copyId: ({ key }) => one(key, (_, own) => this.actions.copyId(own)),
      openPrompt: ({ key }) =>
        one(key, async (root, own) => {
          const { promptFile, interaction } = await interactions().read(root, own);
          if (promptFile === null)
            throw new HumanError(
              'interaction/no-prompt',
              `No prompt in this workspace has the name ${interaction.prompt?.name ?? 'in this record'}.`,
            );
          await vscode.window.showTextDocument(vscode.Uri.file(promptFile), { viewColumn: vscode.ViewColumn.One });
          return true;
        }),
      openOutput: ({ key }) =>
        one(key, async (root, own) => {
          const { output } = (await interactions().read(root, own)).interaction;
          const language = /^\s*[[{]/.test(output ?? '') ? 'json' : 'plaintext';
          const document = await vscode.workspace.openTextDocument({ language, content: output ?? '' });
          await vscode.window.showTextDocument(document, { preview: true });
          return true;
        }),
    };
  }

  /** Whoever asks anew waits for nothing else any more. */
  private async rows({
    from,
    to,
    filter,
  }: {
    readonly from: unknown;
    readonly to: unknown;
    readonly filter: unknown;
  }): Promise<InteractionWindow> {
    this.searching.abort();
    this.searching = new AbortController();
    const start = wholeNumber(from);
    const nothing = { from: start, total: 0, more: false, rows: [], seen: null };
    if (this.root === null) return nothing;
    const end = Math.min(Math.max(wholeNumber(to), start), start + MAX_ROWS);
    const { signal } = this.searching;
    this.filter = filterOf(filter);
    const page = await this.found(this.root, this.filter, start, end, signal);
    if (page === undefined) return nothing;
    const seen = page.seen === undefined ? null : valuesOf(page.seen);
    return { from: start, total: page.total, more: !page.isDone, rows: page.rows, seen };
  }

  /** Undefined: `signal` stopped it. */
  private async found(root: string, filter: InteractionFilter, from: number, to: number, signal?: AbortSignal): Promise<Found | undefined> {
    const { interactions, sources } = this.services.engine();
    const { source } = this;
    if (source === null) return interactions.find(root, filter, from, to, signal);
    try {
      return await this.progress.show(source, 'calls', (watch) => sources.rows({ root, source }, filter, from, to, watch), signal);
    } catch (error) {
      if (signal?.aborted === true) return undefined;
      void showError(error, this.services);
      throw error;
    }
  }

  /** Calls with their lines in a store: those of a source are copied. `stop`: one is only looked at, until the next one is. */
  private async stored(root: string, keys: readonly InteractionKey[], stop: AbortSignal | null): Promise<ChosenInteractions> {
    const { source } = this;
    if (source === null) return { root, keys };
    const { sources } = this.services.engine();
    const [ids, days] = [keys.map(({ id }) => id), keys.map(({ day }) => day)];
    const copy = (watch: SourceWatch): Promise<ChosenInteractions> => sources.copy({ root, source }, ids, days, watch);
    if (stop !== null) return this.progress.quietly(source, copy, stop);
    // What is decided of them shows in the next list.
    sources.forgetList();
    return this.progress.show(source, 'calls', copy);
  }

  private snapshot(): InteractionsSnapshot {
    const { source, sources } = this;
    const readOnly = !vscode.workspace.isTrusted;
    if (source !== null) {
      return { stored: null, open: null, isWhole: false, seen: null, readOnly, reading: false, source, sources };
    }
    const inbox = this.root === null ? null : this.view.inboxOf(this.root);
    return {
      stored: inbox?.stored ?? 0,
      open: inbox?.open ?? 0,
      isWhole: inbox?.isWhole ?? true,
      seen: valuesOf(inbox?.seen ?? emptySeenNames()),
      readOnly,
      reading: inbox === null,
      source,
      sources,
    };
  }
}

interface Found {
  readonly total: number;
  readonly isDone: boolean;
  readonly rows: InteractionWindow['rows'];
  /** Absent: the inbox has them. */
  readonly seen?: SeenNames;
}

/** The most frequent ones first. */
function valuesOf(seen: SeenNames): SeenValues {
  const values = (of: Readonly<Record<string, number>>): (readonly [string, number])[] =>
    Object.entries(of)
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_CHOICES);
  const { prompt, version, model, action, signal } = seen;
  return { prompt: values(prompt), version: values(version), model: values(model), action: values(action), signal: values(signal) };
}

const wholeNumber = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0);
const textOf = (value: unknown): string => {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new HumanError('interaction/nothing-said', 'A correction is what the output should have been.', 'Write the correction, then save.');
};

/** @throws {HumanError} when it is none. */
function keyOf(value: unknown): InteractionKey {
  const [key] = keysOf([value]);
  if (key === undefined) throw new HumanError('interaction/gone', 'This interaction is no longer stored.');
  return key;
}

const keysOf = (values: unknown): InteractionKey[] =>
  (Array.isArray(values) ? values : []).flatMap((value: unknown): InteractionKey[] => {
    if (!isJsonObject(value)) return [];
    const { id, day, offset, end } = value;
    const isKey = typeof id === 'string' && typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day);
    return isKey ? [{ id, day, offset: wholeNumber(offset), end: wholeNumber(end) }] : [];
  });
