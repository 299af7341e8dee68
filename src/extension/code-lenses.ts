/** `Run · 57/60 passed · 60 cases · model` on a prompt, `Run · pass` on each golden case. */
import * as vscode from 'vscode';
import { usd } from '../core/figures.ts';
import type { GoldenCase } from '../core/golden/case.ts';
import { goldenSetOf, GOLDEN_FILES, isPrompt, loadedPrompt, PROMPT_FILES, rangeIn } from './documents.ts';
import { commands } from './names.ts';
import type { Runs } from './runs.ts';
import type { Services } from './services.ts';

/** Lenses on more cases than this would make scrolling slow and say little. */
const MAX_CASES = 2000;
const VERDICTS = { pass: '$(pass) passed', fail: '$(error) failed', error: '$(warning) error' } as const;

export function registerCodeLenses(services: Services, runs: Runs): void {
  const provider = new GoldsetLenses(services, runs);
  services.context.subscriptions.push(
    vscode.languages.registerCodeLensProvider([...PROMPT_FILES, ...GOLDEN_FILES], provider),
    runs.onDidChange(() => provider.refresh()),
    vscode.workspace.onDidSaveTextDocument(() => provider.refresh()),
    provider,
  );
}

class GoldsetLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly services: Services,
    private readonly runs: Runs,
  ) {}

  refresh(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    return isPrompt(document) ? this.promptLenses(document) : this.goldenLenses(document);
  }

  private async promptLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { target } = await loadedPrompt(document, this.services);
    if (target.document.isPartial) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const count = target.cases.length;
    const score = this.runs.scoreOf(document.uri.fsPath);
    const run: vscode.Command = {
      title: `$(play) Run ${count}`,
      command: commands.runPrompt,
      arguments: [document.uri],
      tooltip: 'Run this prompt against its golden cases',
    };
    const add: vscode.Command = { title: '$(add) Add golden case', command: commands.addGoldenCase, arguments: [document.uri] };
    const results = score === undefined ? 'not run yet' : `${score.passed}/${score.cases} passed`;
    const cost = score?.costPerCallUsd === null || score === undefined ? '' : ` · ${usd(score.costPerCallUsd)} per call`;
    const model = target.document.model?.id ?? 'no model';
    return [
      new vscode.CodeLens(top, count === 0 ? add : run),
      new vscode.CodeLens(top, { title: `${results}${cost}`, command: commands.showResults, tooltip: 'Show the results of the last run' }),
      new vscode.CodeLens(top, {
        title: `${count} cases · ${model}`,
        command: commands.runWithModel,
        arguments: [document.uri],
        tooltip: 'Run with another model',
      }),
    ];
  }

  private async goldenLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { cases } = await goldenSetOf(document, this.services);
    if (cases.length > MAX_CASES) return [];
    const prompts = await this.services.engine().promptsOfGolden(document.uri.fsPath);
    return cases.flatMap((goldenCase) => this.caseLenses(document, goldenCase, prompts[0]));
  }

  private caseLenses(document: vscode.TextDocument, goldenCase: GoldenCase, prompt: string | undefined): vscode.CodeLens[] {
    const range = rangeIn(document, goldenCase.source.anchor);
    const run = new vscode.CodeLens(range, { title: '$(play) Run', command: commands.runCase, arguments: [document.uri, goldenCase.id] });
    const verdict = prompt === undefined ? undefined : this.runs.verdictOf(prompt, goldenCase.id);
    const status = goldenCase.status === 'active' ? [] : [goldenCase.status];
    const shown = [...(verdict === undefined ? [] : [VERDICTS[verdict]]), ...status].join(' · ');
    return shown === '' ? [run] : [run, new vscode.CodeLens(range, { title: shown, command: commands.showResults })];
  }
}
