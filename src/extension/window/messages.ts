/** Says in one sentence what went wrong and what to do next. */
import * as vscode from 'vscode';
import { hintOf, isHumanError, messageOf } from '../../core/errors.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';

const nextOf = (error: unknown): string => (hintOf(error) === undefined ? '' : ` ${hintOf(error)}`);

const SHOW_LOG = 'Show Log';

/** The button of an error, by its code: it does what the sentence says. */
const ACTIONS: Readonly<Record<string, readonly [title: string, command: string]>> = {
  'key/missing': ['Manage API Keys', commands.manageKeys],
  'data/mark': ['Use This Folder…', commands.adoptDataFolder],
  'trust/needed': ['Manage Workspace Trust', 'workbench.trust.manage'],
  'tour/no-sample': ['Open a Sample', commands.openSample],
};

export async function showError(error: unknown, { log }: Services): Promise<void> {
  log.error(error instanceof Error ? error : String(error));
  const [title, command] = (isHumanError(error) ? ACTIONS[error.code] : undefined) ?? [SHOW_LOG, null];
  const chosen = await vscode.window.showErrorMessage(`Goldset: ${messageOf(error)}${nextOf(error)}`, title);
  if (chosen === undefined) return;
  if (command === null) log.show();
  else await vscode.commands.executeCommand(command);
}
