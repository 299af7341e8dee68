import path from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';

/**
 * The text of a file as its open editor has it, saved or not; else as it is on disk.
 * @throws {HumanError} `file/gone` when it is not there any more: a prompt may be renamed while it runs.
 */
export async function openText(file: string): Promise<string> {
  const uri = vscode.Uri.file(file);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open.getText();
  try {
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  } catch (error) {
    if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileNotFound') throw error;
    throw new HumanError('file/gone', `${path.basename(file)} is gone.`, 'It was renamed, moved or deleted. Run it where it is now.');
  }
}
