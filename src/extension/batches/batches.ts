/** Batches in the editor: submitted by Run as Batch, looked at while the window is open, graded when they are answered. */
import * as vscode from 'vscode';
import { readBatches } from '../../adapters/batch/batch-files.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { batchProgress, type BatchState } from '../../core/batch/batch-log.ts';
import { messageOf } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { mayStart } from '../runs/before-run.ts';
import { showError } from '../window/messages.ts';
import { commands, contextKeys, settings, views } from '../window/names.ts';
import { requireNode } from '../window/tree-node.ts';
import { requireTrust } from '../window/trust.ts';
import type { Runs } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import type { BatchCheck } from '../../engine/runs/batch-engine.ts';
import { batchTreeItem, type BatchNode, type BatchTreeNode } from './batch-nodes.ts';

/** Batches of a workspace that are listed at first, and how many more each time. */
const LISTED = 50;

export function registerBatches(services: Services, runs: Runs): Batches {
  const batches = new Batches(services, runs);
  const register = (command: string, work: (...args: never[]) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (...args: unknown[]) => {
      try {
        return await work(...(args as never[]));
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    });
  services.context.subscriptions.push(
    batches,
    vscode.workspace.onDidGrantWorkspaceTrust(() => batches.schedule()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => batches.refresh()),
    vscode.window.createTreeView(views.batches, { treeDataProvider: batches }),
    register(commands.runBatch, async (uri?: vscode.Uri, model?: string) => {
      requireTrust();
      const file = await promptUnderCursor(uri, services);
      return batches.submit(file, model ?? null);
    }),
    register(commands.lookAtBatch, async (node?: BatchNode) => {
      requireTrust();
      return node === undefined ? batches.checkAll() : batches.check(node.root, node.state.head.id);
    }),
    vscode.commands.registerCommand(commands.loadBatches, () => batches.loadMore()),
    register(commands.cancelBatch, async (node?: BatchNode) => {
      requireTrust();
      return batches.cancel(requireNode(node));
    }),
  );
  return batches;
}

export class Batches implements vscode.TreeDataProvider<BatchTreeNode> {
  private readonly changed = new vscode.EventEmitter<void>();
  private timer: NodeJS.Timeout | null = null;
  private readonly closing = new AbortController();
  /** What is being done with a batch, by id: one thing after the other. */
  private readonly work = new Map<string, Promise<unknown>>();
  /** Those that do not go on as things are; said once. */
  private readonly stopped = new Set<string>();
  private listed = LISTED;
  readonly onDidChangeTreeData = this.changed.event;
  readonly getTreeItem = batchTreeItem;

  constructor(
    private readonly services: Services,
    private readonly runs: Runs,
  ) {
    this.schedule();
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.closing.abort();
    this.changed.dispose();
  }

  getChildren(node?: BatchTreeNode): BatchTreeNode[] {
    if (node?.type === 'batch') return node.state.parts.map((part) => ({ type: 'part', part }));
    if (node !== undefined) return [];
    const all = this.all();
    const more = all.length - this.listed;
    void vscode.commands.executeCommand('setContext', contextKeys.batchesListed, true);
    return [...all.slice(0, this.listed), ...(more <= 0 ? [] : [{ type: 'more' as const, count: more }])];
  }

  /** Undefined: the user declined. @throws {HumanError} */
  async submit(file: string, model: string | null): Promise<string | undefined> {
    const { runs, batches } = this.services.engine();
    const prepared = await runs.prepare({ prompts: [{ file, cases: null }], model, concurrency: 1 });
    const cap = prepared.workspace.config.spend.perRun;
    batches.refuseUnbatched(prepared);
    if (!(await mayStart(runs, prepared, { cap, mustAsk: true, isBatch: true }))) return undefined;
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: 'Goldset: submitting a batch…' }, () =>
      this.worked(prepared.workspace.root, prepared.id, true, () => batches.submit(prepared, cap, this.closing.signal)),
    );
    return prepared.id;
  }

  /** `cap`: USD instead of the one that it was submitted with. */
  async check(root: string, id: string, cap: number | null = null, isQuiet = false): Promise<BatchCheck> {
    const { signal } = this.closing;
    return this.worked(root, id, false, () => this.services.engine().batches.check(root, id, { cap, isQuiet, signal }));
  }

  async checkAll(): Promise<void> {
    for (const { root, state } of this.open()) await this.check(root, state.head.id);
  }

  async cancel({ root, state }: BatchNode): Promise<void> {
    const { head } = state;
    const question = `Cancel the batch of ${head.prompts.join(', ')}?`;
    const detail = `Now: ${batchProgress(state)}. Answers that the provider has already produced are billed and graded. You can run the rest later.`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Cancel Batch')) !== 'Cancel Batch') return;
    await this.worked(root, head.id, false, () => this.services.engine().batches.cancel(root, head.id, this.closing.signal));
  }

  /** After whatever is being done with this batch. */
  private async worked(root: string, id: string, isNew: boolean, work: () => Promise<BatchCheck>): Promise<BatchCheck> {
    const before = this.work.get(id) ?? Promise.resolve();
    const own = before.then(work, work);
    this.work.set(id, own);
    try {
      const look = await own;
      this.tell(root, look, isNew);
      return look;
    } finally {
      if (this.work.get(id) === own) this.work.delete(id);
      if (!this.closing.signal.aborted) {
        this.changed.fire();
        this.schedule();
      }
    }
  }

  private tell(root: string, { state, stopped }: BatchCheck, isNew: boolean): void {
    const { head, end, parts } = state;
    if (end !== null) this.runs.scored();
    const name = head.prompts.join(', ');
    if (stopped !== null) return void this.tellStop(root, state, stopped);
    this.stopped.delete(head.id);
    if (end !== null) {
      // What a judge said of stored answers is not shown to who may label them.
      const [action, command, given] =
        head.judging === true ? ['Review', commands.review, undefined] : ['Show Results', commands.showResults, { root, run: head.id }];
      void vscode.window
        .showInformationMessage(`Goldset: the batch of ${name} is ${end.state}: ${batchProgress(state)}.`, action)
        .then((chosen) => (chosen === undefined ? undefined : vscode.commands.executeCommand(command, given)));
    } else if (isNew) {
      const requests = parts.reduce((sum, part) => sum + part.requests, 0);
      void vscode.window.showInformationMessage(
        `Goldset: ${quantity(requests, 'request')} submitted as a batch. Answers arrive within 24 hours. You can close the window.`,
      );
    }
  }

  /** Once, with a way on. */
  private async tellStop(root: string, { head }: BatchState, reason: string): Promise<void> {
    if (this.stopped.has(head.id)) return;
    this.stopped.add(head.id);
    const action = 'Change Spending Limit…';
    const said = `Goldset: the batch of ${head.prompts.join(', ')} is stopped. ${reason}`;
    if ((await vscode.window.showWarningMessage(said, action)) !== action) return;
    const text = await vscode.window.showInputBox({
      title: 'Spending limit of this batch in US dollars',
      validateInput: (value) => (Number(value) > 0 ? null : 'Enter a number above 0, such as 2.50.'),
    });
    if (text === undefined) return;
    this.stopped.delete(head.id);
    await this.check(root, head.id, Number(text)).catch((error: unknown) => void showError(error, this.services));
  }

  /** Lists more of them. */
  loadMore(): void {
    this.listed += 4 * LISTED;
    this.refresh();
  }

  /** Lists those of the folders that the window has now. */
  refresh(): void {
    this.changed.fire();
    this.schedule();
  }

  /** Looks again after a while, as long as something is under way. */
  schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.closing.signal.aborted || !vscode.workspace.isTrusted || this.open().length === 0) return;
    const seconds = vscode.workspace.getConfiguration(settings.section).get<number>(settings.batchInterval, 60);
    this.timer = setTimeout(() => void this.lookQuietly(), Math.max(1, seconds) * 1000);
  }

  /** Nobody asked just now: what goes wrong is in the log, and the next look may end otherwise. */
  private async lookQuietly(): Promise<void> {
    for (const { root, state } of this.open()) {
      const { id } = state.head;
      if (this.stopped.has(id)) continue;
      try {
        await this.check(root, id, null, true);
      } catch (error) {
        this.services.log.warn(`The status of batch ${state.head.id} cannot be checked: ${messageOf(error)}`);
      }
    }
    this.schedule();
  }

  /** Every one that goes on, listed or not. */
  private open(): BatchNode[] {
    return this.all().filter(({ state }) => state.end === null);
  }

  private all(): BatchNode[] {
    if (!vscode.workspace.isTrusted) return [];
    const roots = new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => findRoot(uri.fsPath)));
    return [...roots].flatMap((root) => {
      try {
        return statesOf(root, (problem) => this.services.log.warn(problem));
      } catch (error) {
        this.services.log.warn(`The batches of ${root} cannot be read: ${messageOf(error)}`);
        return [];
      }
    });
  }
}

const statesOf = (root: string, warn: (problem: string) => void): BatchNode[] => {
  const { states, problems } = readBatches(root);
  problems.forEach(warn);
  return states.map((state) => ({ type: 'batch', root, state }));
};
