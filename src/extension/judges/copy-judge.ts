/** Customize a Judge: copies a built-in judge's prompt into the workspace and names it in goldset.yaml, to be edited like any prompt. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { withJudgePrompt } from '../../core/config/edit-goldset-yaml.ts';
import { isChoicePrompt } from '../../core/judge/kinds/choices.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import { chooseRoot } from '../window/window-roots.ts';

const SUFFIX = '.prompt';

export function registerJudges(services: Services): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.copyJudge, async (name?: string) => {
      try {
        requireTrustToWrite();
        return await copyJudge(services.context.extensionUri, name);
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    }),
  );
}

/** The copy; undefined: none was chosen. One undo in goldset.yaml brings the built-in judge back. */
async function copyJudge(extension: vscode.Uri, given: string | undefined): Promise<vscode.Uri | undefined> {
  const folder = await chooseRoot('Customize a Judge');
  if (folder === undefined) return undefined;
  const root = vscode.Uri.file(folder);
  const builtIn = vscode.Uri.joinPath(extension, 'judges');
  const name = given ?? (await choose(builtIn));
  if (name === undefined || !/^[\w-]+$/.test(name)) return undefined;
  const target = vscode.Uri.joinPath(root, 'judges', `${name}${SUFFIX}`);
  if (!existsSync(target.fsPath)) await vscode.workspace.fs.copy(vscode.Uri.joinPath(builtIn, `${name}${SUFFIX}`), target);
  const data = vscode.Uri.joinPath(root, 'judges', '_data.prompt');
  if (!existsSync(data.fsPath)) await vscode.workspace.fs.copy(vscode.Uri.joinPath(builtIn, '_data.prompt'), data);
  await nameIt(vscode.Uri.joinPath(root, 'goldset.yaml'), name);
  await vscode.window.showTextDocument(target);
  return target;
}

const choose = async (builtIn: vscode.Uri): Promise<string | undefined> => {
  const chosen = await vscode.window.showQuickPick(
    readdirSync(builtIn.fsPath)
      .filter((file) => file.endsWith(SUFFIX) && !file.startsWith('_'))
      .map((file) => path.basename(file, SUFFIX))
      .filter((name) => !isChoicePrompt(name))
      .map((name) => ({ label: name, description: `writes judges/${name}${SUFFIX}` })),
    {
      title: 'Customize a Judge',
      placeHolder: 'Writes the judge’s prompt and judges/_data.prompt, which it uses, and names the judge in goldset.yaml.',
    },
  );
  return chosen?.label;
};

async function nameIt(config: vscode.Uri, name: string): Promise<void> {
  if (!existsSync(config.fsPath)) await vscode.workspace.fs.writeFile(config, new Uint8Array());
  const document = await vscode.workspace.openTextDocument(config);
  const before = document.getText();
  const edit = new vscode.WorkspaceEdit();
  const everything = new vscode.Range(document.positionAt(0), document.positionAt(before.length));
  edit.replace(config, everything, withJudgePrompt(before, name, `judges/${name}${SUFFIX}`));
  await vscode.workspace.applyEdit(edit);
  await document.save();
}
