/** Set API Key: asks whose key it is and keeps it for that origin alone. */
import * as vscode from 'vscode';
import { commands } from './names.ts';
import { storageKey } from './secret-keys.ts';
import type { Services } from './services.ts';

const OTHER = 'Another server…';
const ORIGINS: Readonly<Record<string, string>> = { OpenAI: 'https://api.openai.com' };

export function registerApiKeys({ context }: Services): void {
  context.subscriptions.push(vscode.commands.registerCommand(commands.setApiKey, () => setApiKey(context.secrets)));
}

async function setApiKey(secrets: vscode.SecretStorage): Promise<void> {
  const choice = await vscode.window.showQuickPick([...Object.keys(ORIGINS), OTHER], {
    title: 'Set API Key',
    placeHolder: 'Whose key is it? It is only ever sent there.',
  });
  if (choice === undefined) return;
  const origin = ORIGINS[choice] ?? (await askOrigin());
  if (origin === undefined) return;
  const key = await vscode.window.showInputBox({
    title: `API key for ${origin}`,
    prompt: 'Leave empty to remove the key.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return;
  if (key.trim() === '') await secrets.delete(storageKey(origin));
  else await secrets.store(storageKey(origin), key.trim());
  void vscode.window.showInformationMessage(
    key.trim() === ''
      ? `The key for ${origin} was removed.`
      : `The key for ${origin} is in the editor’s secret storage and is sent to no other address.`,
  );
}

async function askOrigin(): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({
    title: 'Address of the server',
    placeHolder: 'https://models.example.com/v1',
    validateInput: (text) =>
      URL.canParse(text) && /^https?:/.test(text) ? null : 'Enter an address that starts with https:// or http://.',
  });
  return address === undefined ? undefined : new URL(address).origin;
}
