import path from 'node:path';
import * as vscode from 'vscode';
import { rangeIn } from '../window/documents.ts';
import type { Services } from '../window/services.ts';

/** Shows a golden case in its file; false when no prompt of the run has it. */
export async function openCase({ engine }: Services, files: readonly string[], id: string): Promise<boolean> {
  for (const file of files) {
    const { target, root } = await engine().load(file);
    const found = target.cases.find((item) => item.id === id || id.startsWith(`${item.id}/`));
    if (!found) continue;
    const document = await vscode.workspace.openTextDocument(path.resolve(root, found.source.path));
    const selection = rangeIn(document, found.source.anchor);
    await vscode.window.showTextDocument(document, { selection, viewColumn: vscode.ViewColumn.One });
    return true;
  }
  return false;
}
