/** The workspaces of a window: a window may have several folders, and a folder may lie in a repository. */
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/errors.ts';

/** Each once, in the order of the folders. */
export const windowRoots = (): string[] => [...new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => findRoot(uri.fsPath)))];

/** @throws {ConfigurationError} when no folder is open. */
export function openRoots(): string[] {
  const roots = windowRoots();
  if (roots.length === 0) throw new ConfigurationError('workspace/none', 'No folder is open.', 'Open a folder.');
  return roots;
}

/** What tells a workspace from the others of the window in a list; null: it is the only one. */
export const rootLabel = (root: string, roots: readonly string[]): string | null => (roots.length < 2 ? null : path.basename(root));

/** The only workspace, else the one that the person chooses; undefined: none. @throws {ConfigurationError} when no folder is open. */
export async function chooseRoot(title: string): Promise<string | undefined> {
  const [only, ...others] = openRoots();
  if (only === undefined || others.length === 0) return only;
  const chosen = await vscode.window.showQuickPick(
    [only, ...others].map((root) => ({ label: path.basename(root), description: root, root })),
    { title, placeHolder: 'The folder that it is for' },
  );
  return chosen?.root;
}
