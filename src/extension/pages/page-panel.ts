/** What the panels share: one panel per page, filled when it is first shown, which a window that is loaded again gets back. */
import * as vscode from 'vscode';
import type { Port } from '../../protocol/channel.ts';
import { fillPage, type Page } from './page-html.ts';

export interface PanelKind extends Page {
  /** One of `panels`. */
  readonly type: string;
  /** Where it opens. */
  readonly column: vscode.ViewColumn | (() => vscode.ViewColumn);
  /** The editor keeps the focus. */
  readonly preserveFocus: boolean;
}

export abstract class PagePanel {
  protected panel: vscode.WebviewPanel | null = null;
  private isReady = false;
  /** What a page that is not ready yet is to be told. */
  private waiting: (() => void) | null = null;
  protected readonly subscriptions: vscode.Disposable[] = [];

  /** `extension`: where the extension is installed. */
  constructor(
    private readonly extension: vscode.Uri,
    private readonly kind: PanelKind,
  ) {
    this.subscriptions.push(
      vscode.window.registerWebviewPanelSerializer(kind.type, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          this.restoring(state);
          this.attach(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  dispose(): void {
    this.disconnect();
    this.panel?.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** Opens the conversation with the page, which begins when it says that it is ready. */
  protected abstract connect(port: Port): void;

  /** Ends that conversation, if there is one; what was shown may stay. */
  protected abstract disconnect(): void;

  /** The page says that it is ready: it can be told things from when it has its reply. */
  protected ready(): void {
    this.isReady = true;
    setTimeout(() => {
      this.waiting?.();
      this.waiting = null;
    }, 0);
  }

  /** Tells the page something, now or when it is ready; what comes later takes the place of what waits. */
  protected whenReady(tell: () => void): void {
    if (this.isReady) tell();
    else this.waiting = tell;
  }

  /** The page was closed by a person. */
  protected closed(): void {
    // Most pages have nothing more to do.
  }

  /** A panel of an earlier window comes back. `state`: what its page remembered. */
  protected restoring(_state: unknown): void {
    // Most pages remember by themselves.
  }

  /** Shows the panel in the column that it is in, or in the wanted one; opens it when it is not open. */
  protected reveal(preserveFocus = this.kind.preserveFocus, wanted?: vscode.ViewColumn): void {
    const { type, title, column } = this.kind;
    const { panel } = this;
    if (panel !== null && (wanted === undefined || panel.viewColumn === wanted)) return panel.reveal(undefined, preserveFocus);
    const viewColumn = wanted ?? (typeof column === 'function' ? column() : column);
    this.attach(vscode.window.createWebviewPanel(type, title, { viewColumn, preserveFocus }));
    // A page that VS Code moves becomes a preview, which the next file that is looked at replaces: it is opened anew instead.
    panel?.dispose();
  }

  private attach(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extension, 'media', `icon-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.disconnect();
    this.isReady = false;
    fillPage(panel.webview, this.extension, this.kind, (port) => this.connect(port));
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = null;
      this.disconnect();
      this.closed();
    });
  }
}
