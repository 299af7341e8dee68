/** One page and what it shows. The panel and the editor of journals share it. */
import * as vscode from 'vscode';
import type { ResultsQuery } from '../../protocol/query.ts';
import { showError } from '../window/messages.ts';
import type { Services } from '../window/services.ts';
import { readLabels } from '../../engine/labels.ts';
import { pageHtml, webviewPort } from '../pages/page-html.ts';
import { filesOf, resultActions, type ActionContext } from './result-actions.ts';
import { PageHost } from '../../engine/results-view/page-host.ts';
import type { ResultsView } from '../../engine/results-view/results-view.ts';

export class ResultsSession {
  private readonly page = new PageHost();

  constructor(
    private readonly services: Services,
    private readonly context: Pick<ActionContext, 'rerun' | 'cancel' | 'openRuns'>,
    /** Hears of every view that is shown, and of every change of what it shows. */
    private readonly onShow: (view: ResultsView) => void = () => undefined,
  ) {}

  get view(): ResultsView | null {
    return this.page.view;
  }

  /** Another set of runs from now on, or the same with more to say. */
  show(view: ResultsView): void {
    this.page.view = view;
    this.onShow(view);
    void this.enrich(view);
    this.page.changed();
  }

  showRows(query: ResultsQuery): void {
    this.page.showRows(query);
  }

  focus(): void {
    this.page.focus();
  }

  changed(): void {
    this.page.changed();
  }

  /** The page was closed; what it showed stays. */
  detach(): void {
    this.page.detach();
  }

  /** Fills the page; its rights are to run our one script and to show. */
  attach(webview: vscode.Webview): void {
    const folder = vscode.Uri.joinPath(this.services.context.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    // A grade or another baseline: runs and prices are as they were.
    const changed = (): void => {
      const { view } = this.page;
      if (!view) return;
      this.onShow(view);
      this.readLabels(view);
      this.page.changed();
    };
    this.page.connect(
      webviewPort(webview),
      resultActions({ ...this.context, services: this.services, view: () => this.page.view, changed }),
    );
    webview.html = pageHtml(webview, folder);
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
      view.history = engine().archive.history(root, [...new Set(view.table.columns.map(({ head }) => head.prompt.path))]);
      for (const { id, head } of view.table.columns) view.setContext(id, await engine().columnContext(root, head));
      if (this.page.view === view) this.page.changed();
    } catch (error) {
      void showError(error, this.services);
    }
  }

  /** Only of prompts in the workspace; a journal from elsewhere has none. */
  private readLabels(view: ResultsView): void {
    if (!view.isReadOnly) readLabels(view, this.services.engine().writer, filesOf(view));
  }
}
