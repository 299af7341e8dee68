/** Completion in templates: variables, helpers, roles and partials. In YAML of ours its schema says what is offered (schema-completion.ts). */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { isPartialPath, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import { loadedPrompt } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import type { SchemaCompletion } from './schema-completion.ts';
import type { Services } from '../window/services.ts';

const { CompletionItemKind: Kind } = vscode;

const HELPERS: readonly (readonly [string, string, string])[] = [
  ['role', 'role "${1|system,user,model|}"', 'starts a message'],
  ['if', '#if ${1:condition}}}$0{{/if', 'text under a condition'],
  ['unless', '#unless ${1:condition}}}$0{{/unless', 'text unless a condition holds'],
  ['each', '#each ${1:list}}}$0{{/each', 'text per item'],
  ['with', '#with ${1:object}}}$0{{/with', 'fields of an object'],
  ['ifEquals', '#ifEquals ${1:a} ${2:b}}}$0{{/ifEquals', 'text when two values are equal'],
  ['unlessEquals', '#unlessEquals ${1:a} ${2:b}}}$0{{/unlessEquals', 'text when two values differ'],
  ['json', 'json ${1:value}', 'a value as JSON'],
  ['history', 'history', 'the messages so far'],
  ['media', 'media url=${1:url}', 'an image'],
  ['section', 'section "${1:name}"', 'a place for the application’s text'],
];

/** Variables of the context. */
const CONTEXT: readonly (readonly [string, string])[] = [
  ['root', 'all variables'],
  ['first', 'whether this is the first item of the loop'],
  ['last', 'whether this is the last item of the loop'],
  ['index', 'which item of the loop this is, from 0'],
  ['key', 'the key of this item'],
  ['metadata', 'facts about the request'],
];

export function completionProvider(services: Services, inYaml: SchemaCompletion): vscode.CompletionItemProvider {
  return {
    async provideCompletionItems(document, position) {
      const before = document.lineAt(position).text.slice(0, position.character);
      if (isTextPath(document.uri.fsPath)) return isPrompt(document) ? textCompletion(document, before, services) : [];
      const offered = await inYaml.items(document, position);
      if (offered !== null) return offered;
      return document.languageId === 'dotprompt' ? templateCompletion(document, position, before, services) : [];
    },
  };
}

/** Within `{{`: after `>` partials, after `#` helpers of blocks, after `/` the block that is open, among arguments variables. */
async function templateCompletion(
  document: vscode.TextDocument,
  position: vscode.Position,
  before: string,
  services: Services,
): Promise<vscode.CompletionItem[]> {
  const open = /\{\{[&~]?\s*([>#/^]?)\s*([^{}]*)$/.exec(before);
  if (!open) return [];
  const [, sign, written = ''] = open;
  if (sign === '>')
    return /\s/.test(written) ? [] : partialsFor(document).map((name) => item(name, name, `_${name}.prompt`, Kind.Reference));
  if (sign === '/') {
    const name = openBlock(document.getText(new vscode.Range(new vscode.Position(0, 0), position)));
    return name === null ? [] : [item(name, name, 'ends the block', Kind.Function)];
  }
  if (/^role\s+["']\w*$/.test(written)) return ROLES.map(([role, help]) => item(role, role, help, Kind.EnumMember));
  if (/@\w*$/.test(before)) return CONTEXT.map(([name, help]) => item(`@${name}`, name, help, Kind.Variable));
  const isArgument = /\s/.test(written);
  const { reading } = await loadedPrompt(document, services);
  const names = new Set([
    ...reading.document.input.declared.map(({ name }) => name),
    ...reading.analysis.variables.map(({ name }) => name),
  ]);
  const variables = [...names].map((name) => item(name, name, 'variable', Kind.Variable));
  if (isArgument) return variables;
  const helpers = HELPERS.filter(([, snippet]) => sign !== '#' || snippet.startsWith('#')).map(([name, snippet, help]) =>
    item(name, sign === '#' ? snippet.slice(1) : snippet, help, Kind.Function),
  );
  return sign === '#' ? helpers : [...variables, ...helpers];
}

const ROLES: readonly (readonly [string, string])[] = [
  ['system', 'instructions'],
  ['user', 'what the user says'],
  ['model', 'what the model answers'],
];

/** The partials that a prompt can name: beside it, and in the folders above up to the workspace's root. The nearest of a name counts. */
function partialsFor(document: vscode.TextDocument): string[] {
  const root = findRoot(path.dirname(document.uri.fsPath));
  const found = new Set<string>();
  for (let folder = path.dirname(document.uri.fsPath); ; folder = path.dirname(folder)) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) if (isPartialPath(name)) found.add(name.slice(1, -'.prompt'.length));
    if (folder === root || path.dirname(folder) === folder) return [...found];
  }
}

/** The innermost block that a text leaves open; null: none. */
function openBlock(text: string): string | null {
  const open: string[] = [];
  for (const [, sign, name = ''] of text.matchAll(/\{\{~?\s*([#/])\s*([\w.-]+)/g)) {
    if (sign === '#') open.push(name);
    else if (open.at(-1) === name) open.pop();
  }
  return open.at(-1) ?? null;
}

/** The variables of the golden cases and of the template, after what opens a placeholder in its syntax. */
async function textCompletion(document: vscode.TextDocument, before: string, services: Services): Promise<vscode.CompletionItem[]> {
  const { reading, target } = await loadedPrompt(document, services);
  const { template } = reading.document;
  if (template.kind !== 'text' || OPEN[template.syntax]?.test(before) !== true) return [];
  const names = new Set([...target.cases.flatMap(({ vars }) => Object.keys(vars)), ...reading.analysis.variables.map(({ name }) => name)]);
  return [...names].map((name) => item(name, name, 'variable', Kind.Variable));
}

/** The text before the cursor within a placeholder. */
const OPEN: Readonly<Record<string, RegExp | undefined>> = {
  mustache: /\{\{[^{}]*$/,
  handlebars: /\{\{[^{}]*$/,
  jinja: /\{[{%][^{}]*$/,
  python: /(?:^|[^{])(?:\{\{)*\{[^{}]*$/,
  dollar: /\$\{[^{}]*$/,
  percent: /%\([^()]*$/,
};

function item(label: string, snippet: string, detail: string, kind: vscode.CompletionItemKind): vscode.CompletionItem {
  const result = new vscode.CompletionItem(label, kind);
  result.insertText = new vscode.SnippetString(snippet);
  result.detail = detail;
  return result;
}
