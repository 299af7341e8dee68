/** A `.goldset/` without this machine's mark may have come with the repository: the editor asks once whether it is the user's. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { DATA_FOLDER, dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { sentenceOf, showError } from './messages.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';
import { requireTrustToWrite } from './trust.ts';

/** The roots for which the user declined, of this workspace. */
const DECLINED = 'goldset.dataFolder.declined';

/** `adopted`: what is shown of a folder has to be read now. */
export function registerDataFolderQuestion(services: Services, adopted: () => void): void {
  const { context } = services;
  const ask = (isWanted: boolean): Promise<void> =>
    askForAll(services, isWanted, adopted).catch((error: unknown) => void showError(error, services));
  context.subscriptions.push(
    vscode.commands.registerCommand(commands.adoptDataFolder, () => ask(true)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void ask(false)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void ask(false)),
  );
  void ask(false);
}

/** `isWanted`: by the command, so a refusal of before does not count. */
async function askForAll({ context: { workspaceState } }: Services, isWanted: boolean, adopted: () => void): Promise<void> {
  if (isWanted) requireTrustToWrite();
  if (!vscode.workspace.isTrusted) return;
  const declined = workspaceState.get<readonly string[]>(DECLINED, []);
  for (const root of rootsWithFolder()) {
    const problem = dataFolder(root).problem;
    if (problem === null || (!isWanted && declined.includes(root))) continue;
    if (problem.code !== 'data/mark') {
      if (isWanted) throw problem;
      void vscode.window.showWarningMessage(`Goldset: ${sentenceOf(problem)}`);
      continue;
    }
    const [use, leave] = ['Use It', 'Don’t Use It'];
    const question = `Goldset did not create ${path.join(path.basename(root), DATA_FOLDER)} on this machine, so it may have come with the repository. Use it only if its runs and answers are yours.`;
    const chosen = await vscode.window.showWarningMessage(question, use, leave);
    if (chosen === leave) await workspaceState.update(DECLINED, [...new Set([...declined, root])]);
    if (chosen !== use) continue;
    dataFolder(root).adopt();
    adopted();
  }
}

const rootsWithFolder = (): string[] => {
  const roots = new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => (uri.scheme === 'file' ? findRoot(uri.fsPath) : '')));
  return [...roots].filter((root) => root !== '' && existsSync(path.join(root, DATA_FOLDER)));
};
