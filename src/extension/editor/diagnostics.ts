/** Problems and findings as you type, for open prompts and golden sets. */
import path from 'node:path';
import { inEditorWords } from '../../core/display/editor-words.ts';
import * as vscode from 'vscode';
import { PENDING_TESTS } from '../../core/prompt/promptfoo/tests.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import { goldenSetOf, isGolden, rangeIn } from '../window/documents.ts';
import { isPrompt, isScript, isSettings } from '../window/open-prompts.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { showError } from '../window/messages.ts';
import type { Services } from '../window/services.ts';

const SEVERITIES: Readonly<Record<Diagnostic['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** What one prompt's analysis says about files, by absolute path. */
type Found = ReadonlyMap<string, readonly Diagnostic[]>;

export function registerDiagnostics(services: Services, insights: PromptAnalyses): void {
  const collection = vscode.languages.createDiagnosticCollection('goldset');
  /** By prompt, so that a golden set shows what each of its prompts says of it. */
  const found = new Map<string, Found>();
  const show = (document: vscode.TextDocument): void => {
    const file = document.uri.fsPath;
    const all = [...found.values()].flatMap((byFile) => byFile.get(file) ?? []);
    const unique = new Map(all.map((item) => [JSON.stringify([item.code, item.range, item.message]), item]));
    collection.set(
      document.uri,
      [...unique.values()].map((item) => asDiagnostic(item, document, services)),
    );
  };
  /** Files of settings that show a problem: they keep it when their editor is closed. */
  const settings = new Set<string>();
  /** A problem in goldset.yaml is a reason why nothing runs, so it is shown whether the file is open or not. */
  const showSettings = async (): Promise<void> => {
    for (const file of [...found.values()].flatMap((byFile) => [...byFile.keys()]))
      if (path.basename(file) === 'goldset.yaml') settings.add(file);
    for (const file of settings) {
      show(await vscode.workspace.openTextDocument(file));
      if (![...found.values()].some((byFile) => byFile.has(file))) settings.delete(file);
    }
  };
  const refreshSettings = (): void => void showSettings().catch((error: unknown) => void showError(error, services));
  const showGolden = async (document: vscode.TextDocument): Promise<void> => {
    const { version } = document;
    const prompts = await services.engine().promptsOfGolden(document.uri.fsPath);
    if (prompts.some((prompt) => found.has(fileOfPrompt(prompt)))) return show(document);
    const { diagnostics } = await goldenSetOf(document, services);
    if (document.isClosed || document.version !== version) return;
    collection.set(
      document.uri,
      diagnostics.map((item) => asDiagnostic(item, document, services)),
    );
    for (const prompt of prompts) await vscode.workspace.openTextDocument(fileOfPrompt(prompt));
  };
  /** By its own reader, whether a prompt is open or not. */
  const showOwn = async (document: vscode.TextDocument): Promise<void> => {
    const { version } = document;
    const problems = await services.engine().settings.problems(document.uri.fsPath);
    if (document.isClosed || document.version !== version) return;
    found.set(document.uri.toString(), new Map([[document.uri.fsPath, problems]]));
    show(document);
  };
  const open = (document: vscode.TextDocument): void => {
    const shown = isGolden(document) ? showGolden(document) : isSettings(document) || isScript(document) ? showOwn(document) : null;
    shown?.catch((error: unknown) => void showError(error, services));
  };
  services.context.subscriptions.push(
    collection,
    insights.onDidChange((document) => {
      const known = insights.all(document);
      if (known.length === 0 && found.delete(document.uri.fsPath)) return collection.delete(document.uri);
      if (known.length === 0 || known.some(({ version }) => version !== document.version)) return;
      const byFile = new Map<string, Diagnostic[]>();
      for (const { root, diagnostics, findings } of known)
        for (const item of [...diagnostics, ...findings]) {
          const file = path.resolve(root, item.path);
          byFile.set(file, [...(byFile.get(file) ?? []), item]);
        }
      found.set(document.uri.fsPath, byFile);
      vscode.workspace.textDocuments.filter((item) => isPrompt(item) || isGolden(item)).forEach(show);
      refreshSettings();
    }),
    vscode.workspace.onDidOpenTextDocument(open),
    vscode.workspace.onDidChangeTextDocument(({ document }) => open(document)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      found.delete(document.uri.toString());
      if (isSettings(document)) return refreshSettings();
      if (found.delete(document.uri.fsPath)) refreshSettings();
      collection.delete(document.uri);
    }),
  );
  vscode.workspace.textDocuments.forEach(open);
}

function asDiagnostic(item: Diagnostic, document: vscode.TextDocument, { context }: Services): vscode.Diagnostic {
  const range = item.range === null ? new vscode.Range(0, 0, 0, 1) : rangeIn(document, item.range);
  const text = inEditorWords(item.hint === undefined ? item.message : `${item.message}\n${item.hint}`);
  // A run of the editor executes them: nothing is wrong before.
  const severity = item.code === PENDING_TESTS ? 'info' : item.severity;
  const diagnostic = new vscode.Diagnostic(range, text, SEVERITIES[severity]);
  diagnostic.source = 'goldset';
  diagnostic.code = isFinding(item.code) ? { value: item.code, target: pageOf(item.code, context) } : item.code;
  return diagnostic;
}

/** Findings have a page each; problems explain themselves. */
const isFinding = (code: string): boolean => /^(prefix|output|input|budget|model\/too-slow|batch)\b/.test(code);

const pageOf = (code: string, { extensionUri }: vscode.ExtensionContext): vscode.Uri =>
  vscode.Uri.joinPath(extensionUri, 'docs', 'findings', `${code.replace('/', '-')}.md`);
