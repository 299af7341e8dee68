/** The question which folder a command uses. */
import * as vscode from 'vscode';

/** Asks for a folder of this machine. Undefined: none was chosen. */
export async function chooseFolder(title: string, button: string): Promise<string | undefined> {
  const first = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel: button,
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    ...(first === undefined ? {} : { defaultUri: first }),
  });
  return chosen?.[0]?.fsPath;
}

/** Offers the open folder first, then any other. Undefined: none was chosen. */
export async function thisOrAnotherFolder(here: string, title: string, button: string): Promise<string | undefined> {
  const other = '$(folder-opened) Choose Another Folder…';
  const chosen = await vscode.window.showQuickPick([{ label: '$(folder) In This Folder', description: here }, { label: other }], { title });
  return chosen?.label === other ? chooseFolder(title, button) : chosen === undefined ? undefined : here;
}
