/** Use as Prompt, and the syntax of a prompt in plain text: entries of goldset.yaml, made as edits that undo takes back. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { slashedPath } from '../../adapters/within.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { withPromptEntry } from '../../core/config/edit-goldset-yaml.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { SYNTAXES } from '../../core/prompt/document.ts';
import { idOfPrompt, isCodePath, holdsPrompts, isTextPath, placeOfPrompt, TEXT_ENDINGS } from '../../core/prompt/formats/prompt-name.ts';
import { isPrompt, promptOf, whenKnown } from '../window/open-prompts.ts';
import { showError } from '../window/messages.ts';
import { commands, contextKeys } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrustToWrite } from '../window/trust.ts';

const HELP: Readonly<Record<(typeof SYNTAXES)[number], string>> = {
  mustache: '{{name}}',
  jinja: '{{ name }}, {% if … %}',
  nunjucks: '{{ name }}, {% if … %}, as JavaScript prints values',
  handlebars: '{{name}}, {{#if …}}',
  python: '{name}; {{ is a brace',
  dollar: '${name}',
  percent: '%(name)s',
  none: 'no placeholders: the text is sent as it is',
};

export function registerTextPromptCommands(services: Services): void {
  const register = (command: string, run: (document: vscode.TextDocument) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (uri?: vscode.Uri) => {
      try {
        requireTrustToWrite();
        const document =
          uri instanceof vscode.Uri ? await vscode.workspace.openTextDocument(uri) : vscode.window.activeTextEditor?.document;
        if (document?.uri.scheme !== 'file' || !isTextPath(document.uri.fsPath))
          throw new ConfigurationError(
            'cursor/no-text',
            'This is no file in plain text.',
            `Open a file that ends with .${TEXT_ENDINGS.join(', .')}.`,
          );
        await whenKnown(document);
        await run(document);
      } catch (error) {
        void showError(error, services);
      }
    });
  const tellMenus = (): void => {
    const shown = vscode.workspace.textDocuments.filter((item) => isPrompt(item));
    const pathsOf = (isOne: (file: string) => boolean): string[] => shown.map(({ uri }) => uri.fsPath).filter(isOne);
    void vscode.commands.executeCommand('setContext', contextKeys.textPrompts, pathsOf(isTextPath));
    void vscode.commands.executeCommand(
      'setContext',
      contextKeys.codePrompts,
      pathsOf((file) => isCodePath(file) || holdsPrompts(file)),
    );
  };
  services.context.subscriptions.push(
    register(commands.useAsPrompt, useAsPrompt),
    register(commands.setSyntax, setSyntax),
    services.textPrompts.onDidChange(tellMenus),
    vscode.commands.registerCommand(commands.applySettingsFix, async (prompt: string, values: JsonObject) => {
      try {
        requireTrustToWrite();
        await changeEntry(prompt, values);
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
  tellMenus();
}

async function useAsPrompt(document: vscode.TextDocument): Promise<void> {
  if (isPrompt(document)) {
    void vscode.window.showInformationMessage('This file is a prompt already.');
    return;
  }
  await changeEntry(document.uri.fsPath, {});
  await vscode.window.showTextDocument(document);
}

async function setSyntax(document: vscode.TextDocument): Promise<void> {
  const items = SYNTAXES.map((syntax) => ({ label: syntax, description: HELP[syntax] }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Syntax of This Prompt',
    placeHolder: 'Sets `syntax` in goldset.yaml.',
  });
  if (chosen !== undefined) await changeEntry(promptOf(document), { syntax: chosen.label });
}

/** Sets values of a prompt's entry in goldset.yaml, and saves it. `prompt`: its id. */
export async function changeEntry(prompt: string, values: JsonObject): Promise<void> {
  const { file } = placeOfPrompt(prompt);
  const root = findRoot(path.dirname(file));
  const uri = vscode.Uri.file(path.join(root, 'goldset.yaml'));
  if (!existsSync(uri.fsPath)) await vscode.workspace.fs.writeFile(uri, new Uint8Array());
  const document = await vscode.workspace.openTextDocument(uri);
  const before = document.getText();
  const edit = new vscode.WorkspaceEdit();
  const everything = new vscode.Range(document.positionAt(0), document.positionAt(before.length));
  edit.replace(uri, everything, withPromptEntry(before, keyOfPrompt(root, prompt), values));
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

/** What goldset.yaml calls a prompt: of several files its name, else its path from the root, in code with the name. */
function keyOfPrompt(root: string, prompt: string): string {
  const { file, name } = placeOfPrompt(prompt);
  if (name !== null && !isCodePath(file)) return name;
  return idOfPrompt({ file: slashedPath(root, file), name });
}
