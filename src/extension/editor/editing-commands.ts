/** New Prompt and Add Golden Case: files a person goes on to edit. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import { defaultModel, type Services } from '../window/services.ts';
import { newPromptText } from '../../core/setup/new-prompt.ts';
import { blankJsonCase, blankVars, blankYamlCase } from '../../core/golden/edit/blank-case.ts';
import { defaultGolden, fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { loadOpen, writeGolden } from '../results/write-golden.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';

export function registerEditingCommands(services: Services): void {
  const register = (command: string, run: (uri?: vscode.Uri, named?: unknown) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (uri?: vscode.Uri, named?: unknown) => {
      try {
        requireTrustToWrite();
        await run(uri, named);
      } catch (error) {
        void showError(error, services);
      }
    });
  services.context.subscriptions.push(
    register(commands.newPrompt, newPrompt),
    register(commands.addGoldenCase, (uri) => addGoldenCase(uri, services)),
  );
}

/**
 * `given`: a folder, or a file or a view's item, beside which the prompt is made. Without a folder: an untitled document. `named`: the name, where
 * a key binding gives it; otherwise it is asked for.
 */
async function newPrompt(given?: unknown, named?: unknown): Promise<void> {
  const base = await folderFor(given);
  if (base === null) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'dotprompt', content: newPromptText() }));
    return;
  }
  const problemOf = (text: string): string | null =>
    /^[A-Za-z0-9][\w/-]*$/.test(text)
      ? existsSync(path.join(base.fsPath, `${text}.prompt`))
        ? 'A prompt with this name already exists.'
        : null
      : 'Use letters, digits, - and /.';
  const name =
    typeof named === 'string' && problemOf(named) === null
      ? named
      : await vscode.window.showInputBox({
          title: 'New Prompt',
          prompt: `Prompt name. NAME.prompt is created in ${vscode.workspace.asRelativePath(base)}.`,
          ...(typeof named === 'string' ? { value: named } : {}),
          validateInput: problemOf,
        });
  if (name === undefined) return;
  const file = vscode.Uri.joinPath(base, `${name}.prompt`);
  await vscode.workspace.fs.writeFile(file, Buffer.from(newPromptText(defaultModel(base.fsPath) ?? undefined)));
  await vscode.window.showTextDocument(file);
}

/** The folder that a menu's argument is, or that the file is in; without one, the window's folder of the active file, else the first. Null: no folder is open. */
async function folderFor(given: unknown): Promise<vscode.Uri | null> {
  const uri = given instanceof vscode.Uri ? given : (given as { uri?: unknown } | null | undefined)?.uri;
  const active = vscode.window.activeTextEditor?.document.uri;
  const first = vscode.workspace.workspaceFolders?.[0]?.uri ?? null;
  if (!(uri instanceof vscode.Uri)) return (active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active)?.uri) ?? first;
  if (uri.scheme !== 'file' || vscode.workspace.getWorkspaceFolder(uri) === undefined) return first;
  // A prompt in code is `FILE#NAME`.
  const at = vscode.Uri.file(fileOfPrompt(uri.fsPath));
  const { type } = await vscode.workspace.fs.stat(at);
  return (type & vscode.FileType.Directory) === 0 ? vscode.Uri.joinPath(at, '..') : at;
}

/** Appends a case with every variable of the prompt; an edit, so undo takes it back. */
async function addGoldenCase(uri: vscode.Uri | undefined, services: Services): Promise<void> {
  const file = await promptUnderCursor(uri, services);
  const { goldenFile, reading, target } = await services.engine().load(file);
  const golden = goldenFile ?? defaultGolden(file);
  // In code each expression is a variable: `ticket.subject` is given by itself.
  const used = reading.analysis.variables.map((item) => (reading.document.format === 'code' ? item.path : item.name));
  const names = [...new Set([...reading.document.input.declared.map((item) => item.name), ...used])];
  const id = freeId(target.cases.map((item) => item.id));
  realPathToWrite(findRoot(path.dirname(file)), golden);
  if (!existsSync(golden)) await vscode.workspace.fs.writeFile(vscode.Uri.file(golden), new Uint8Array());
  const document = await vscode.workspace.openTextDocument(golden);
  const text = document.getText();
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  const { input, output } = reading.document;
  const blank = {
    id,
    names,
    schema: input.schema,
    defaults: input.defaults,
    output: output.format === 'json' ? (output.schema ?? {}) : null,
  };
  const entry = golden.endsWith('.jsonl') ? blankJsonCase(blank) : blankYamlCase(blank);
  if (/\.(json|csv)$/.test(golden)) {
    await writeGolden(await services.engine().writer.addBlank(await loadOpen(file, services), id, blankVars(blank)), services);
    await vscode.window.showTextDocument(document);
    return;
  }
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(text.length);
  await editor.edit((edit) => edit.insert(end, separator + entry));
  const line = end.line + (separator === '' ? 0 : 1) + (golden.endsWith('.jsonl') ? 0 : 2);
  const at = editor.document
    .lineAt(Math.min(line, editor.document.lineCount - 1))
    .range.end.translate(0, golden.endsWith('.jsonl') ? 0 : -1);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at));
}

function freeId(taken: readonly string[]): string {
  for (let i = taken.length + 1; ; i++) if (!taken.includes(`case-${i}`)) return `case-${i}`;
}
