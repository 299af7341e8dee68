/** Interactions: what production says and nobody has dealt with yet, as a tree with its count. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { Inbox } from '../../adapters/interactions/interaction-reader.ts';
import { windowRoots } from '../window/window-roots.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { contextKeys, views } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { childrenOf, interactionTreeItem, type InteractionNode, type InteractionTreeNode } from './interaction-nodes.ts';

/** Interactions that the tree shows of one kind; the page has all. */
const SHOWN = 50;
/** ms in which changes of files are taken together. */
const TOGETHER = 400;

export class Interactions implements vscode.TreeDataProvider<InteractionTreeNode> {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: { dispose(): unknown }[] = [this.changed];
  private readonly inboxes = new Map<string, Inbox>();
  /** Outputs of reviews that this person has still to label. */
  private toReview = 0;
  /** The watchers of each root. */
  private readonly watched = new Map<string, vscode.Disposable>();
  private readonly closing = new AbortController();
  private readonly tree: vscode.TreeView<InteractionTreeNode>;
  private timer: NodeJS.Timeout | null = null;
  private reading: Promise<void> | null = null;
  readonly onDidChangeTreeData = this.changed.event;
  readonly getTreeItem = interactionTreeItem;

  constructor(private readonly services: Services) {
    this.tree = vscode.window.createTreeView(views.interactions, { treeDataProvider: this, showCollapseAll: true, canSelectMany: true });
    this.subscriptions.push(
      this.tree,
      this.tree.onDidChangeVisibility(({ visible }) => visible && this.refreshSoon()),
    );
    this.subscriptions.push({ dispose: () => void vscode.Disposable.from(...this.watched.values()).dispose() });
    this.followFolders();
    this.subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.followFolders();
        void this.show();
        void this.begin();
      }),
    );
    void this.begin();
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.closing.abort();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  getChildren(node?: InteractionTreeNode): InteractionTreeNode[] {
    if (node !== undefined) return childrenOf(node);
    return [...this.inboxes].flatMap(([root, { prompts }]) =>
      prompts.map((found): InteractionTreeNode => ({ type: 'prompt', root, found })),
    );
  }

  /** Interactions that are marked in the tree. */
  get selection(): readonly InteractionNode[] {
    return this.tree.selection.filter((node) => node.type === 'interaction');
  }

  /** The folders that interactions of this window are kept in. */
  roots(): string[] {
    return windowRoots();
  }

  /** Null: they are not read yet. */
  inboxOf(root: string): Inbox | null {
    return this.inboxes.get(root) ?? null;
  }

  /** Outputs of reviews that this person has still to label: they count in the badge. */
  showToReview(outputs: number): void {
    this.toReview = outputs;
    this.showBadge();
  }

  /** Together with whatever else changes until then. */
  refreshSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.refresh();
    }, TOGETHER);
  }

  /** Reads what is new, one look at a time. */
  async refresh(): Promise<void> {
    const before = this.reading;
    const own = (before ?? Promise.resolve()).then(() => this.read());
    this.reading = own;
    await own;
    if (this.reading === own) this.reading = null;
  }

  /** Watches the roots of the folders that the window has, and no others. */
  private followFolders(): void {
    const roots = new Set(this.roots());
    for (const [root, watchers] of this.watched) {
      if (roots.has(root)) continue;
      watchers.dispose();
      this.watched.delete(root);
      this.inboxes.delete(root);
    }
    for (const root of roots) if (!this.watched.has(root)) this.watched.set(root, this.watch(root));
    this.changed.fire();
  }

  /** Without records the engine need not be there. */
  private async begin(): Promise<void> {
    for (const root of this.roots()) {
      const folder = vscode.Uri.file(path.join(root, '.goldset', 'interactions'));
      const isThere = await vscode.workspace.fs.stat(folder).then(
        () => true,
        () => false,
      );
      if (isThere) return this.refresh();
    }
    await this.show();
  }

  private async read(): Promise<void> {
    try {
      for (const root of this.roots()) {
        const inbox = await this.services.engine().interactions.inbox(root, SHOWN, this.closing.signal);
        if (inbox === undefined) return;
        if (this.watched.has(root)) this.inboxes.set(root, inbox);
      }
    } catch (error) {
      // The next change of a file is another chance; what was read stays.
      this.services.log.warn(`The interactions cannot be read: ${messageOf(error)}`);
      this.tree.message = `The interactions cannot be read: ${messageOf(error)}`;
      return;
    }
    await this.show();
  }

  private async show(): Promise<void> {
    const all = [...this.inboxes.values()];
    const open = all.reduce((sum, inbox) => sum + inbox.open, 0);
    const stored = all.reduce((sum, inbox) => sum + inbox.stored, 0);
    this.showBadge();
    // Only the newest are counted where there are months of them.
    this.tree.description = open === 0 ? '' : `${count(open)}${all.every(({ isWhole }) => isWhole) ? '' : '+'} open`;
    const refused = all.map((inbox) => inbox.refused).find((item) => item.count > 0);
    this.tree.message =
      refused === undefined ? '' : `${quantity(refused.count, 'line was', 'lines were')} not read. The first: ${refused.first ?? ''}`;
    await vscode.commands.executeCommand('setContext', contextKeys.interactions, stored > 0 ? 'stored' : 'none');
    this.changed.fire();
  }

  private showBadge(): void {
    const open = [...this.inboxes.values()].reduce((sum, inbox) => sum + inbox.open, 0);
    const parts = [
      ...(open === 0 ? [] : [quantity(open, 'open interaction')]),
      ...(this.toReview === 0 ? [] : [`${quantity(this.toReview, 'output')} to review`]),
    ];
    this.tree.badge = parts.length === 0 ? undefined : { value: open + this.toReview, tooltip: parts.join(', ') };
  }

  private watch(root: string): vscode.Disposable {
    const at = (pattern: string): vscode.RelativePattern => new vscode.RelativePattern(vscode.Uri.file(root), pattern);
    const files = vscode.workspace.createFileSystemWatcher(at('{.goldset/interactions,feedback}/*.jsonl'));
    // Of what comes with a new folder only the folder may be told.
    const folders = vscode.workspace.createFileSystemWatcher(at('{.goldset,.goldset/interactions}'), false, true, true);
    // With another branch come other golden sets: what is a case there may be open here.
    const golden = vscode.workspace.createFileSystemWatcher(at('**/*.golden.{yaml,yml,json,jsonl,csv}'));
    const soon = (): void => this.refreshSoon();
    return vscode.Disposable.from(
      ...[files, golden].flatMap((watcher) => [watcher, watcher.onDidCreate(soon), watcher.onDidChange(soon), watcher.onDidDelete(soon)]),
      folders,
      folders.onDidCreate(soon),
    );
  }
}
