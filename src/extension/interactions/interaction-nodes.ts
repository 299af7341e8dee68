/** The nodes of the Interactions tree: prompts, under each what was wrong, and under that what happened. */
import * as vscode from 'vscode';
import type { FlagGroup, Inbox, ListedInteraction } from '../../adapters/interactions/interaction-reader.ts';
import { count, usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { ageOf } from '../window/age.ts';
import { commands } from '../window/names.ts';

/** Characters of an item. */
const MAX_LABEL = 60;

export interface InteractionNode {
  readonly type: 'interaction';
  readonly root: string;
  readonly row: ListedInteraction;
}

interface FlagNode {
  readonly type: 'flag';
  readonly root: string;
  readonly prompt: string | null;
  readonly group: FlagGroup;
}

export type InteractionTreeNode =
  | { readonly type: 'prompt'; readonly root: string; readonly found: Inbox['prompts'][number] }
  | FlagNode
  | InteractionNode
  /** There are more than the tree shows. */
  | { readonly type: 'more'; readonly root: string; readonly count: number };

export function childrenOf(node: InteractionTreeNode): InteractionTreeNode[] {
  const { root } = node;
  if (node.type === 'prompt') return node.found.flags.map((group) => ({ type: 'flag', root, prompt: node.found.prompt, group }));
  if (node.type !== 'flag') return [];
  const { rows, count: all } = node.group;
  const more: InteractionTreeNode[] = all > rows.length ? [{ type: 'more', root, count: all - rows.length }] : [];
  return [...rows.map((row): InteractionTreeNode => ({ type: 'interaction', root, row })), ...more];
}

export function interactionTreeItem(node: InteractionTreeNode): vscode.TreeItem {
  if (node.type === 'prompt')
    return groupItem(
      visibleControls(node.found.prompt ?? 'No prompt name'),
      node.found.count,
      'file',
      `${node.root}#${node.found.prompt ?? ''}`,
    );
  if (node.type === 'flag') {
    const { flag, count: all } = node.group;
    return groupItem(flagName(flag), all, iconOf(flag), `${node.root}#${node.prompt ?? ''}#${flag ?? ''}`);
  }
  if (node.type === 'interaction') return interactionItem(node);
  const item = new vscode.TreeItem(`${count(node.count)} more…`);
  item.command = { title: 'Show Interactions', command: commands.showInteractions };
  return item;
}

function groupItem(label: string, all: number, icon: string, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.description = count(all);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: `${label}, ${count(all)} open` };
  return item;
}

function interactionItem({ root, row }: InteractionNode): vscode.TreeItem {
  const item = new vscode.TreeItem(shortened(visibleControls(row.asked || row.answered || row.id)));
  const isCorrected = row.signals.includes('correction');
  item.id = `${root}#${row.key.day}#${row.key.offset}`;
  item.description = [ageOf(row.time), ...(isCorrected ? ['corrected'] : [])].join(' · ');
  // Plain text: what it says is from outside.
  item.tooltip = [
    row.asked,
    row.answered === '' ? 'No output was captured.' : `→ ${row.answered}`,
    [row.prompt, row.version, row.model].filter((part) => part !== null).join(', '),
    `${row.signals.map(flagName).join(', ')}. ${new Date(row.time).toLocaleString()}, ${row.costUsd === null ? 'cost unknown' : usd(row.costUsd)}.`,
  ]
    .filter((line) => line !== '')
    .join('\n');
  item.iconPath = new vscode.ThemeIcon(isCorrected ? 'edit' : 'comment');
  item.contextValue = 'interaction';
  item.command = { title: 'Show Interactions', command: commands.showInteractions, arguments: [{ type: 'interaction', root, row }] };
  item.accessibilityInformation = {
    label: `${row.asked || row.id}, ${row.signals.map(flagName).join(', ')}, ${ageOf(row.time)}`,
  };
  return item;
}

/** So short that the time beside it is seen. */
const shortened = (text: string): string => (text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL)}…` : text);

/** As people say it. */
const flagName = (flag: string | null): string =>
  flag === null ? 'Reopened manually' : visibleControls(`${flag.slice(0, 1).toUpperCase()}${flag.slice(1, 60).replaceAll('-', ' ')}`);

const ICONS: Readonly<Record<string, string>> = {
  'thumbs-down': 'thumbsdown',
  report: 'report',
  correction: 'edit',
  edited: 'edit',
  retry: 'refresh',
  regenerated: 'refresh',
  abandoned: 'sign-out',
  error: 'error',
  truncated: 'fold',
  refusal: 'circle-slash',
};

const iconOf = (flag: string | null): string => (flag !== null && Object.hasOwn(ICONS, flag) ? (ICONS[flag] ?? 'warning') : 'warning');
