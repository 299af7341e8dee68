/** Open as Table: a golden set as a table beside its text. Both show one text document, which undoes and saves the changes of both. */
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import { isGoldenPath } from '../../core/prompt/formats/prompt-name.ts';
import { fillPage } from '../pages/page-html.ts';
import type { Runs } from '../runs/runs.ts';
import { showError } from '../window/messages.ts';
import { commands, panels } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { TableSession } from './table-session.ts';

/** The text editor, as `vscode.openWith` names it. */
const TEXT_EDITOR = 'default';

/** Golden sets that a person is shown to choose from. */
const MOST_FOUND = 2_000;

export function registerGoldenTable(services: Services, runs: Runs): void {
  const provider: vscode.CustomTextEditorProvider = {
    resolveCustomTextEditor: (document, panel) => {
      if (document.uri.scheme !== 'file')
        throw new HumanError('golden/scheme', 'Only golden sets on this machine open as a table.', 'Open it as text.');
      const session = new TableSession(document, services, runs);
      panel.onDidDispose(() => session.dispose());
      const page = { script: 'golden-table.js', title: 'Goldset Golden Set' };
      fillPage(panel.webview, services.context.extensionUri, page, (port) => session.attach(port));
    },
  };
  const open = (command: string, editor: string): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (uri?: vscode.Uri) => {
      try {
        await openWith(uri, editor);
      } catch (error) {
        void showError(error, services);
      }
    });
  services.context.subscriptions.push(
    vscode.window.registerCustomEditorProvider(panels.goldenTable, provider, {
      supportsMultipleEditorsPerDocument: true,
      webviewOptions: { retainContextWhenHidden: false },
    }),
    open(commands.openAsTable, panels.goldenTable),
    open(commands.openAsText, TEXT_EDITOR),
  );
}

/** The golden set of the argument, else that of the active tab, else one that the person chooses. */
async function openWith(uri: vscode.Uri | undefined, editor: string): Promise<void> {
  const tab: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const active = tab instanceof vscode.TabInputText || tab instanceof vscode.TabInputCustom ? tab.uri : undefined;
  const isSet = active !== undefined && isGoldenPath(active.fsPath);
  const file = uri instanceof vscode.Uri ? uri : isSet ? active : await chooseGolden();
  if (file !== undefined) await vscode.commands.executeCommand('vscode.openWith', file, editor);
}

async function chooseGolden(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.golden.{yaml,yml,json,jsonl,csv}', undefined, MOST_FOUND);
  if (found.length === 0)
    return void vscode.window.showInformationMessage(
      'Goldset: there is no golden set in this workspace. Open a prompt and use "Goldset: Add Golden Case".',
    );
  const items = found
    .map((file) => ({ label: vscode.workspace.asRelativePath(file), file }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Golden set to open' }))?.file;
}
