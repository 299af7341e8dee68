/** Says in one sentence what went wrong and what to do next. */
import * as vscode from 'vscode';
import { isHumanError, messageOf } from '../../core/errors.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';

const hintOf = (error: unknown): string => (isHumanError(error) && error.hint !== undefined ? ` ${error.hint}` : '');

export async function showError(error: unknown, { log }: Services): Promise<void> {
  log.error(error instanceof Error ? error : String(error));
  const code = isHumanError(error) ? error.code : null;
  const action = code === 'key/missing' ? 'Manage API Keys' : code === 'data/mark' ? 'Use This Folder…' : 'Show Log';
  const chosen = await vscode.window.showErrorMessage(`Goldset: ${messageOf(error)}${hintOf(error)}`, action);
  if (chosen === 'Manage API Keys') await vscode.commands.executeCommand(commands.manageKeys);
  else if (chosen === 'Use This Folder…') await vscode.commands.executeCommand(commands.adoptDataFolder);
  else if (chosen === 'Show Log') log.show();
}
