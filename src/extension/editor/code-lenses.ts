/** `Run 24 · 23/24 passed · ~1,240 in (83 % cacheable) + ~180 out · $0.0021/call · model` on a prompt, `Run · passed` on each golden case. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { calibrationFile } from '../../core/judge/calibration/read-calibration.ts';
import { count, quantity } from '../../core/display/figures.ts';
import type { ScoreKey } from '../../core/versions/score.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { isPromptYml } from '../../core/prompt/formats/prompt-name.ts';
import {
  goldenSetOf,
  GOLDEN_FILES,
  isGolden,
  isOurs,
  loadedPrompt,
  PROMPT_FILES,
  rangeIn,
  TEXT_FILES,
  unsavedTexts,
} from '../window/documents.ts';
import { isPrompt, promptOf } from '../window/open-prompts.ts';
import { lensText } from '../economics/cost-text.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { scoreCommand } from './score-lens.ts';
import { isShown, onDidChangeShown } from '../window/shown-settings.ts';
import { commands, settings } from '../window/names.ts';
import type { Runs } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';

/** Lenses on more cases than this would make scrolling slow and say little. */
const MAX_CASES = 2000;
const VERDICTS = {
  pass: '$(pass) passed',
  fail: '$(error) failed',
  error: '$(warning) error',
  unjudged: '$(question) unjudged: nothing is checked',
} as const;

const NAMES = { pass: 'passed', fail: 'failed', error: 'error', unjudged: 'unjudged' } as const;

export function registerCodeLenses(services: Services, runs: Runs, insights: PromptAnalyses): void {
  const provider = new GoldsetLenses(services, runs, insights);
  services.context.subscriptions.push(
    vscode.languages.registerCodeLensProvider([...PROMPT_FILES, ...TEXT_FILES, ...GOLDEN_FILES], provider),
    runs.onDidChange(() => provider.refresh()),
    insights.onDidChange(() => provider.refresh()),
    onDidChangeShown(settings.codeLens, () => provider.refresh()),
    vscode.workspace.onDidSaveTextDocument((document) => isOurs(document) && provider.refresh()),
    provider,
  );
}

interface Ran {
  readonly root: string;
  readonly key: ScoreKey;
}

class GoldsetLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly services: Services,
    private readonly runs: Runs,
    private readonly insights: PromptAnalyses,
  ) {}

  refresh(): void {
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] | Promise<vscode.CodeLens[]> {
    if (!isShown(settings.codeLens)) return [];
    if (isGolden(document)) return this.goldenLenses(document);
    if (!isPrompt(document)) return [];
    return this.lensesOfPrompt(document);
  }

  private async lensesOfPrompt(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const lenses = await this.promptLenses(document);
    return lenses.length > 0 && isPromptYml(document.uri.fsPath) ? this.withTestData(document, lenses) : lenses;
  }

  /** Until the first analysis is there, what can be said without it. */
  private async promptLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const insight = this.insights.of(document);
    if (!insight || insight.isPartial) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const { cases, report } = insight;
    const lens = (title: string, command: string, tooltip: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command, tooltip, arguments: [document.uri] });
    const model = report.models[0];
    const tried = lens(cases === 0 ? '$(play) Try' : 'Try', commands.tryPrompt, 'Try this prompt with values that you type');
    return [
      ...(cases === 0
        ? [tried, lens('$(add) Add golden case', commands.addGoldenCase, 'Add the first golden case of this prompt')]
        : [lens(`$(play) Run ${cases}`, commands.runPrompt, 'Run this prompt against its golden cases'), tried]),
      new vscode.CodeLens(top, await scoreCommand(insight, !this.insights.isCurrent(document), this.services, this.runs)),
      ...(isCalibrated(document.uri.fsPath)
        ? [lens('Improve this rubric', commands.improveJudge, 'Propose changes from people’s labels, measure them, and show them')]
        : []),
      ...(model ? [lens(lensText(model, report), commands.showCost, 'Show the cost breakdown')] : []),
      lens(model?.model ?? 'no model', commands.runWithModel, 'Run with another model'),
      ...(insight.syntax === null ? [] : [lens(`syntax: ${insight.syntax}`, commands.setSyntax, 'Change the syntax of this template')]),
    ];
  }

  /** The cases that a `.prompt.yml` holds itself. */
  private async withTestData(document: vscode.TextDocument, lenses: vscode.CodeLens[]): Promise<vscode.CodeLens[]> {
    const { reading } = await loadedPrompt(document, this.services);
    const { cases } = reading.document.embedded;
    const prompt = await this.ran(promptOf(document));
    return [...lenses, ...this.casesLenses(document, cases, prompt)];
  }

  private async goldenLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { cases } = await goldenSetOf(document, this.services);
    const prompts = await this.services.engine().promptsOfGolden(document.uri.fsPath);
    const prompt = await this.ran(prompts[0]);
    return this.casesLenses(document, cases, prompt);
  }

  /** Of the first cases; the first that has no lens says so. */
  private casesLenses(document: vscode.TextDocument, cases: readonly GoldenCase[], ran: Ran | undefined): vscode.CodeLens[] {
    const lenses = cases.slice(0, MAX_CASES).flatMap((goldenCase) => this.caseLenses(document, goldenCase, ran));
    const next = cases[MAX_CASES];
    if (next === undefined) return lenses;
    const title = `${count(MAX_CASES)} of ${quantity(cases.length, 'case')} shown: the Test Explorer has all of them`;
    return [...lenses, new vscode.CodeLens(rangeIn(document, next.source.anchor), { title, command: 'workbench.view.testing.focus' })];
  }

  /** What the cases of a prompt ran with, if they have run as it is now; undefined: nothing can have. */
  private async ran(file: string | undefined): Promise<Ran | undefined> {
    if (file === undefined) return undefined;
    const engine = this.services.engine();
    return (await engine.scoreKey(file, unsavedTexts())) ?? undefined;
  }

  private caseLenses(document: vscode.TextDocument, goldenCase: GoldenCase, ran: Ran | undefined): vscode.CodeLens[] {
    const range = rangeIn(document, goldenCase.source.anchor);
    const run = new vscode.CodeLens(range, { title: '$(play) Run', command: commands.runCase, arguments: [document.uri, goldenCase.id] });
    const verdict = ran === undefined ? undefined : this.runs.verdictOf(ran.root, ran.key, goldenCase);
    const status = goldenCase.status === 'active' ? [] : [goldenCase.status];
    const before = ran === undefined || verdict !== undefined ? undefined : this.runs.verdictBefore(ran.root, ran.key, goldenCase);
    const said = verdict !== undefined ? [VERDICTS[verdict]] : before !== undefined ? [`$(history) ${NAMES[before]} before this edit`] : [];
    const shown = [...said, ...status].join(' · ');
    return shown === '' ? [run] : [run, new vscode.CodeLens(range, { title: shown, command: commands.showResults })];
  }
}

/** A judge of which labels say something. */
const isCalibrated = (file: string): boolean => file.endsWith('.prompt') && existsSync(calibrationFile(file));
