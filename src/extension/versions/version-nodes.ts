/** The nodes of the Prompt Versions tree, and how each looks. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { KnownVersion } from '../../adapters/git/prompt-versions.ts';
import { isRegressed, scoreSource, versionRow } from '../../core/versions/version-text.ts';
import type { Score, ScoreOwner } from '../../core/versions/score.ts';
import type { ShownScore } from '../../core/versions/shown-score.ts';
import { ageOf } from '../window/age.ts';
import { commands } from '../window/names.ts';
import type { VersionEconomics } from '../../engine/versions/prompt-history.ts';
import { quantity } from '../../core/display/figures.ts';

export interface VersionNode {
  readonly type: 'version';
  readonly uri: vscode.Uri;
  readonly version: KnownVersion;
  readonly older: KnownVersion | null;
  /** From the newest, 0. */
  readonly index: number;
  readonly isBaseline: boolean;
  /** Null: not analysed yet. */
  readonly economics: VersionEconomics | null;
}

export interface WorkingNode {
  readonly type: 'working';
  readonly uri: vscode.Uri;
  readonly isDirty: boolean;
  readonly score: Score | null;
  readonly owner: ScoreOwner;
  readonly older: KnownVersion | null;
}

export interface PromptNode {
  readonly type: 'prompt';
  readonly uri: vscode.Uri;
}

export type VersionTreeNode =
  | PromptNode
  | WorkingNode
  | VersionNode
  | { readonly type: 'more'; readonly uri: vscode.Uri }
  | { readonly type: 'message'; readonly text: string };

/** `scoreOf`: of a prompt as it is now. */
export function versionTreeItem(node: VersionTreeNode, scoreOf: (uri: vscode.Uri) => ShownScore | undefined): vscode.TreeItem {
  switch (node.type) {
    case 'message':
      return new vscode.TreeItem(node.text);
    case 'more': {
      const item = new vscode.TreeItem('Load older versions…');
      item.command = { title: 'Load Older Versions', command: commands.loadVersions, arguments: [node] };
      return item;
    }
    case 'prompt':
      return promptItem(node, scoreOf(node.uri));
    case 'working':
      return workingItem(node);
    case 'version':
      return versionItem(node);
  }
}

/** The score stands before the name; what it was before an edit, beside it. */
function promptItem({ uri }: PromptNode, score: ShownScore | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Collapsed);
  const folder = path.dirname(vscode.workspace.asRelativePath(uri)).replace(/^\.$/, '');
  const name = path.basename(uri.path);
  const brief = score?.brief ?? null;
  const isOwn = brief !== null && score?.isEarlier === false;
  if (isOwn) item.label = `${brief} · ${name}`;
  item.id = uri.toString();
  item.description = [...(isOwn ? [score?.judge ?? ''] : score === undefined ? [] : [brief ?? score.text]), folder]
    .filter((part) => part !== '')
    .join(' · ');
  item.tooltip = `${vscode.workspace.asRelativePath(uri)}: ${score?.text ?? 'not run yet'}`;
  item.contextValue = 'prompt';
  item.accessibilityInformation = { label: `${name}, ${score?.text ?? 'not run yet'}${folder === '' ? '' : `, ${folder}`}` };
  return item;
}

function workingItem(node: WorkingNode): vscode.TreeItem {
  const row = versionRow(node.isDirty ? 'Unsaved changes' : 'Uncommitted changes', {
    ...node,
    older: node.older?.score ?? null,
    cacheableShare: null,
  });
  const item = new vscode.TreeItem(row.label);
  item.id = `${node.uri.toString()}#working`;
  item.iconPath = new vscode.ThemeIcon('edit');
  item.description = row.facts;
  item.tooltip = node.score === null ? 'Not run yet' : scoreSource(node.score);
  item.command = { title: 'Open Changes', command: commands.openVersionDiff, arguments: [node] };
  item.contextValue = 'working';
  return item;
}

function versionItem(node: VersionNode): vscode.TreeItem {
  const { version, older, economics, isBaseline } = node;
  const { commit, score, owner, deployments } = version;
  const regressed = isRegressed(score, older?.score ?? null);
  const broken = (economics?.forgotten ?? 0) > 0;
  const badges = [
    ...deployments,
    ...(isBaseline ? ['baseline'] : []),
    ...(regressed ? ['regressed'] : []),
    ...(broken ? ['prefix broken'] : []),
  ];
  const name = commit.subject === '' ? commit.hash.slice(0, 8) : commit.subject;
  const cacheableShare = economics?.cacheableShare ?? null;
  const { label, facts } = versionRow(name, { score, owner, older: older?.score ?? null, cacheableShare });
  const item = new vscode.TreeItem(label);
  item.id = `${node.uri.toString()}#${commit.hash}`;
  item.iconPath = iconOf(regressed, isBaseline, deployments.length > 0);
  const about = facts === '' ? [] : [facts];
  item.description = [...badges.map((badge) => `[${badge}]`), ...about, `${commit.author}, ${ageOf(commit.date)}`].join(' · ');
  item.tooltip = [
    commit.subject,
    `version ${version.version.slice(0, 8)}, commit ${commit.hash}`,
    `${commit.author}, ${new Date(commit.date).toLocaleString()}`,
    score === null ? 'This version has not been run yet.' : scoreSource(score),
    ...(broken ? [`It invalidated ${quantity(economics?.forgotten ?? 0, 'cached prefix token')}.`] : []),
  ].join('\n');
  item.command = { title: 'Open Changes', command: commands.openVersionDiff, arguments: [node] };
  item.contextValue = 'version';
  item.accessibilityInformation = { label: [label, ...badges, ...about, `by ${commit.author} ${ageOf(commit.date)}`].join(', ') };
  return item;
}

function iconOf(regressed: boolean, isBaseline: boolean, isDeployed: boolean): vscode.ThemeIcon {
  if (regressed) return new vscode.ThemeIcon('arrow-down', new vscode.ThemeColor('list.errorForeground'));
  if (isDeployed) return new vscode.ThemeIcon('rocket');
  return new vscode.ThemeIcon(isBaseline ? 'pinned' : 'git-commit');
}
