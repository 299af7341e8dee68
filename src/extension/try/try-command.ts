/** Try Prompt: the playground of the prompt under the cursor. */
import * as vscode from 'vscode';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { TryPanel } from './try-panel.ts';

export function registerTry(services: Services): void {
  const panel = new TryPanel(services);
  services.context.subscriptions.push(
    panel,
    vscode.commands.registerCommand(commands.tryPrompt, async (uri?: vscode.Uri) => {
      try {
        panel.show(await promptUnderCursor(uri, services));
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}
