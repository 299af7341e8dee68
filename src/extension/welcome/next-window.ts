/** A folder that a command opens, and what goes on in it: the window that opens it may be another one. */
import * as vscode from 'vscode';

/** `sample`: show the sample. `set-up`: set up the folder. */
export type Continuation = 'sample' | 'set-up';

const STORED = 'goldset.continue';

interface Stored {
  readonly folder: string;
  readonly what: Continuation;
}

/** Opens a folder: in this window when it has none, else in a new one. `what` goes on there. */
export async function openFolder(state: vscode.Memento, folder: string, what: Continuation): Promise<void> {
  await state.update(STORED, { folder, what } satisfies Stored);
  const isFree = vscode.workspace.workspaceFolders === undefined;
  await vscode.commands.executeCommand(
    'vscode.openFolder',
    vscode.Uri.file(folder),
    isFree ? { forceReuseWindow: true } : { forceNewWindow: true },
  );
}

/** What another window left for this one, and the folder; null: nothing. It is forgotten. */
export async function takeContinuation(state: vscode.Memento): Promise<Stored | null> {
  const stored = state.get<Stored>(STORED);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (stored === undefined || !folders.some(({ uri }) => uri.fsPath === stored.folder)) return null;
  await state.update(STORED, undefined);
  return stored;
}
