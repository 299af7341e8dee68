/** The buttons of the walkthrough: each does its step in the sample, and what happens checks the step off, whichever way it was done. */
import path from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Runs } from '../runs/runs.ts';
import { rangeIn } from '../window/documents.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import { isSample, REPLY, TRIAGE } from './sample-files.ts';
import { showTour, type TourProgress } from './tour-progress.ts';

/** The comment of the sample that names the line which its prompt lacks. */
const MISSING = /^\{\{! Try it: add the line "([^"\n]+)" and run again\. \}\}$/m;

/** The finding that the sample's second prompt has. */
const FINDING = 'prefix/volatile-first';

export function registerTour(services: Services, runs: Runs, analyses: PromptAnalyses, progress: TourProgress): void {
  const steps: Readonly<Record<string, (folder: string) => Promise<void>>> = {
    run: (folder) => run(folder),
    fix: (folder) => fix(folder),
    cost: (folder) => reduceCost(folder, analyses),
  };
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.tour, async (name?: unknown) => {
      try {
        const step = typeof name === 'string' && Object.hasOwn(steps, name) ? steps[name] : undefined;
        if (step === undefined) await showTour(progress, 'here');
        else await step(sampleFolder());
      } catch (error) {
        void showError(error, services);
      }
    }),
    runs.onEvent(({ run: { heads, root }, event }) => {
      if (event.type !== 'ended' || !event.report.complete) return;
      void progress.finish('run');
      if (event.report.verdict === 'pass' && heads.some(({ prompt }) => prompt.path === TRIAGE) && isSample(root))
        void progress.finish('fix');
    }),
    analyses.onDidChange((document) => {
      const folder = sampleOf(document.uri.fsPath);
      const analysis = folder === null ? undefined : analyses.of(document);
      if (analysis === undefined || !analyses.isCurrent(document)) return;
      if (!analysis.findings.some(({ code }) => code === FINDING)) void progress.finish('cost');
    }),
  );
}

/** The sample that a file is the second prompt of; null: it is not. */
function sampleOf(file: string): string | null {
  const folder = path.resolve(file, '..', '..');
  return file === path.join(folder, REPLY) && isSample(folder) ? folder : null;
}

/** @throws {HumanError} when no folder of the window is the sample. */
function sampleFolder(): string {
  const found = (vscode.workspace.workspaceFolders ?? []).find(({ uri }) => uri.scheme === 'file' && isSample(uri.fsPath));
  if (found === undefined)
    throw new HumanError(
      'tour/no-sample',
      'This step needs the sample, which is not open in this window.',
      'Open it with "Goldset: Open a Sample".',
    );
  return found.uri.fsPath;
}

const open = (file: string): Thenable<vscode.TextEditor> =>
  vscode.window.showTextDocument(vscode.Uri.file(file), { viewColumn: vscode.ViewColumn.One });

async function run(folder: string): Promise<void> {
  const { document } = await open(path.join(folder, TRIAGE));
  await vscode.commands.executeCommand(commands.runPrompt, document.uri);
}

/** Puts the line in the place of the comment, as an edit with undo, and runs the prompt again. */
async function fix(folder: string): Promise<void> {
  requireTrustToWrite();
  const { document } = await open(path.join(folder, TRIAGE));
  const found = MISSING.exec(document.getText());
  if (found !== null) {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, rangeIn(document, { start: found.index, end: found.index + found[0].length }), found[1] ?? '');
    await vscode.workspace.applyEdit(edit);
  }
  await vscode.commands.executeCommand(commands.runPrompt, document.uri);
}

/** Goes to the finding and applies its fix, as an edit with undo. */
async function reduceCost(folder: string, analyses: PromptAnalyses): Promise<void> {
  requireTrustToWrite();
  const editor = await open(path.join(folder, REPLY));
  const { document } = editor;
  const waiting = new vscode.CancellationTokenSource();
  await analyses.whenCurrent(document, waiting.token);
  waiting.dispose();
  const finding = analyses.of(document)?.findings.find(({ code }) => code === FINDING);
  const fix = finding?.fix ?? null;
  if (fix === null) {
    void vscode.window.showInformationMessage('The rules of this prompt are in front of its first variable already.');
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { range, text } of fix.edits) edit.replace(document.uri, rangeIn(document, range), text);
  await vscode.workspace.applyEdit(edit);
  editor.revealRange(new vscode.Range(0, 0, 0, 0));
}
