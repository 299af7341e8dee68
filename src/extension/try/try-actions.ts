/** The buttons of the playground's problems: each does what it says. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import type { TryAction } from '../../protocol/try.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';

/** `prompt`: its id. */
type Act = (prompt: string, services: Services) => Thenable<unknown>;

const ACTIONS: Readonly<Record<TryAction, Act>> = {
  'manage-keys': () => vscode.commands.executeCommand(commands.manageKeys),
  'use-folder': () => vscode.commands.executeCommand(commands.adoptDataFolder),
  'manage-trust': () => vscode.commands.executeCommand('workbench.trust.manage'),
  'open-settings': (prompt) => openSettings(prompt),
  'open-prompt': (prompt) => openBeside(vscode.Uri.file(fileOfPrompt(prompt))),
  // The page has its own list of models; it comes here only when it shows none.
  'choose-model': (prompt) => openBeside(vscode.Uri.file(fileOfPrompt(prompt))),
  'show-log': (_, { log }) => Promise.resolve(log.show()),
};

/** Nothing, for a name that is not an action. */
export async function runTryAction(action: unknown, prompt: string, services: Services): Promise<void> {
  if (typeof action === 'string' && Object.hasOwn(ACTIONS, action)) await ACTIONS[action as TryAction](prompt, services);
}

const openBeside = (uri: vscode.Uri): Thenable<unknown> => vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });

/** The goldset.yaml of the prompt's workspace; where there is none, a new file that is not written yet. */
function openSettings(prompt: string): Thenable<unknown> {
  const uri = vscode.Uri.file(path.join(findRoot(path.dirname(prompt)), 'goldset.yaml'));
  return openBeside(existsSync(uri.fsPath) ? uri : uri.with({ scheme: 'untitled' }));
}
