/** Above each prompt in code that shows, and each of a promptfoo config or a BAML file: run it, its score, tokens and cost. */
import path from 'node:path';
import * as vscode from 'vscode';
import { lensText } from '../economics/cost-text.ts';
import { holdsPrompts } from '../../core/prompt/formats/prompt-name.ts';
import { promptsIn } from '../window/open-prompts.ts';
import { MOST_ANALYSED, type DocumentAnalysis, type PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Runs } from '../runs/runs.ts';
import { CODE_FILES, COLLECTION_FILES } from '../window/documents.ts';
import { scoreCommand } from './score-lens.ts';
import { isShown, onDidChangeShown } from '../window/shown-settings.ts';
import { commands, settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';

export function registerCodePromptLenses(services: Services, runs: Runs, insights: PromptAnalyses): void {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document, token) {
      if (!isShown(settings.codeLens)) return [];
      // Until the new text is analysed, the lenses that are shown move with it.
      await insights.whenCurrent(document, token);
      const found = await Promise.all(insights.all(document).map((analysis) => lensesFor(document, analysis, services, runs)));
      const lenses = found.flat();
      const all = promptsIn(document).length;
      if (holdsPrompts(document.uri.fsPath) && all > 1) lenses.unshift(runAll(document, all));
      if (all <= MOST_ANALYSED) return lenses;
      const title = `${MOST_ANALYSED} of ${all} prompts of this file shown: the Test Explorer has all of them`;
      return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: 'workbench.view.testing.focus' }), ...lenses];
    },
  };
  services.context.subscriptions.push(
    changed,
    vscode.languages.registerCodeLensProvider([...CODE_FILES, ...COLLECTION_FILES], provider),
    runs.onDidChange(() => changed.fire()),
    insights.onDidChange(() => changed.fire()),
    onDidChangeShown(settings.codeLens, () => changed.fire()),
  );
}

const runAll = (document: vscode.TextDocument, all: number): vscode.CodeLens =>
  new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
    title: `$(play) Run all ${all} prompts`,
    command: commands.runPrompt,
    tooltip: 'Run every prompt of this file, with each of its providers',
    arguments: [document.uri],
  });

async function lensesFor(
  document: vscode.TextDocument,
  analysis: DocumentAnalysis,
  services: Services,
  runs: Runs,
): Promise<vscode.CodeLens[]> {
  const { id, cases, report, root, code, place, build } = analysis;
  const at = build === null ? document.positionAt((code?.range ?? place)?.start ?? 0) : placeOfFunction(document, build, root);
  const lens = (title: string, command: string, tooltip: string): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(at, at), { title, command, tooltip, arguments: [vscode.Uri.file(id)] });
  const model = report.models[0];
  const tried = lens(cases === 0 ? '$(play) Try' : 'Try', commands.tryPrompt, 'Try this prompt with values that you type');
  return [
    ...(cases === 0
      ? [tried, lens('$(add) Add golden set', commands.addGoldenCase, 'Add the first golden case of this prompt, with its variables')]
      : [lens(`$(play) Run ${cases}`, commands.runPrompt, 'Run this prompt against its golden cases'), tried]),
    ...(cases === 0 ? [] : [new vscode.CodeLens(new vscode.Range(at, at), await scoreCommand(analysis, false, services, runs))]),
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
function placeOfFunction(
  document: vscode.TextDocument,
  { shown, name }: NonNullable<DocumentAnalysis['build']>,
  root: string,
): vscode.Position {
  const file = name === null ? shown : shown.slice(0, -name.length - 1);
  if (path.resolve(root, file) !== document.uri.fsPath) return document.positionAt(0);
  const declared = new RegExp(`(?:function|def|const|let|var)\\s+${(name ?? 'build').replaceAll('$', '\\$')}\\b`).exec(document.getText());
  return document.positionAt(declared?.index ?? 0);
}
