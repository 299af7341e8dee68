/** The Test Explorer's continuous run: on each save, what the saved file is part of; what is the same is not asked again. */
import * as vscode from 'vscode';
import { messageOf } from '../../core/problems/errors.ts';
import { SessionRuns } from '../../core/results/session-runs.ts';
import { fileOfPrompt, isCodePath, isPartialPath } from '../../core/prompt/formats/prompt-name.ts';
import { isGolden, unsavedTexts } from '../window/documents.ts';
import { isPrompt, promptsIn } from '../window/open-prompts.ts';
import { showError } from '../window/messages.ts';
import type { Services } from '../window/services.ts';
import type { ShownRun } from '../runs/runs.ts';

/** What it needs of the Test Explorer. */
export interface WatchedTests {
  /** `cap`: USD instead of `spend.perRun`. */
  run(request: vscode.TestRunRequest, token: vscode.CancellationToken, cap?: number): Promise<ShownRun | undefined>;
  discover(): Promise<void>;
  itemOfPrompt(file: string): vscode.TestItem | undefined;
  /** Of all prompts that have been looked at. */
  prompts(): readonly vscode.TestItem[];
  fileOf(item: vscode.TestItem): string | undefined;
}

/** Until the user switches it off. The cap `spend.perRun` is that of all these runs together. */
export async function runOnSave(
  request: vscode.TestRunRequest,
  token: vscode.CancellationToken,
  explorer: WatchedTests,
  services: Services,
): Promise<void> {
  let left: number | undefined;
  // A save while the prompts are looked for waits for them.
  let last: Promise<unknown> = (request.include === undefined ? explorer.discover() : Promise.resolve()).catch((error: unknown) =>
    showError(error, services),
  );
  const replaced = new ReplacedRuns(services);
  const runFor = async (document: vscode.TextDocument): Promise<void> => {
    const items = await affected(document, request, explorer, services);
    if (items.length === 0 || token.isCancellationRequested) return;
    const run = await explorer.run(new vscode.TestRunRequest(items, request.exclude, request.profile), token, left);
    if (run !== undefined) replaced.follow(run);
    const spend = run?.report?.spend;
    if (spend && spend.cap !== null) left = Math.max(0, spend.cap - spend.countedUsd);
  };
  await new Promise<void>((resolve) => {
    const saves = vscode.workspace.onDidSaveTextDocument((document) => {
      last = last.then(() => runFor(document)).catch((error: unknown) => showError(error, services));
    });
    token.onCancellationRequested(() => {
      saves.dispose();
      resolve();
    });
  });
}

/**
 * Of the runs on save of the same prompts, the two newest that ended are kept, which a page may still show, and the newest that was stopped; a
 * hundred saves leave no hundred journals. A run that a person named, labelled or compared with stays.
 */
class ReplacedRuns {
  private readonly sessions = new Map<string, SessionRuns<ShownRun>>();

  constructor(private readonly services: Services) {}

  follow(run: ShownRun): void {
    const key = JSON.stringify(run.heads.map(({ prompt, model }) => [prompt.path, model]).sort());
    const session = this.sessions.get(key) ?? new SessionRuns<ShownRun>(2);
    this.sessions.set(key, session);
    for (const { root, id } of session.follow(run, run.report?.complete === true)) {
      try {
        this.services.engine().archive.removeReplaced(root, id);
      } catch (error) {
        this.services.log.warn(`The journal of run ${id} cannot be deleted: ${messageOf(error)}`);
      }
    }
  }
}

/** Of what the user watches: the items that the saved file is part of. A partial may be part of any prompt. */
async function affected(
  document: vscode.TextDocument,
  { include }: vscode.TestRunRequest,
  explorer: WatchedTests,
  services: Services,
): Promise<vscode.TestItem[]> {
  const file = document.uri.fsPath;
  const isShared = (isPrompt(document) && isPartialPath(file)) || file.endsWith('goldset.yaml');
  const isCode = document.uri.scheme === 'file' && isCodePath(file);
  if (!isShared && !isPrompt(document) && !isGolden(document) && !isCode) return [];
  if (isShared) return include === undefined ? [] : [...include];
  const own = isPrompt(document) ? promptsIn(document) : isGolden(document) ? await services.engine().promptsOfGolden(file) : [];
  const prompts = [...own];
  if (isCode) prompts.push(...(await promptsWith(file, include ?? explorer.prompts(), explorer, services)));
  if (include !== undefined) return include.filter((item) => prompts.includes(explorer.fileOf(item) ?? ''));
  return prompts.flatMap((prompt) => explorer.itemOfPrompt(prompt) ?? []);
}

/** The prompts in other source files whose text has constants of this one. */
async function promptsWith(
  file: string,
  items: readonly vscode.TestItem[],
  explorer: WatchedTests,
  { engine, log }: Services,
): Promise<string[]> {
  const others = [...new Set(items.flatMap((item) => explorer.fileOf(item) ?? []))].filter(
    (id) => isCodePath(fileOfPrompt(id)) && fileOfPrompt(id) !== file,
  );
  const found: string[] = [];
  for (const id of others) {
    try {
      if ((await engine().outline(id, unsavedTexts())).files.includes(file)) found.push(id);
    } catch (error) {
      // A prompt that is gone does not run.
      log.debug(`${id}: ${messageOf(error)}`);
    }
  }
  return found;
}
