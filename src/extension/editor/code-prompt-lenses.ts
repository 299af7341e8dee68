/** Above each prompt in code that shows: run it, its score, tokens and cost. Everything is read on the worker. */
import path from 'node:path';
import * as vscode from 'vscode';
import type { WorkspacePromptAnalysis } from '../../adapters/analysis/prompt-analyst.ts';
import { fileOfPrompt, isCodePath } from '../../core/prompt/formats/prompt-name.ts';
import { passedText } from '../../core/results/candidate-report.ts';
import { lensText } from '../economics/cost-text.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Runs } from '../runs/runs.ts';
import { CODE_FILES, rangeIn, unsavedTexts } from '../window/documents.ts';
import { promptsIn, whenKnown } from '../window/open-prompts.ts';
import { findingsOff } from '../window/findings-off.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';

/** Prompts of one file that get a lens. */
const MOST = 20;

const TOP = new vscode.Range(0, 0, 0, 0);

export function registerCodePromptLenses(services: Services, runs: Runs, insights: PromptAnalyses): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document, token) => lensesOf(document, token, services),
  };
  services.context.subscriptions.push(
    changed,
    vscode.languages.registerCodeLensProvider(CODE_FILES, provider),
    runs.onDidChange(() => changed.fire()),
    insights.onDidChange((document) => isCodePath(document.uri.fsPath) && changed.fire()),
    services.textPrompts.onDidChange(() => changed.fire()),
  );
}

async function lensesOf(document: vscode.TextDocument, token: vscode.CancellationToken, services: Services): Promise<vscode.CodeLens[]> {
  await whenKnown(document);
  const lenses: vscode.CodeLens[] = [];
  for (const id of promptsIn(document).slice(0, MOST)) {
    if (token.isCancellationRequested) break;
    const engine = services.engine();
    const options = { unsaved: unsavedTexts(), models: [], off: findingsOff(), git: false };
    // A prompt that is being renamed is not there for a moment.
    const analysis = await engine.analysePrompt(id, options).catch((error: unknown) => {
      services.log.debug(`${id}: ${String(error)}`);
      return null;
    });
    if (analysis !== null) lenses.push(...lensesFor(document, id, analysis, services));
  }
  return lenses;
}

function lensesFor(
  document: vscode.TextDocument,
  id: string,
  analysis: WorkspacePromptAnalysis & { readonly root: string },
  services: Services,
): vscode.CodeLens[] {
  const { cases, report, scored, root, messages, build } = analysis;
  const own = messages.find(({ source }) => source !== null && path.resolve(root, fileOfPrompt(source.path)) === document.uri.fsPath);
  const at = build === null ? (own?.source == null ? TOP : rangeIn(document, own.source.range)) : rangeOfFunction(document, build, root);
  const lens = (title: string, command: string, tooltip: string): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(at.start, at.start), { title, command, tooltip, arguments: [vscode.Uri.file(id)] });
  const score = scored === null ? null : services.engine().scores.find(root, scored);
  const model = report.models[0];
  return [
    cases === 0
      ? lens('$(add) Add golden set', commands.addGoldenCase, 'Add the first golden case of this prompt, with its variables')
      : lens(`$(play) Run ${cases}`, commands.runPrompt, 'Run this prompt against its golden cases'),
    ...(cases === 0
      ? []
      : [lens(score === null ? 'not run yet' : passedText(score), commands.showResults, 'Show the results of the last run')]),
    ...(build === null
      ? []
      : [
          lens(
            build.isCounted ? '$(sync) Build' : '$(sync) Build to count tokens',
            commands.buildPrompt,
            `Calls ${build.shown} for the golden cases, and counts what it returns`,
          ),
        ]),
    ...(model === undefined ? [] : [lens(lensText(model, report), commands.showCost, 'Show the cost breakdown')]),
  ];
}

/** Where the function that builds a prompt is declared in this document; the top, where it is in another one. */
function rangeOfFunction(
  document: vscode.TextDocument,
  { shown, name }: NonNullable<WorkspacePromptAnalysis['build']>,
  root: string,
): vscode.Range {
  const file = name === null ? shown : shown.slice(0, -name.length - 1);
  if (path.resolve(root, file) !== document.uri.fsPath) return TOP;
  const declared = new RegExp(`(?:function|def|const|let|var)\\s+${(name ?? 'build').replaceAll('$', '\\$')}\\b`).exec(document.getText());
  return declared === null ? TOP : rangeIn(document, { start: declared.index, end: declared.index });
}
