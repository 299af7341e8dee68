/** Which prompt, and which golden case, a command means: the argument of a lens, else the active editor. */
import * as vscode from 'vscode';
import { ConfigurationError } from '../../core/errors.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { fileOfPrompt, isPromptYml, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { goldenSetOf, isGolden, loadedPrompt } from './documents.ts';
import { isPrompt, promptAround, promptOf, promptsIn, whenKnown } from './open-prompts.ts';
import type { Services } from './services.ts';

/** @throws {ConfigurationError} when there is no prompt under the cursor. */
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
  throw new ConfigurationError(
    'cursor/no-prompt',
    'No prompt under the cursor.',
    'Open a prompt or a golden set. A text file is a prompt if a golden set is beside it, or after Use as Prompt. A prompt in code needs a golden set or a comment `goldset: NAME`.',
  );
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
  const chosen = await vscode.window.showQuickPick(
    prompts.map((file) => ({ label: vscode.workspace.asRelativePath(file), file })),
    { placeHolder: 'Which prompt?' },
  );
  return chosen?.file ?? only;
}
