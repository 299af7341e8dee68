/** Problems as you type, for open prompts and golden sets. */
import * as vscode from 'vscode';
import type { Diagnostic } from '../core/diagnostics.ts';
import { isGolden, isPrompt, rangeIn } from './documents.ts';
import { showError } from './messages.ts';
import type { Services } from './services.ts';

/** ms after the last keystroke. */
const QUIET = 150;

const SEVERITIES: Readonly<Record<Diagnostic['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

export function registerDiagnostics(services: Services): void {
  const collection = vscode.languages.createDiagnosticCollection('goldset');
  const timers = new Map<string, NodeJS.Timeout>();
  const schedule = (document: vscode.TextDocument, delay: number): void => {
    if (!isPrompt(document) && !isGolden(document)) return;
    const id = document.uri.toString();
    clearTimeout(timers.get(id));
    timers.set(
      id,
      setTimeout(() => {
        timers.delete(id);
        diagnose(document, collection, services).catch((error: unknown) => void showError(error, services));
      }, delay),
    );
  };
  services.context.subscriptions.push(
    collection,
    vscode.workspace.onDidOpenTextDocument((document) => schedule(document, 0)),
    vscode.workspace.onDidChangeTextDocument((event) => schedule(event.document, QUIET)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      clearTimeout(timers.get(document.uri.toString()));
      collection.delete(document.uri);
    }),
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
  );
  vscode.workspace.textDocuments.forEach((document) => schedule(document, 0));
}

async function diagnose(document: vscode.TextDocument, collection: vscode.DiagnosticCollection, services: Services): Promise<void> {
  const { version } = document;
  const file = document.uri.fsPath;
  const found = await problemsFor(document, services);
  if (document.isClosed || document.version !== version) return;
  const own = found.filter((item) => item.path === file);
  collection.set(
    document.uri,
    own.map((item) => asDiagnostic(item, document)),
  );
}

/** A golden set's problems are its own and those that show beside its prompts. */
async function problemsFor(document: vscode.TextDocument, { engine }: Services): Promise<readonly Diagnostic[]> {
  const file = document.uri.fsPath;
  if (isPrompt(document)) return engine().diagnose(file);
  const prompts = await engine().promptsOfGolden(file);
  if (prompts.length === 0) return (await engine().readGolden(file)).diagnostics.map((item) => ({ ...item, path: file }));
  const all = await Promise.all(prompts.map((prompt) => engine().diagnose(prompt)));
  const seen = new Map(all.flat().map((item) => [JSON.stringify(item), item]));
  return [...seen.values()];
}

function asDiagnostic(item: Diagnostic, document: vscode.TextDocument): vscode.Diagnostic {
  const range = item.range === null ? new vscode.Range(0, 0, 0, 1) : rangeIn(document, item.range);
  const diagnostic = new vscode.Diagnostic(
    range,
    item.hint === undefined ? item.message : `${item.message}\n${item.hint}`,
    SEVERITIES[item.severity],
  );
  diagnostic.source = 'goldset';
  diagnostic.code = item.code;
  return diagnostic;
}
