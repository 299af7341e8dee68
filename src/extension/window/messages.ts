/** Says in one sentence what went wrong and what to do next. */
import * as vscode from 'vscode';
import { HumanError, messageOf } from '../../core/errors.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';

/** Errors from the engine's bundle are of another copy of the class, so they are told by their fields. */
const hintOf = (error: unknown): string => {
  const hint = error instanceof HumanError ? error.hint : (error as { hint?: unknown } | null)?.hint;
  return typeof hint === 'string' ? ` ${hint}` : '';
};

export async function showError(error: unknown, { log }: Services): Promise<void> {
  log.error(error instanceof Error ? error : String(error));
  const code = (error as { code?: unknown } | null)?.code;
  const action = code === 'key/missing' ? 'Manage API Keys' : 'Show Log';
  const chosen = await vscode.window.showErrorMessage(`Goldset: ${messageOf(error)}${hintOf(error)}`, action);
  if (chosen === 'Manage API Keys') await vscode.commands.executeCommand(commands.manageKeys);
  else if (chosen === 'Show Log') log.show();
}
