/** Rename of a field in the text of a prompt in code: the string, what the program fills it with, and the golden set. */
import path from 'node:path';
import * as vscode from 'vscode';
import { goldenVariableKeys } from '../../core/golden/variable-keys.ts';
import { CODE_ENDINGS, fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { codeLanguageOf } from '../../core/prompt/code/code-language.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { rangeIn, unsavedTexts } from '../window/documents.ts';
import type { Services } from '../window/services.ts';
import { SKIPPED_GLOB } from '../window/window-prompts.ts';

/** Source files that are searched for uses of a prompt. */
const MOST = 20_000;

interface CodeVariable {
  /** Of the prompt. */
  readonly id: string;
  readonly name: string;
  /** Of the name, where it is written. */
  readonly range: vscode.Range;
}

/**
 * The variable under the cursor of a source file; null: none is there.
 * @throws {Error} where the variable is an expression, which the language itself renames.
 */
export async function codeVariableAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  insights: PromptAnalyses,
  token: vscode.CancellationToken,
): Promise<CodeVariable | null> {
  await insights.whenCurrent(document, token);
  const at = document.offsetAt(position);
  for (const { id, version, code } of insights.all(document)) {
    const used = version === document.version ? code?.variables.find(({ range }) => range.start <= at && at <= range.end) : undefined;
    if (used === undefined) continue;
    if (code?.unresolved.find(({ variable }) => variable === used.name)?.value !== null)
      throw new Error(`${used.name} is an expression of the program, not a field of the text. Rename it where the program declares it.`);
    const start = used.range.start + Math.max(0, document.getText().slice(used.range.start, used.range.end).indexOf(used.name));
    return { id, name: used.name, range: rangeIn(document, { start, end: start + used.name.length }) };
  }
  return null;
}

/** @throws {Error} with the reason, where a rename would change what the program sends. */
export async function renameCodeVariable(
  { id, name }: Pick<CodeVariable, 'id' | 'name'>,
  to: string,
  { engine }: Services,
): Promise<vscode.WorkspaceEdit> {
  if (!/^[A-Za-z_]\w*$/.test(to)) throw new Error('A field in code consists of letters, digits and _, and begins with a letter.');
  const isPython = codeLanguageOf(fileOfPrompt(id)) === 'python';
  const endings = CODE_ENDINGS.filter((ending) => (ending === 'py') === isPython);
  const pattern = `**/*.${endings.length === 1 ? (endings[0] ?? '') : `{${endings.join(',')}}`}`;
  const sources = await vscode.workspace.findFiles(pattern, SKIPPED_GLOB, MOST);
  if (sources.length === MOST)
    throw new Error(`There are more than ${String(MOST)} source files here, so uses of the prompt may be missed.`);
  const { goldenFile } = await engine().outline(id, unsavedTexts());
  const found = await engine().renamePromptField({
    file: id,
    variable: name,
    to,
    sources: sources.map(({ fsPath }) => fsPath),
    unsaved: unsavedTexts(),
  });
  if ('refused' in found) throw new Error(found.refused);
  const edit = new vscode.WorkspaceEdit();
  for (const { path: shown, edits } of found.edits) {
    const document = await vscode.workspace.openTextDocument(path.resolve(found.root, shown));
    for (const { range, text } of edits) edit.replace(document.uri, rangeIn(document, range), text);
  }
  if (goldenFile === null) return edit;
  const golden = await vscode.workspace.openTextDocument(goldenFile);
  for (const key of goldenVariableKeys(golden.uri.path, golden.getText(), 'vars'))
    if (key.name === name) edit.replace(golden.uri, rangeIn(golden, key.range), to);
  return edit;
}
