/** Compares versions, or models, and says the verdict with one click to the table. */
import path from 'node:path';
import * as vscode from 'vscode';
import { findRoot } from '../../adapters/workspace/root.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import type { Comparison } from '../../core/compare/compare.ts';
import { quantity } from '../../core/display/figures.ts';
import { groupBy } from '../../core/collections/group-by.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { retirementLine } from '../../core/economics/findings/model.ts';
import { outcomeText } from '../../core/compare/outcome-text.ts';
import { advised, recommendation } from '../../core/compare/recommendation.ts';
import { commands } from '../window/names.ts';
import type { Runs } from '../runs/runs.ts';
import type { Services } from '../window/services.ts';

/** `refs`: the older side first; null is the working tree. Several prompts are unscoped: the user is asked before they run. Gives the first comparison. */
export async function compare(runs: Runs, uris: readonly vscode.Uri[], refs: readonly (string | null)[]): Promise<Comparison | undefined> {
  await vscode.commands.executeCommand(commands.showResults, 'flipped');
  const prompts = uris.map(({ fsPath }) => ({ file: fsPath, cases: null }));
  const run = await runs.start({ prompts, model: null, refs }, { mustAsk: prompts.length > 1 });
  const comparisons = run?.report?.comparisons ?? [];
  if (comparisons.length > 0) void tell(comparisons.map(toldOf).join(' '));
  return comparisons[0];
}

/** `triage: better: 7 cases fixed, none broke.`, or the verdict with its reason. */
function toldOf(comparison: Comparison): string {
  const outcome = outcomeText(comparison);
  const isOtherReason = comparison.verdict === 'fail' && comparison.paired.regressed === 0;
  if (outcome !== null) return `${comparison.prompt}: ${outcome}.${isOtherReason ? ` ${comparison.reason}` : ''}`;
  return `${comparison.prompt}: ${comparison.verdict}. ${comparison.reason}`;
}

/**
 * Every prompt of the window whose version differs from its baseline, compared with it; without a baseline, with the last commit. `only`: this
 * prompt alone, changed or not. Undefined: the user declined, or nothing has changed.
 */
export async function compareChanges(
  services: Services,
  runs: Runs,
  baselineOf: (uri: vscode.Uri) => string | null,
  only: vscode.Uri | null,
): Promise<Comparison | undefined> {
  if (only !== null) return compare(runs, [only], [baselineOf(only) ?? LAST_COMMIT, null]);
  const listed = await services.promptFiles.find();
  const byRef = groupBy(listed, (uri) => baselineOf(uri) ?? LAST_COMMIT);
  const said: string[] = [];
  let first: Comparison | undefined;
  let isAny = false;
  for (const [ref, uris] of byRef) {
    const loaded = await Promise.all(uris.map(({ fsPath }) => services.engine().load(fsPath)));
    const { changed, fresh, problems } = await services.engine().histories.changesSince(ref, loaded);
    if (fresh.length > 0) said.push(`${quantity(fresh.length, 'prompt is', 'prompts are')} not in ${nameOf(ref)}: ${fresh.join(', ')}.`);
    said.push(...problems);
    for (const [, together] of groupBy(changed, ({ file }) => findRoot(path.dirname(file)))) {
      isAny = true;
      const files = together.map(({ file }) => vscode.Uri.file(file));
      const comparison = await compare(runs, files, [ref, null]);
      first ??= comparison;
    }
  }
  if (!isAny) said.unshift('No prompt with golden cases differs from the last commit.');
  if (said.length > 0) void vscode.window.showInformationMessage(`Goldset: ${said.join(' ')}`);
  return first;
}

const LAST_COMMIT = 'HEAD';
const nameOf = (ref: string): string => (ref === LAST_COMMIT ? 'the last commit' : ref.slice(0, 8));

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
