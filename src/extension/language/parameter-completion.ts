/** Completion of parameters: what the prompt's model accepts, and the efforts that it has. */
import * as vscode from 'vscode';
import { acceptedParameters } from '../../core/economics/accepted-parameters.ts';
import { isPromptYml } from '../../core/prompt/formats/prompt-name.ts';
import { loadedPrompt } from '../window/documents.ts';
import type { Services } from '../window/services.ts';
import { keyTrail } from '../../core/golden/key-trail.ts';

/** Null: the cursor is not among the parameters. */
export async function parameterItems(
  document: vscode.TextDocument,
  position: vscode.Position,
  services: Services,
): Promise<vscode.CompletionItem[] | null> {
  const before = document.lineAt(position).text.slice(0, position.character);
  const isYml = isPromptYml(document.uri.fsPath);
  const lines = document.getText(new vscode.Range(0, 0, position.line, position.character)).split(/\r?\n/);
  if (keyTrail(lines, position.line).at(-1) !== (isYml ? 'modelParameters' : 'config')) return null;
  const { reading } = await loadedPrompt(document, services);
  const model = reading.document.model?.id ?? null;
  const { capabilities } = model === null ? { capabilities: null } : await services.engine().accepted(document.uri.fsPath, model);
  if (/^\s+reasoning_?[eE]ffort:\s*\w*$/.test(before))
    return (capabilities?.efforts ?? []).map((effort) => item(effort, effort, 'effort', vscode.CompletionItemKind.EnumMember));
  if (!/^\s+\w*$/.test(before)) return null;
  const name = (given: string): string => (isYml && given === 'maxOutputTokens' ? 'maxTokens' : given);
  return acceptedParameters(capabilities).map((parameter) =>
    item(
      name(parameter.name),
      `${name(parameter.name)}: \${1:${parameter.example}}`,
      model === null ? parameter.detail : `${parameter.detail}; ${model} accepts it`,
      vscode.CompletionItemKind.Property,
    ),
  );
}

function item(label: string, snippet: string, detail: string, kind: vscode.CompletionItemKind): vscode.CompletionItem {
  const result = new vscode.CompletionItem(label, kind);
  result.insertText = new vscode.SnippetString(snippet);
  result.detail = detail;
  return result;
}
