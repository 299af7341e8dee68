/** Move Prompt to File: the string of a prompt in code becomes a file that the program reads; one edit, which undo takes back. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { goldenVariableKeys } from '../../core/golden/variable-keys.ts';
import type { VariableRename } from '../../core/prompt/code/move-types.ts';
import { fileOfPrompt, isCodePath, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { SETTINGS_FILE } from '../../core/prompt/formats/text-prompt.ts';
import { CODE_FILES, rangeIn, unsavedTexts } from '../window/documents.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { requireTrustToWrite } from '../window/trust.ts';

export function registerMovePrompt(services: Services, insights: PromptAnalyses): void {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions(document, range) {
      const { id, code, version } = insights.at(document, range.start) ?? {};
      if (id === undefined || code == null || code.origin === 'call' || version !== document.version) return [];
      if (rangeIn(document, code.range).intersection(range) === undefined) return [];
      const action = new vscode.CodeAction('Move prompt to file', vscode.CodeActionKind.RefactorExtract);
      action.command = { title: action.title, command: commands.movePromptToFile, arguments: [vscode.Uri.file(id)] };
      return [action];
    },
  };
  services.context.subscriptions.push(
    vscode.languages.registerCodeActionsProvider(CODE_FILES, provider, {
      providedCodeActionKinds: [vscode.CodeActionKind.RefactorExtract],
    }),
    vscode.commands.registerCommand(commands.movePromptToFile, async (uri?: vscode.Uri) => {
      try {
        requireTrustToWrite();
        await movePrompt(await promptUnderCursor(uri, services), services);
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}

/** @throws {ConfigurationError} with the reason, when what the program sends would change. */
async function movePrompt(id: string, { engine }: Services): Promise<void> {
  const { file, name } = placeOfPrompt(id);
  if (name === null || !isCodePath(file))
    throw new ConfigurationError('code/no-prompt', 'This prompt is a file already.', 'Move a string of TypeScript, JavaScript or Python.');
  const document = await vscode.workspace.openTextDocument(file);
  const { version } = document;
  const { goldenFile, root } = await engine().outline(id, unsavedTexts());
  const settingsFile = path.join(root, SETTINGS_FILE);
  const settings = existsSync(settingsFile) ? await vscode.workspace.openTextDocument(settingsFile) : null;
  const settingsVersion = settings?.version;
  const move = await engine().movePrompt(id, unsavedTexts());
  if ('refused' in move)
    throw new ConfigurationError('code/not-moved', `${name} was not moved: ${move.refused}`, 'The string stays where it is.');
  if (document.version !== version || settings?.version !== settingsVersion)
    throw new ConfigurationError(
      'code/not-moved',
      `${name} was not moved: its file or goldset.yaml was edited at the same time.`,
      'Run the command again.',
    );
  const target = path.resolve(move.root, move.file.path);
  realPathToWrite(move.root, target);
  const edit = new vscode.WorkspaceEdit();
  const created = vscode.Uri.file(target);
  edit.createFile(created, { contents: Buffer.from(move.file.text) });
  for (const { range, text } of move.edits) edit.replace(document.uri, rangeIn(document, range), text);
  if (goldenFile !== null && move.renamed.length > 0) await renameInGolden(edit, goldenFile, move.renamed);
  for (const { range, text } of move.settings) if (settings !== null) edit.replace(settings.uri, rangeIn(settings, range), text);
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new ConfigurationError('code/not-moved', `${fileOfPrompt(id)} cannot be edited.`, 'Check whether the file is read-only.');
  await vscode.window.showTextDocument(created, { viewColumn: vscode.ViewColumn.Beside, preview: false });
  if (move.notes.length > 0) void vscode.window.showWarningMessage(move.notes.join(' '));
}

/** A template has no dots in its names: `ticket.subject` of the program is `ticket_subject` of the file. */
async function renameInGolden(edit: vscode.WorkspaceEdit, golden: string, renamed: readonly VariableRename[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument(golden);
  for (const { name, range } of goldenVariableKeys(document.uri.path, document.getText(), 'vars')) {
    const to = renamed.find(({ from }) => from === name)?.to;
    if (to !== undefined) edit.replace(document.uri, rangeIn(document, range), to);
  }
}
