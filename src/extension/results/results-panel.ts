/** The results page: one panel, filled live, restored with its run when the window is loaded again. */
import path from 'node:path';
import * as vscode from 'vscode';
import { openChannel, type Channel } from '../../protocol/channel.ts';
import type { HostMethods, PageMethods, ResultsFilter, ResultsSnapshot } from '../../protocol/results.ts';
import { onlyModel } from '../../core/run/candidate-report.ts';
import { showError } from '../messages.ts';
import { commands, panels } from '../names.ts';
import { requireTrust } from '../run-commands.ts';
import type { Runs, ShownRun } from '../runs.ts';
import type { Services } from '../services.ts';
import { openCase } from './open-case.ts';
import { pageHtml } from './page-html.ts';
import { restoreRun } from './restore-run.ts';
import { RunView } from './run-view.ts';

/** ms between two messages to the page while a run goes on. */
const FRAME = 80;
/** In the workspace's memory: the run to show when the window is loaded again. */
const LAST_RUN = 'goldset.lastRun';
const NOTHING: ResultsSnapshot = {
  runId: null,
  root: null,
  columns: [],
  rows: 0,
  verdict: null,
  comparisons: [],
  flipped: 0,
  progress: { done: 0, samples: 0, running: false, passed: 0, failed: 0, errors: 0, reused: 0, canResume: false, spentUsd: null },
};

export function registerResults(services: Services, runs: Runs): void {
  const results = new ResultsPanel(services, runs);
  services.context.subscriptions.push(
    results,
    vscode.commands.registerCommand(commands.showResults, (filter?: unknown) =>
      results.show(typeof filter === 'string' ? filterOf(filter) : null),
    ),
    vscode.window.registerWebviewPanelSerializer(panels.results, {
      deserializeWebviewPanel: (panel, state: unknown) => results.restore(panel, state),
    }),
  );
}

class ResultsPanel {
  private panel: vscode.WebviewPanel | null = null;
  private channel: Channel<PageMethods> | null = null;
  private view: RunView | null = null;
  private filter: ResultsFilter = 'all';
  private timer: NodeJS.Timeout | null = null;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly services: Services,
    private readonly runs: Runs,
  ) {
    this.subscription = runs.onEvent(({ run, event }) => {
      if (this.view?.run !== run) {
        this.view = new RunView(run);
        void services.context.workspaceState.update(LAST_RUN, { root: run.root, runId: run.id });
      }
      if (event.type === 'text') this.view.stream(event.sample.candidate, event.sample.case, event.text);
      if (event.type === 'ended') setImmediate(() => this.tell());
      else this.tellSoon();
    });
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.subscription.dispose();
    this.panel?.dispose();
  }

  /** Never takes the focus from the editor. `filter`: the rows to show; null: those that are shown. */
  show(filter: ResultsFilter | null): void {
    if (filter !== null) {
      this.filter = filter;
      this.channel?.tell('show', { filter });
    }
    if (this.panel) this.panel.reveal(undefined, true);
    else
      this.attach(
        vscode.window.createWebviewPanel(panels.results, 'Goldset Results', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }),
      );
  }

  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const remembered = this.services.context.workspaceState.get<unknown>(LAST_RUN);
    const { root, runId } = (hasRun(state) ? state : (remembered ?? {})) as { root?: unknown; runId?: unknown };
    if (this.view === null && typeof root === 'string' && typeof runId === 'string') {
      const run = await restoreRun(this.services, root, runId);
      if (run) this.view = new RunView(run);
    }
    this.attach(panel);
  }

  private attach(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const page = vscode.Uri.joinPath(this.services.context.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [page] };
    this.channel = openChannel<HostMethods, PageMethods>(
      {
        post: (message) => void webview.postMessage(message),
        listen: (listener) => {
          const subscription = webview.onDidReceiveMessage(listener);
          return () => void subscription.dispose();
        },
      },
      {
        ready: ({ filter }) => {
          // A command that opened the page has said what is to be seen.
          if (this.filter === 'flipped') setImmediate(() => this.channel?.tell('show', { filter: 'flipped' }));
          else this.filter = filterOf(filter);
          return this.snapshot();
        },
        rows: ({ from, to, filter }) => {
          this.filter = filterOf(filter);
          const start = wholeNumber(from);
          return this.view?.rows(start, Math.min(wholeNumber(to), start + 200), this.filter) ?? { total: 0, rows: [] };
        },
        openCase: ({ case: id }) => this.openCase(id),
        rerun: ({ only }) => this.rerun(only === 'failed' || only === 'rest' ? only : 'all'),
        cancel: () => {
          this.runs.cancelAll();
          return true;
        },
      },
    );
    panel.onDidDispose(() => {
      this.channel?.close();
      this.channel = null;
      this.panel = null;
    });
    this.panel = panel;
    webview.html = pageHtml(webview, page, this.view === null ? null : { root: this.view.run.root, runId: this.view.run.id });
  }

  private snapshot(): ResultsSnapshot {
    return this.view?.snapshot(this.filter) ?? NOTHING;
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => this.tell(), FRAME);
  }

  private tell(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.channel?.tell('changed', this.snapshot());
  }

  private async openCase(id: string): Promise<boolean> {
    const run = this.view?.run;
    return run ? openCase(this.services, filesOf(run), id) : false;
  }

  private async rerun(only: 'failed' | 'all' | 'rest'): Promise<boolean> {
    const view = this.view;
    if (!view) return false;
    if (only === 'rest') {
      const { id: resume } = view.run;
      const files = filesOf(view.run).map((file) => ({ file, cases: new Set(view.run.caseIds) }));
      await vscode.commands.executeCommand(commands.resumeRun, { request: { prompts: files, model: onlyModel(view.run.heads) }, resume });
      return true;
    }
    const cases = only === 'all' ? null : new Set([...view.caseIds('fail'), ...view.caseIds('error')]);
    try {
      requireTrust();
      await this.runs.start(
        { prompts: filesOf(view.run).map((file) => ({ file, cases })), model: onlyModel(view.run.heads) },
        { mustAsk: false },
      );
    } catch (error) {
      void showError(error, this.services);
    }
    return true;
  }
}

/** The page's own memory may be older than the run, or gone. */
const hasRun = (state: unknown): boolean => typeof (state as { runId?: unknown } | null)?.runId === 'string';

const filesOf = (run: ShownRun): string[] => [...new Set(run.heads.map((head) => path.resolve(run.root, head.prompt.path)))];

const FILTERS: readonly ResultsFilter[] = ['all', 'fail', 'error', 'pass', 'flipped'];
const filterOf = (value: unknown): ResultsFilter => FILTERS.find((filter) => filter === value) ?? 'all';
const wholeNumber = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0);
