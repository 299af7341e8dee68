/** The nodes of the Batches tree: each batch, and under it what was submitted. */
import * as vscode from 'vscode';
import { batchProgress, batchStatus, type BatchState, type PartState } from '../../core/batch/batch-log.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { commands } from '../window/names.ts';

export interface BatchNode {
  readonly type: 'batch';
  readonly root: string;
  readonly state: BatchState;
}

export type BatchTreeNode =
  | BatchNode
  | { readonly type: 'part'; readonly part: PartState }
  /** There are more than the tree shows. */
  | { readonly type: 'more'; readonly count: number };

export function batchTreeItem(node: BatchTreeNode): vscode.TreeItem {
  if (node.type !== 'more') return node.type === 'batch' ? batchItem(node) : partItem(node.part);
  const item = new vscode.TreeItem(`${quantity(node.count, 'more batch', 'more batches')}…`);
  item.command = { title: 'List More Batches', command: commands.loadBatches };
  return item;
}

function batchItem({ root, state }: BatchNode): vscode.TreeItem {
  const { head, end } = state;
  const status = batchStatus(state);
  const item = new vscode.TreeItem(
    head.prompts.map(nameOf).join(', '),
    end === null ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = head.id;
  item.description = `${batchProgress(state)} · ${status}`;
  item.iconPath = iconOf(state);
  item.contextValue = end === null ? 'open' : 'ended';
  item.tooltip = `${head.models.join(', ')}, submitted ${new Date(head.startedAt).toLocaleString()}. ${batchProgress(state)}.`;
  item.accessibilityInformation = { label: `Batch of ${head.prompts.map(nameOf).join(', ')}, ${status}, ${batchProgress(state)}` };
  if (end !== null && head.judging !== true)
    item.command = { title: 'Show Results', command: commands.showResults, arguments: [{ root, run: head.id }] };
  return item;
}

function partItem({ part, model, requests, job, progress, collected }: PartState): vscode.TreeItem {
  const item = new vscode.TreeItem(`Part ${part}`);
  const answered = collected?.answered ?? progress?.answered ?? 0;
  const failed = collected?.failed ?? progress?.failed ?? 0;
  const state = collected !== null ? 'answered' : job === null ? 'not submitted' : (progress?.state ?? 'running');
  item.description = `${count(answered)} of ${count(requests)}${failed > 0 ? `, ${count(failed)} failed` : ''} · ${state} · ${model}`;
  item.iconPath = new vscode.ThemeIcon(collected !== null ? 'check' : job === null ? 'circle-outline' : 'cloud');
  item.tooltip = [job === null ? 'Not yet submitted to the provider' : `Job ${job}`, ...(progress?.reason ? [progress.reason] : [])].join(
    '. ',
  );
  return item;
}

function iconOf({ end, isCancelling }: BatchState): vscode.ThemeIcon {
  if (end === null) return new vscode.ThemeIcon(isCancelling ? 'stop-circle' : 'sync');
  if (end.state === 'cancelled') return new vscode.ThemeIcon('circle-slash');
  return end.verdict === 'pass'
    ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
    : new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
}

const nameOf = (path: string): string => path.split('/').at(-1) ?? path;
