/** Reproduce: asks once more what production asked, and shows what came then beside what comes now. */
import * as vscode from 'vscode';
import { ConfigurationError, HumanError } from '../../core/errors.ts';
import { SampleCancels } from '../../core/calls/sample-cancels.ts';
import type { Result } from '../../core/results/result.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { mayStart } from '../runs/before-run.ts';
import { settings } from '../window/names.ts';
import { requireTrust } from '../window/trust.ts';
import type { PreparedRun } from '../../engine/run-engine.ts';
import type { Services } from '../window/services.ts';
import type { InteractionTexts } from './interaction-texts.ts';
import type { FoundVersion } from '../../engine/reproduce.ts';

/** False: the person declined. @throws {HumanError} */
export async function reproduce(services: Services, texts: InteractionTexts, root: string, key: InteractionKey): Promise<boolean> {
  requireTrust();
  const engine = services.engine();
  const { interaction, promptFile } = await engine.interactions.read(root, key);
  if (promptFile === null)
    throw new ConfigurationError(
      'interaction/no-prompt',
      `The interaction names no prompt of this workspace: ${interaction.prompt?.name ?? 'its prompt name is missing'}.`,
      'Record the prompt’s path from the workspace root, such as triage/triage.prompt.',
    );
  const loaded = await engine.load(promptFile);
  const version = (await engine.reproducer.versionOf(interaction, loaded)) ?? (await offerWorkingTree(interaction.prompt?.version ?? null));
  if (version === null) return false;
  const prepared = await engine.reproducer.prepare(interaction, loaded, version.commit);
  const { perRun } = prepared.workspace.config.spend;
  if (!(await mayStart(engine.runs, prepared, { cap: perRun, mustAsk: false, refresh: true }))) return false;
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Goldset: sending the request to ${version.name} again…`, cancellable: true },
    (_, token) => ask(services, prepared, perRun, token),
  );
  if (result === null) return false;
  if (result.error !== null) throw new HumanError(result.error.code, result.error.message, result.error.hint);
  const ending = /^\s*[[{]/.test(interaction.output ?? result.output ?? '') ? 'json' : 'txt';
  const then = texts.keep(key.id, `then.${ending}`, interaction.output ?? '');
  const now = texts.keep(key.id, `now.${ending}`, result.output ?? '');
  const same = interaction.output?.trim() === result.output?.trim() ? ', identical' : '';
  await vscode.commands.executeCommand('vscode.diff', then, now, `${key.id}: in production ↔ ${version.name} now${same}`);
  return true;
}

async function offerWorkingTree(reported: string | null): Promise<FoundVersion | null> {
  const question = reported === null ? 'The record has no prompt version.' : `No commit here has the version ${reported.slice(0, 40)}.`;
  const detail = 'You can run the prompt in the working tree instead. A difference may then come from the prompt.';
  const action = 'Run the Working Tree';
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, action);
  return chosen === action ? { commit: null, name: 'the working tree' } : null;
}

/** Asked anew, whatever is known. Null: it was cancelled. */
async function ask(
  { engine }: Services,
  prepared: PreparedRun,
  cap: number | null,
  token: vscode.CancellationToken,
): Promise<Result | null> {
  const abort = new AbortController();
  const cancelled = token.onCancellationRequested(() => abort.abort());
  const concurrency = vscode.workspace.getConfiguration(settings.section).get<number>(settings.concurrency, 8);
  let result: Result | null = null;
  try {
    const report = await engine().runs.run(prepared, {
      concurrency,
      cap,
      abort,
      cancels: new SampleCancels(),
      cache: 'refresh',
      emit: (event) => {
        if (event.type === 'result') result = event.result;
      },
    });
    if (report.stopped && report.stopped.code !== 'interrupted') throw new HumanError(report.stopped.code, report.stopped.message);
    return result;
  } finally {
    cancelled.dispose();
  }
}
