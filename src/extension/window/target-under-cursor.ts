/** Which prompt, and which golden case, a command means: the argument of a lens or menu, else the active editor, else the one that the user picks. */
import * as vscode from 'vscode';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { fileOfPrompt, isPromptYml, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { goldenSetOf, isGolden, loadedPrompt } from './documents.ts';
import { isPrompt, promptAround, promptOf, promptsIn, whenKnown } from './open-prompts.ts';
import { commands } from './names.ts';
import type { Services } from './services.ts';

/**
 * The id of the prompt that the argument names or the cursor is in; elsewhere the user picks one of the window.
 * @throws {vscode.CancellationError} when the user picks none: the command ends, and no message is shown.
 */
export async function promptUnderCursor(uri: vscode.Uri | undefined, services: Services): Promise<string> {
  const document = await documentFor(uri);
  if (document && isPrompt(document)) {
    if (uri !== undefined && promptsIn(document).includes(uri.fsPath)) return uri.fsPath;
    const editor = vscode.window.visibleTextEditors.find((item) => item.document === document);
    return editor ? promptAround(document, document.offsetAt(editor.selection.active)) : promptOf(document);
  }
  // A lens names a prompt that another file of its workspace holds, or that is no longer listed.
  if (document && uri !== undefined && placeOfPrompt(uri.fsPath).name !== null) return uri.fsPath;
  if (document && isGolden(document)) return choosePrompt(document.uri.fsPath, services);
  return choosePromptOfWindow(services.promptFiles);
}

/** The case under the cursor of a golden set, or null elsewhere. */
export async function caseUnderCursor(uri: vscode.Uri | undefined, services: Services): Promise<GoldenCase | null> {
  const document = await documentFor(uri);
  if (!document || !(isGolden(document) || isPromptYml(document.uri.fsPath))) return null;
  const cases = isGolden(document)
    ? (await goldenSetOf(document, services)).cases
    : (await loadedPrompt(document, services)).reading.document.embedded.cases;
  const editor = vscode.window.visibleTextEditors.find((item) => item.document === document);
  const offset = editor ? document.offsetAt(editor.selection.active) : 0;
  return cases.findLast((item) => item.source.range.start <= offset) ?? cases[0] ?? null;
}

async function documentFor(uri: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
  if (uri instanceof vscode.Uri) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(fileOfPrompt(uri.fsPath)));
    await whenKnown(document);
    return document;
  }
  const isOurs = (document: vscode.TextDocument | undefined): boolean =>
    document !== undefined && (isPrompt(document) || isGolden(document));
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined) await whenKnown(active);
  if (isOurs(active)) return active;
  // A report or the results page has the focus: the one prompt beside it is meant.
  const beside = vscode.window.visibleTextEditors.map((editor) => editor.document).filter(isOurs);
  return beside.length === 1 ? beside[0] : active;
}

async function choosePrompt(golden: string, { engine }: Services): Promise<string> {
  const prompts = await engine().promptsOfGolden(golden);
  const only = prompts[0];
  if (only === undefined)
    throw new ConfigurationError(
      'golden/no-prompt',
      'No prompt next to this golden set uses it.',
      'Name it after its prompt: NAME.golden.yaml next to NAME.prompt or NAME.md.',
    );
  if (prompts.length === 1) return only;
  const chosen = await vscode.window.showQuickPick(prompts.map(itemOf), { placeHolder: 'Which prompt?' });
  if (chosen === undefined) throw new vscode.CancellationError();
  return chosen.id;
}

interface PromptItem extends vscode.QuickPickItem {
  /** Null: a new prompt. */
  readonly id: string | null;
}

const itemOf = (id: string): PromptItem & { readonly id: string } => ({ label: vscode.workspace.asRelativePath(id), id });

/** The list opens at once and fills when the search has ended. */
async function choosePromptOfWindow(promptFiles: Services['promptFiles']): Promise<string> {
  const create: PromptItem = { label: '$(add) New Prompt…', id: null, alwaysShow: true };
  const listed = promptFiles.find().then((prompts): PromptItem[] => [...prompts.map(({ fsPath }) => itemOf(fsPath)), create]);
  const chosen = await vscode.window.showQuickPick(listed, {
    title: 'Choose a Prompt',
    placeHolder: 'The cursor is in no prompt. Choose the prompt for this command.',
    matchOnDescription: true,
  });
  if (chosen?.id === null) await vscode.commands.executeCommand(commands.newPrompt);
  if (chosen?.id == null) throw new vscode.CancellationError();
  return chosen.id;
}
