/** The workspaces of a window: a window may have several folders, and a folder may lie in a repository. */
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';

/** Each once, in the order of the folders. */
export const windowRoots = (): string[] => [...new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => findRoot(uri.fsPath)))];

/** @throws {ConfigurationError} when no folder is open. */
export function openRoots(): string[] {
  const roots = windowRoots();
  if (roots.length === 0) throw new ConfigurationError('workspace/none', 'No folder is open.', 'Open a folder.');
  return roots;
}

/** What tells a workspace from the others of the window in a list: its name, with as many folders above it as that takes; null: it is the only one. */
export function rootLabel(root: string, roots: readonly string[]): string | null {
  if (roots.length < 2) return null;
  const endOf = (each: string, count: number): string => each.split(path.sep).slice(-count).join('/');
  const others = roots.filter((each) => each !== root);
  let count = 1;
  while (count < root.split(path.sep).length && others.some((each) => endOf(each, count) === endOf(root, count))) count++;
  return endOf(root, count);
}

/** The only workspace, else the one that the person chooses; undefined: none. @throws {ConfigurationError} when no folder is open. */
export async function chooseRoot(title: string): Promise<string | undefined> {
  const roots = openRoots();
  const [only, ...others] = roots;
  if (only === undefined || others.length === 0) return only;
  const chosen = await vscode.window.showQuickPick(
    roots.map((root) => ({ label: rootLabel(root, roots) ?? root, description: root, root })),
    { title, placeHolder: 'The folder that it is for' },
  );
  return chosen?.root;
}
