/** Compares versions, or models, and says the verdict with one click to the table. */
import * as vscode from 'vscode';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import type { Comparison } from '../../core/compare/compare.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { retirementLine } from '../../core/economics/findings/model.ts';
import { outcomeText } from '../../core/compare/outcome-text.ts';
import { advised, recommendation } from '../../core/compare/recommendation.ts';
import { commands } from '../window/names.ts';
import type { Runs } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';

/** `refs`: the older side first; null is the working tree. */
export async function compare(runs: Runs, uri: vscode.Uri, refs: readonly (string | null)[]): Promise<Comparison | undefined> {
  await vscode.commands.executeCommand(commands.showResults, 'flipped');
  const run = await runs.start({ prompts: [{ file: uri.fsPath, cases: null }], model: null, refs }, { mustAsk: false });
  const comparison = run?.report?.comparisons[0];
  if (comparison)
    void tell(
      `${comparison.prompt}: ${outcomeText(comparison) ?? `${comparison.verdict}. ${comparison.reason}`}${outcomeText(comparison) === null ? '' : '.'}`,
    );
  return comparison;
}

/** The same prompts with another model: run, compare, and switch as one edit. */
export async function upgradeModel(services: Services, runs: Runs, from: string, to: string): Promise<readonly Comparison[]> {
  const files = await promptsWith(from, services);
  if (files.length === 0) throw new ConfigurationError('upgrade/none', `No prompt uses the model ${from}.`);
  await vscode.commands.executeCommand(commands.showResults, 'flipped');
  const request = { prompts: files.map((file) => ({ file, cases: null })), model: null, models: [from, to] };
  const comparisons = (await runs.start(request, { mustAsk: false }))?.report?.comparisons ?? [];
  if (comparisons.length === 0) return [];
  const prompts = files.length === 1 ? 'This Prompt' : `These ${files.length} Prompts`;
  const advice = advised(comparisons);
  // The first button is the one that Enter presses: it does what the sentence advises.
  const [action, buttons] =
    advice === 'switch'
      ? ([`Switch Model in ${prompts}`, [`Switch Model in ${prompts}`, TABLE]] as const)
      : ([
          `Switch Model in ${prompts} Anyway`,
          [...(advice === 'keep' ? [`Keep ${from}`] : []), TABLE, `Switch Model in ${prompts} Anyway`],
        ] as const);
  const { capabilities } = await services.engine().accepted(files[0] ?? '', from);
  const end = retirementLine(from, capabilities?.retirement ?? null, new Date().toISOString().slice(0, 10));
  void tell([recommendation(from, to, comparisons), ...(end === null ? [] : [end])].join(' '), buttons).then((chosen) =>
    chosen === action ? switchModel(files, to, services) : undefined,
  );
  return comparisons;
}

const TABLE = 'Show Table';

async function tell(text: string, buttons: readonly string[] = [TABLE]): Promise<string | undefined> {
  const chosen = await vscode.window.showInformationMessage(`Goldset: ${text}`, ...buttons);
  if (chosen === TABLE) await vscode.commands.executeCommand(commands.showResults, 'flipped');
  return chosen;
}

async function promptsWith(model: string, { engine, promptFiles }: Services): Promise<string[]> {
  const own: string[] = [];
  for (const uri of await promptFiles.find()) {
    const { target } = await engine().load(uri.fsPath);
    if (target.document.model?.id === model && target.cases.length > 0) own.push(uri.fsPath);
  }
  return own.sort();
}

/** One edit over all files: one undo brings the old model back. Parameters that the model rejects go with it, and that is said. */
export async function switchModel(files: readonly string[], to: string, { engine }: Services): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const said: string[] = [];
  for (const file of files) {
    const document = await vscode.workspace.openTextDocument(fileOfPrompt(file));
    const switched = await engine().switchedModel(file, document.getText(), to);
    said.push(...switched.said.map((text) => `${vscode.workspace.asRelativePath(file)}: ${text}`));
    if (switched.edit === null) continue;
    const { range, text } = switched.edit;
    edit.replace(document.uri, new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)), text);
  }
  const isDone = await vscode.workspace.applyEdit(edit);
  if (isDone && said.length > 0) void vscode.window.showInformationMessage(`Goldset: ${to} accepts other parameters. ${said.join(' ')}`);
  return isDone;
}
