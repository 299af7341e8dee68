/** Completion: front matter keys, variables, helpers and partials in a template, keys and assertion types in a golden set. */
import * as vscode from 'vscode';
import { splitFrontMatter } from '../../core/prompt/formats/front-matter.ts';
import { isPromptYml as isPromptYmlPath, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import { isGolden, loadedPrompt } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import { EXAMPLE_MODEL } from '../../core/economics/data/suggested-models.ts';
import { parameterItems } from './parameter-completion.ts';
import { goldenCompletion, promptYmlCompletion } from './yaml-completion.ts';
import type { Services } from '../window/services.ts';

const { CompletionItemKind: Kind } = vscode;

const FRONT_MATTER: readonly (readonly [string, string, string])[] = [
  ['model', `model: \${1:${EXAMPLE_MODEL}}`, 'the model, as provider:model'],
  ['config', 'config:\n  maxOutputTokens: ${1:2000}', 'limits and parameters that the model accepts'],
  ['input', 'input:\n  schema:\n    ${1:text}: string', 'the variables, with their types'],
  ['output', 'output:\n  format: json\n  schema:\n    ${1:label}: string', 'the output format'],
  ['tools', 'tools:\n  - ${1:name}', 'tools that the model may call'],
  ['toolDefs', 'toolDefs:\n  - name: ${1:name}\n    description: ${2}\n    inputSchema:\n      ${3:id}: string', 'definitions of tools'],
  ['description', 'description: ${1}', 'what the prompt is for'],
  ['name', 'name: ${1}', 'replaces the name from the file name'],
  ['variant', 'variant: ${1}', 'replaces the variant from the file name'],
  ['goldset.golden', 'goldset.golden: ${1:./name.golden.yaml}', 'path of the golden set'],
  [
    'goldset.budget',
    'goldset.budget: { interaction: ${1|chat,autocomplete,background|}, ttftMs: ${2:1000}, costUsd: ${3:0.002} }',
    'limits for time, cost and length',
  ],
];

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

export function completionProvider(services: Services): vscode.CompletionItemProvider {
  return {
    async provideCompletionItems(document, position) {
      const before = document.lineAt(position).text.slice(0, position.character);
      if (isGolden(document)) return goldenCompletion(document, position, services);
      if (isPromptYmlPath(document.uri.fsPath)) return promptYmlCompletion(document, position, services);
      if (isTextPath(document.uri.fsPath)) return isPrompt(document) ? textCompletion(document, before, services) : [];
      if (document.languageId !== 'dotprompt') return [];
      const { frontMatter } = splitFrontMatter(document.getText());
      const offset = document.offsetAt(position);
      if (frontMatter !== null && offset >= frontMatter.offset && offset <= frontMatter.offset + frontMatter.text.length) {
        const offered = await parameterItems(document, position, services);
        if (offered !== null) return offered;
        return /^[\w.]*$/.test(before) ? FRONT_MATTER.map(([key, snippet, help]) => item(key, snippet, help, Kind.Property)) : [];
      }
      const open = /\{\{[&~]?\s*(>|#)?[^{}]*$/.exec(before);
      if (!open) return [];
      const { reading, partials } = await loadedPrompt(document, services);
      if (open[1] === '>') return partials.map((partial) => item(partial.name, partial.name, partial.path, Kind.Reference));
      const names = new Set([
        ...reading.document.input.declared.map(({ name }) => name),
        ...reading.analysis.variables.map(({ name }) => name),
      ]);
      if (before.endsWith('@') || /@\w*$/.test(before)) return CONTEXT.map(([name, help]) => item(`@${name}`, name, help, Kind.Variable));
      const variables = [...names].map((name) => item(name, name, 'variable', Kind.Variable));
      const helpers = HELPERS.map(([name, snippet, help]) =>
        item(name, open[1] === '#' ? snippet.replace(/^#/, '') : snippet, help, Kind.Function),
      );
      return [...variables, ...helpers];
    },
  };
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
