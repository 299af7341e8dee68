/** Says in one sentence what went wrong and what to do next. */
import path from 'node:path';
import * as vscode from 'vscode';
import { inEditorWords } from '../../core/display/editor-words.ts';
import { hintOf, isHumanError, messageOf, systemCodeOf } from '../../core/problems/errors.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { errorAction, type ErrorAction, type ErrorRemedy } from '../../core/problems/error-actions.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';

const SHOW_LOG = 'Show Log';

/** The sentence of an error, and what to do next, as the editor says it. */
export function sentenceOf(error: unknown): string {
  const hint = hintOf(error);
  return inEditorWords(`${messageOf(error)}${hint === undefined ? '' : ` ${hint}`}`);
}

/** A command that the user cancelled shows nothing. `prompt`: the one that it is about, for what its button does. */
export async function showError(error: unknown, services: Services, prompt?: string): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  const { log } = services;
  log.error(error instanceof Error ? error : String(error));
  const code = isHumanError(error) ? error.code : systemCodeOf(error);
  const action = code === null ? null : errorAction(code);
  // What Goldset did not expect is explained by its log alone.
  const titles = action !== null ? [action.title] : isHumanError(error) ? [] : [SHOW_LOG];
  const chosen = await vscode.window.showErrorMessage(`Goldset: ${sentenceOf(error)}`, ...titles);
  if (chosen === undefined) return;
  if (action === null) log.show();
  else await remedy(action, services, prompt);
}

/** Does what the button of an error says. */
export async function remedy(action: ErrorAction, services: Services, prompt?: string): Promise<void> {
  const uri = prompt === undefined ? undefined : vscode.Uri.file(prompt);
  await REMEDIES[action.remedy](services, uri);
}

const run =
  (command: string, ...given: readonly unknown[]) =>
  async (_: Services, uri: vscode.Uri | undefined): Promise<void> =>
    void (await vscode.commands.executeCommand(command, ...(given.length > 0 ? given : [uri])));

const REMEDIES: Readonly<Record<ErrorRemedy, (services: Services, uri: vscode.Uri | undefined) => Promise<void>>> = {
  'enter-key': async ({ stoppedByKey }) => {
    if ((await vscode.commands.executeCommand(commands.manageKeys, { asked: true })) === true) await stoppedByKey.continue();
  },
  'choose-model': run(commands.runWithModel),
  'manage-trust': run('workbench.trust.manage', undefined),
  'use-data-folder': run(commands.adoptDataFolder),
  'add-case': run(commands.addGoldenCase),
  'show-problems': run('workbench.actions.view.problems', undefined),
  'show-results': run(commands.showResults, undefined),
  'show-stored-data': run(commands.showStoredData, undefined),
  'open-settings-file': async (_, uri) => {
    const folder = uri === undefined ? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath : path.dirname(uri.fsPath);
    if (folder === undefined) return;
    const file = vscode.Uri.file(path.join(findRoot(folder), 'goldset.yaml'));
    const stored = await vscode.workspace.fs.stat(file).then(
      () => true,
      () => false,
    );
    // A file that does not exist yet opens as a new one, which the person saves.
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(stored ? file : file.with({ scheme: 'untitled' })));
  },
  'set-git-path': run('workbench.action.openSettings', 'git.path'),
  'run-prompt': run(commands.runPrompt),
  'open-sample': run(commands.openSample, undefined),
};
