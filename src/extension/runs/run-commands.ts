/** Run Prompt, Run Golden Case, Run with Model, Cancel. */
import path from 'node:path';
import * as vscode from 'vscode';
import { holdsPrompts } from '../../core/prompt/formats/prompt-name.ts';
import type { CachedCost } from '../../adapters/storage/cached-cost.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity, usd } from '../../core/display/figures.ts';
import type { RunRequest } from '../../engine/runs/run-engine.ts';
import { errorAction } from '../../core/problems/error-actions.ts';
import { remedy, showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { requireTrust, requireTrustToWrite } from '../window/trust.ts';
import type { Runs } from './runs.ts';
import type { Services } from '../window/services.ts';
import { chooseRunModels } from '../models/model-picker.ts';
import { caseUnderCursor, promptUnderCursor } from '../window/target-under-cursor.ts';

export function registerRunCommands(services: Services, runs: Runs): void {
  const register = (command: string, run: (...args: never[]) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(command, async (...args: unknown[]) => {
      try {
        return await run(...(args as never[]));
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    });
  services.context.subscriptions.push(
    register(commands.runPrompt, async (uri?: vscode.Uri) => {
      requireTrust();
      const all = uri instanceof vscode.Uri && holdsPrompts(uri.fsPath) ? await services.engine().promptsOf(uri.fsPath) : [];
      if (all.length > 0) return startAll(runs, all);
      const file = await promptUnderCursor(uri, services);
      return start(runs, file, null, null);
    }),
    register(commands.runCase, async (uri?: vscode.Uri, caseId?: string) => {
      requireTrust();
      const file = await promptUnderCursor(uri, services);
      const id = caseId ?? (await caseUnderCursor(uri, services))?.id ?? (await chooseCase(file, services));
      return id === undefined ? undefined : start(runs, file, new Set([id]), null);
    }),
    register(commands.runWithModel, async (uri?: vscode.Uri) => {
      requireTrust();
      const file = await promptUnderCursor(uri, services);
      const models = await chooseRunModels(file, services);
      if (models === undefined) return undefined;
      const [first = null, ...others] = models;
      return others.length === 0 ? start(runs, file, null, first) : startSideBySide(runs, file, models);
    }),
    register(commands.resumeRun, async (given?: Stopped) => {
      requireTrust();
      const stopped = given ?? (await interruptedRun(services));
      if (stopped === null)
        return void vscode.window.showInformationMessage('Goldset: the last run is complete. There is nothing to resume.');
      await vscode.commands.executeCommand(commands.showResults);
      const run = await runs.start(stopped.request, {
        mustAsk: false,
        resume: stopped.resume,
        ...(stopped.joins ? { joins: stopped.joins } : {}),
      });
      return run?.report?.verdict;
    }),
    register(commands.solveError, async (uri?: vscode.Uri, code?: string) => {
      const action = errorAction(code ?? '');
      if (action !== null) await remedy(action, services, uri?.fsPath);
    }),
    register(commands.clearCache, async () => {
      requireTrustToWrite();
      const file = fileOfWorkspace();
      if (file === null) throw new ConfigurationError('workspace/none', 'No folder is open.', 'Open a folder.');
      const cached = await services.engine().data.cachedCost(file);
      if (cached.answers === 0) return void vscode.window.showInformationMessage('Goldset: the response cache is empty.');
      const question = `Delete ${quantity(cached.answers, 'answer')} from the response cache?`;
      const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail: costText(cached) }, 'Delete');
      if (chosen !== 'Delete') return undefined;
      const deleted = await services.engine().data.clearCache(file);
      return void vscode.window.showInformationMessage(`Goldset: ${quantity(deleted, 'answer')} deleted. Past runs are kept.`);
    }),
    register(commands.cancelRun, (uri?: vscode.Uri) => {
      // From the title of an editor: the run of this file; others go on.
      if (uri instanceof vscode.Uri) runs.cancelOf(uri.fsPath);
      else runs.cancelAll();
      return Promise.resolve();
    }),
  );
}

/** What is lost with the answers of the response cache. */
function costText({ answers, usd: paid, unknown }: CachedCost): string {
  const known =
    unknown === answers
      ? 'What they cost is not known.'
      : `They cost ${usd(paid)}${unknown === 0 ? '' : `, without ${quantity(unknown, 'answer')} whose cost is not known`}.`;
  return `${known} The next run sends these requests again and pays for them again. Past runs are kept.`;
}

/** What it takes to go on with a run. */
interface Stopped {
  readonly request: Omit<RunRequest, 'concurrency'>;
  readonly resume: string;
  /** The view that its results are to be shown in. */
  readonly joins?: object;
}

/** A file of the workspace that a command means: the one in the editor, or else one in the first folder. Null: no folder is open. */
function fileOfWorkspace(): string | null {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return active?.scheme === 'file' ? active.fsPath : folder === undefined ? null : path.join(folder.fsPath, 'goldset.yaml');
}

async function interruptedRun(services: Services): Promise<Stopped | null> {
  const file = fileOfWorkspace();
  const found = file === null ? null : await services.engine().runs.interrupted(file);
  return found === null ? null : { request: found.request, resume: found.head.id };
}

async function start(runs: Runs, file: string, cases: ReadonlySet<string> | null, model: string | null): Promise<unknown> {
  await vscode.commands.executeCommand(commands.showResults);
  const run = await runs.start({ prompts: [{ file, cases }], model }, { mustAsk: false });
  return run?.report?.verdict;
}

/** Every prompt of a config: the results have a column for each of them and each of its providers. */
async function startAll(runs: Runs, files: readonly string[]): Promise<unknown> {
  await vscode.commands.executeCommand(commands.showResults);
  const run = await runs.start({ prompts: files.map((file) => ({ file, cases: null })), model: null }, { mustAsk: false });
  return run?.report?.verdict;
}

async function startSideBySide(runs: Runs, file: string, models: readonly string[]): Promise<unknown> {
  await vscode.commands.executeCommand(commands.showResults, 'side-by-side');
  const run = await runs.start({ prompts: [{ file, cases: null }], model: null, sideBySide: models }, { mustAsk: false });
  return run?.report?.verdict;
}

async function chooseCase(file: string, services: Services): Promise<string | undefined> {
  const { target } = await services.engine().load(file);
  const items = target.cases.map((item) => ({ label: item.id, description: item.description ?? '' }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Which golden case?', matchOnDescription: true });
  return chosen?.label;
}
