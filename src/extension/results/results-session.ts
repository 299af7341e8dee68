/** One page and what it shows. The panel and the editor of journals share it. */
import type { Port } from '../../protocol/channel.ts';
import type { ResultsQuery } from '../../protocol/query.ts';
import { showError } from '../window/messages.ts';
import type { Services } from '../window/services.ts';
import { readLabels } from '../../engine/labelling/labels.ts';
import { resultActions, type ActionContext } from './result-actions.ts';
import { labellingActions } from './labelling-actions.ts';
import { markRows } from '../../engine/labelling/mark-seen.ts';
import { PageHost } from '../../engine/results-view/page-host.ts';
import type { ColumnContext } from '../../engine/results-view/show-column.ts';
import type { ResultsView } from '../../engine/results-view/results-view.ts';

export class ResultsSession {
  private readonly page = new PageHost((view, rows) => markRows(view, rows, this.services.engine().writer.labels.seen));
  /** What the files say about the columns of the view. */
  private readonly contexts = new Map<string, ColumnContext>();

  constructor(
    private readonly services: Services,
    private readonly context: Pick<ActionContext, 'rerun' | 'cancel' | 'regrade' | 'openRuns'>,
    /** Hears of every view that is shown, and of every change of what it shows. */
    private readonly onShow: (view: ResultsView) => void = () => undefined,
  ) {}

  get view(): ResultsView | null {
    return this.page.view;
  }

  /** Another set of runs from now on, or the same with more to say. */
  show(view: ResultsView): void {
    if (this.page.view !== view) this.contexts.clear();
    this.page.view = view;
    this.onShow(view);
    void this.enrich(view);
    this.page.changed();
  }

  showRows(query: ResultsQuery): void {
    this.page.showRows(query);
  }

  /** A prompt was edited, or an edit was undone: its results are marked as of before, or not. `prompt`: shown path. */
  follow(prompt: string, version: string): void {
    const { view } = this.page;
    if (view === null || view.isReadOnly) return;
    const own = view.table.columns.filter(({ head }) => head.prompt.path === prompt && head.prompt.ref === null);
    const changed = own.filter(({ id, head }) => {
      const known = this.contexts.get(id);
      const isEarlier = head.prompt.version !== version;
      if (known === undefined || known.isEarlier === isEarlier) return false;
      this.setContext(view, id, { ...known, isEarlier });
      return true;
    });
    if (changed.length > 0) this.page.changed();
  }

  /** A golden set, a judge, its model or a calibration was edited: what is said of judges may be stale. */
  judgesChanged(): void {
    const { view } = this.page;
    if (view !== null) void this.enrich(view);
  }

  private setContext(view: ResultsView, id: string, context: ColumnContext): void {
    this.contexts.set(id, context);
    view.setContext(id, context);
  }

  focus(): void {
    this.page.focus();
  }

  labelBlind(): void {
    this.page.labelBlind();
  }

  changed(): void {
    this.page.changed();
  }

  /** The page was closed; what it showed stays. */
  detach(): void {
    this.page.detach();
  }

  /** Opens the conversation with the page. */
  attach(port: Port): void {
    // A grade or another baseline: runs and prices are as they were.
    const changed = (): void => {
      const { view } = this.page;
      if (!view) return;
      this.onShow(view);
      this.readLabels(view);
      this.page.changed();
    };
    const context = { ...this.context, services: this.services, view: () => this.page.view, changed };
    this.page.connect(port, { ...resultActions(context), ...labellingActions(context, () => this.page.withoutRows()) });
  }

  /** What stands beside the runs in the workspace: prices per action, cacheable share, labels, earlier runs. */
  private async enrich(view: ResultsView): Promise<void> {
    const root = view.shown?.root;
    // What a journal from elsewhere names is not looked for here.
    if (root === undefined || root === '' || view.isReadOnly) return;
    const { engine } = this.services;
    try {
      this.readLabels(view);
      view.gate = await engine().gateOf(root);
      view.history = await engine().archive.history(root, [...new Set(view.table.columns.map(({ head }) => head.prompt.path))]);
      for (const { id, head } of view.table.columns) this.setContext(view, id, await engine().columnContext(root, head));
      if (this.page.view === view) this.page.changed();
    } catch (error) {
      void showError(error, this.services);
    }
  }

  /** Only of prompts in the workspace; a journal from elsewhere has none. */
  private readLabels(view: ResultsView): void {
    if (!view.isReadOnly) readLabels(view, this.services.engine().writer.labels);
  }
}
