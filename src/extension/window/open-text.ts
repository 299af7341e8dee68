import * as vscode from 'vscode';

/** The text of a file as its open editor has it, saved or not; else as it is on disk. */
export async function openText(file: string): Promise<string> {
  const uri = vscode.Uri.file(file);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open ? open.getText() : Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
}
