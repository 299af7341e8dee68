/** All places of one variable: in the template, in its declaration, and in the golden cases. */
import path from 'node:path';
import * as vscode from 'vscode';
import { goldenVariableKeys, variableKeys } from '../../core/golden/variable-keys.ts';
import { fileOfPrompt, isCodePath } from '../../core/prompt/formats/prompt-name.ts';
import { SETTINGS_FILE } from '../../core/prompt/formats/text-prompt.ts';
import { splitFrontMatter } from '../../core/prompt/formats/front-matter.ts';
import { inDocument, isGolden, loadedPrompt, rangeIn } from '../window/documents.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { codeVariableAt, renameCodeVariable } from './rename-code-variable.ts';
import { isPrompt, whenKnown } from '../window/open-prompts.ts';
import type { Services } from '../window/services.ts';

interface VariableLocation {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  readonly kind: 'use' | 'declaration' | 'case';
}

export function definitionProvider(services: Services): vscode.DefinitionProvider {
  return {
    async provideDefinition(document, position) {
      const partial = await partialAt(document, position, services);
      if (partial) return new vscode.Location(partial, new vscode.Position(0, 0));
      const variable = await variableAt(document, position, services);
      if (!variable) return undefined;
      const places = await placesOf(variable, document, services);
      const target = places.filter((place) => place.kind === 'declaration');
      const found = target.length > 0 ? target : places.filter((place) => place.kind === 'case').slice(0, 1);
      return found.map((place) => new vscode.Location(place.uri, place.range));
    },
  };
}

export function renameProvider(services: Services, insights: PromptAnalyses): vscode.RenameProvider {
  return {
    async prepareRename(document, position, token) {
      if (!isPrompt(document) && !isGolden(document)) return undefined;
      const found = await inCode(document, position, insights, token, services);
      if (found !== null) return { range: found.range, placeholder: found.name };
      // The language's own rename.
      if (isCodePath(document.uri.fsPath)) return undefined;
      const variable = await variableAt(document, position, services);
      const places = variable === null ? [] : await placesOf(variable, document, services);
      const here = places.find((place) => place.uri.toString() === document.uri.toString() && place.range.contains(position));
      if (!here || variable === null) throw new Error('There is no variable here.');
      return { range: here.range, placeholder: variable };
    },
    async provideRenameEdits(document, position, newName, token) {
      const found = await inCode(document, position, insights, token, services);
      if (found !== null) return renameCodeVariable(found, newName, services);
      if (isCodePath(document.uri.fsPath)) return undefined;
      if (!/^[A-Za-z_][\w-]*$/.test(newName))
        throw new Error('A variable name consists of letters, digits, _ and -, and begins with a letter.');
      const edit = new vscode.WorkspaceEdit();
      const variable = await variableAt(document, position, services);
      if (variable === null) return edit;
      for (const place of await placesOf(variable, document, services)) edit.replace(place.uri, place.range, newName);
      return edit;
    },
  };
}

/** A field of a prompt in code, in its source file or its golden set; null: another variable, or none. */
async function inCode(
  document: vscode.TextDocument,
  position: vscode.Position,
  insights: PromptAnalyses,
  token: vscode.CancellationToken,
  services: Services,
): Promise<Awaited<ReturnType<typeof codeVariableAt>>> {
  if (isCodePath(document.uri.fsPath)) return codeVariableAt(document, position, insights, token);
  const key = isGolden(document) ? goldenKeys(document).find(({ range }) => range.contains(position)) : undefined;
  const id = key === undefined ? undefined : (await services.engine().promptsOfGolden(document.uri.fsPath))[0];
  return key === undefined || id === undefined || !isCodePath(fileOfPrompt(id)) ? null : { id, ...key };
}

async function promptDocument(document: vscode.TextDocument, services: Services): Promise<vscode.TextDocument | null> {
  if (isPrompt(document)) return document;
  const prompt = isGolden(document) ? (await services.engine().promptsOfGolden(document.uri.fsPath))[0] : undefined;
  if (prompt === undefined) return null;
  const opened = await vscode.workspace.openTextDocument(fileOfPrompt(prompt));
  await whenKnown(opened);
  return isPrompt(opened) ? opened : null;
}

export async function variableAt(document: vscode.TextDocument, position: vscode.Position, services: Services): Promise<string | null> {
  const prompt = await promptDocument(document, services);
  if (!prompt) return null;
  const loaded = await loadedPrompt(prompt, services);
  const { reading } = loaded;
  if (document === prompt) {
    const at = document.offsetAt(position);
    const used = [...inDocument(loaded, document, reading.analysis.variables), ...reading.document.input.declared].find(
      ({ range }) => range.start <= at && at <= range.end,
    );
    return used?.name ?? null;
  }
  const key = goldenKeys(document).find(({ range }) => range.contains(position));
  return key?.name ?? null;
}

async function partialAt(document: vscode.TextDocument, position: vscode.Position, services: Services): Promise<vscode.Uri | null> {
  if (!isPrompt(document)) return null;
  const loaded = await loadedPrompt(document, services);
  const { reading, partials, root } = loaded;
  const at = document.offsetAt(position);
  const use = inDocument(loaded, document, reading.analysis.partials).find(({ range }) => range.start <= at && at <= range.end);
  const partial = partials.find((item) => item.name === use?.name);
  return partial ? vscode.Uri.file(`${root}/${partial.path}`) : null;
}

async function placesOf(variable: string, document: vscode.TextDocument, services: Services): Promise<VariableLocation[]> {
  const prompt = await promptDocument(document, services);
  if (!prompt) return [];
  const { reading, goldenFile, partials, root } = await loadedPrompt(prompt, services);
  const { uri } = prompt;
  const places: VariableLocation[] = [
    ...reading.document.input.declared
      .filter(({ name }) => name === variable)
      .map(({ range }): VariableLocation => ({ uri, range: rangeIn(prompt, range), kind: 'declaration' })),
  ];
  const own = fileOfPrompt(reading.document.path);
  for (const { name, range, file = own } of reading.analysis.variables) {
    if (name !== variable || file === SETTINGS_FILE) continue;
    const at = await vscode.workspace.openTextDocument(path.resolve(root, file));
    places.push({ uri: at.uri, range: rangeIn(at, range), kind: 'use' });
  }
  if (reading.document.format === 'dotprompt') {
    const { frontMatter } = splitFrontMatter(prompt.getText());
    const defaults = frontMatter === null ? [] : variableKeys(frontMatter.text, 'default');
    for (const { name, range } of defaults) {
      const start = range.start + (frontMatter?.offset ?? 0);
      if (name === variable) places.push({ uri, range: rangeIn(prompt, { start, end: start + name.length }), kind: 'case' });
    }
  }
  for (const partial of partials) {
    const uses = services
      .engine()
      .variablesIn(partial, reading.document.template)
      .filter(({ name }) => name === variable);
    if (uses.length === 0) continue;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(`${root}/${partial.path}`));
    places.push(...uses.map(({ range }): VariableLocation => ({ uri: document.uri, range: rangeIn(document, range), kind: 'use' })));
  }
  for (const at of [prompt, ...(goldenFile === null ? [] : [await vscode.workspace.openTextDocument(goldenFile)])]) {
    const keys = at === prompt && reading.document.format !== 'prompt-yml' ? [] : goldenKeys(at);
    places.push(
      ...keys.filter(({ name }) => name === variable).map(({ range }): VariableLocation => ({ uri: at.uri, range, kind: 'case' })),
    );
  }
  return places;
}

function goldenKeys(document: vscode.TextDocument): { name: string; range: vscode.Range }[] {
  const keys = goldenVariableKeys(document.uri.path, document.getText(), isPrompt(document) ? 'testData' : 'vars');
  return keys.map(({ name, range }) => ({ name, range: rangeIn(document, range) }));
}
