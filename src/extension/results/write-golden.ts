/** Writing a golden set as the editor has it: one edit, saved, that undo takes back. */
import path from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';

/** With its golden set open, so that edits are made of what the editor has. */
export async function loadOpen(file: string, { engine }: Services): ReturnType<ReturnType<Services['engine']>['load']> {
  const { goldenFile } = await engine().load(file);
  if (goldenFile !== null) await vscode.workspace.openTextDocument(goldenFile);
  return engine().load(file);
}

/** `what`: how the sentence begins that says so. One edit of the file, saved: undo takes it back. @throws {HumanError} when the file is another by now. */
export async function writeGolden(
  { file, text, edits, case: id }: GoldenEdit,
  { log }: Services,
  what = `the case ${id} is`,
): Promise<void> {
  requireTrustToWrite();
  // A link to a file outside the workspace is refused, and the editor writes through the file that was named.
  realPathToWrite(findRoot(path.dirname(file)), file);
  const uri = vscode.Uri.file(file);
  const made = new vscode.WorkspaceEdit();
  made.createFile(uri, { ignoreIfExists: true });
  if (!(await vscode.workspace.applyEdit(made))) throw new HumanError('golden/not-written', `${file} cannot be written.`);
  const document = await vscode.workspace.openTextDocument(uri);
  if (document.getText() !== text) throw new HumanError('golden/changed', `${path.basename(file)} changed in the meantime.`, 'Try again.');
  const change = new vscode.WorkspaceEdit();
  for (const { range, text: added } of edits)
    change.replace(uri, new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)), added);
  if (!(await vscode.workspace.applyEdit(change)))
    throw new HumanError('golden/not-written', `${file} cannot be written.`, 'Check that it is not read-only.');
  await document.save();
  const written = document.getText();
  log.info(`Wrote ${id} to ${file}.`);
  const name = vscode.workspace.asRelativePath(uri);
  void vscode.window.showInformationMessage(`Goldset: ${what} written in ${name}.`, 'Undo', 'Show').then(async (chosen) => {
    if (chosen === undefined) return;
    const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
    // Somebody has typed since: then the last change is not ours.
    if (chosen !== 'Undo' || editor.document.getText() !== written) return;
    await vscode.commands.executeCommand('undo');
    await document.save();
  });
}
