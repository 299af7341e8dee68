/** Completion in golden sets and `.prompt.yml`, complete without any other extension. */
import * as vscode from 'vscode';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { parameterItems } from './parameter-completion.ts';
import { keyTrail } from '../../core/golden/key-trail.ts';
import type { Services } from '../window/services.ts';
import { loadedPrompt } from '../window/documents.ts';
import { isPrompt, whenKnown } from '../window/open-prompts.ts';

const { CompletionItemKind: Kind } = vscode;

const CASE_KEYS = ['id', 'description', 'vars', 'expected', 'assert', 'threshold', 'options', 'critical', 'group', 'status', 'metadata'];
const ASSERTION_KEYS = ['type', 'value', 'threshold', 'weight', 'metric', 'assert'];
/** All that Goldset grades with (test/unit/architecture.test.ts); written out, because the registry would load every check at activation. */
const ASSERTION_TYPES =
  'equals contains icontains contains-any contains-all icontains-any icontains-all starts-with ends-with regex is-json contains-json levenshtein word-count finish-reason is-refusal is-valid-openai-tools-call cost latency expected ttft output-tokens llm-rubric model-graded-closedqa factuality model-graded-factuality context-faithfulness context-recall answer-relevance similar select-best pairwise javascript python assert-set'.split(
    ' ',
  );
const PROMPT_KEYS = [
  'name',
  'description',
  'model',
  'modelParameters',
  'responseFormat',
  'jsonSchema',
  'messages',
  'testData',
  'evaluators',
];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  type: [...ASSERTION_TYPES, ...ASSERTION_TYPES.map((type) => `not-${type}`)],
  status: ['active', 'known-failing', 'unverified'],
  critical: ['true', 'false'],
  role: ['system', 'user', 'assistant'],
  responseFormat: ['text', 'json_object', 'json_schema'],
};
/** Where a value of a golden set may be `{ literal: … }`: below a variable, what is expected, the value of an assertion, a description. */
const LITERALS = /(?:^|\.)(?:vars\.[^.]+|expected|value|description)(?:\.|$)/;
/** What a map holds, by the key above it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  tests: CASE_KEYS,
  assert: ASSERTION_KEYS,
  options: ['prefix', 'suffix', 'disableVarExpansion'],
  metadata: ['tags', 'verified', 'source'],
  messages: ['role', 'content'],
  modelParameters: ['maxTokens', 'temperature', 'topP'],
  evaluators: ['name', 'string'],
  string: ['equals', 'contains', 'startsWith', 'endsWith'],
};

export async function goldenCompletion(
  document: vscode.TextDocument,
  position: vscode.Position,
  services: Services,
): Promise<vscode.CompletionItem[]> {
  const trail = trailAt(document, position);
  const parent = trail.at(-1);
  if (parent === 'vars' && isKey(document, position)) {
    const [prompt] = await services.engine().promptsOfGolden(document.uri.fsPath);
    if (prompt === undefined) return [];
    const opened = await vscode.workspace.openTextDocument(fileOfPrompt(prompt));
    await whenKnown(opened);
    return isPrompt(opened) ? variablesOf(opened, services, ': ') : [];
  }
  return itemsAt(document, position, trail, CASE_KEYS);
}

export async function promptYmlCompletion(
  document: vscode.TextDocument,
  position: vscode.Position,
  services: Services,
): Promise<vscode.CompletionItem[]> {
  if (/\{\{[^{}]*$/.test(textBefore(document, position))) return variablesOf(document, services, '');
  const offered = await parameterItems(document, position, services);
  if (offered !== null) return offered;
  const trail = trailAt(document, position);
  const parent = trail.at(-1);
  if (parent === 'testData' && isKey(document, position)) return variablesOf(document, services, ': ');
  return itemsAt(document, position, trail, PROMPT_KEYS);
}

const textBefore = (document: vscode.TextDocument, position: vscode.Position): string =>
  document.lineAt(position).text.slice(0, position.character);

const isKey = (document: vscode.TextDocument, position: vscode.Position): boolean =>
  /^\s*(?:- )*[\w-]*$/.test(textBefore(document, position));

function trailAt(document: vscode.TextDocument, position: vscode.Position): string[] {
  const lines = document.getText(new vscode.Range(0, 0, position.line, position.character)).split(/\r?\n/);
  return keyTrail(lines, position.line);
}

function itemsAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  trail: readonly string[],
  root: readonly string[],
): vscode.CompletionItem[] {
  const parent = trail.at(-1);
  const before = textBefore(document, position);
  const valueOf = /(?:^|[\s{,-])([\w-]+):\s*[\w-]*$/.exec(before)?.[1];
  if (valueOf !== undefined) return (VALUES[valueOf] ?? []).map((value) => item(value, value, valueOf, Kind.EnumMember));
  if (!isKey(document, position)) return [];
  const keys = parent === undefined ? root : (KEYS[parent] ?? (LITERALS.test(trail.join('.')) ? ['literal'] : []));
  return keys.map((key) => item(key, `${key}: `, parent ?? 'Goldset', Kind.Property));
}

async function variablesOf(prompt: vscode.TextDocument, services: Services, after: string): Promise<vscode.CompletionItem[]> {
  const { reading } = await loadedPrompt(prompt, services);
  const names = new Set([
    ...reading.document.input.declared.map(({ name }) => name),
    ...reading.analysis.variables.map(({ name }) => name),
  ]);
  return [...names].map((name) => item(name, `${name}${after}`, 'variable', Kind.Variable));
}

function item(label: string, text: string, detail: string, kind: vscode.CompletionItemKind): vscode.CompletionItem {
  const result = new vscode.CompletionItem(label, kind);
  result.insertText = text;
  result.detail = detail;
  return result;
}
