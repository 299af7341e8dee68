/** Requests of production that are sent once more, as a run that scores nothing. */
import * as vscode from 'vscode';
import { SampleCancels } from '../../core/calls/sample-cancels.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { Result } from '../../core/results/result.ts';
import type { RunReport } from '../../core/run/report.ts';
import type { PreparedRun } from '../../engine/runs/run-engine.ts';
import { mayStart } from '../runs/before-run.ts';
import { settings } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrust } from '../window/trust.ts';

export interface SentAgain {
  readonly results: readonly Result[];
  readonly spend: RunReport['spend'];
}

/** Every request is sent, whatever is known. Null: the person declined or cancelled. @throws {HumanError} when it stopped for another reason. */
export async function sendAgain({ engine }: Services, prepared: PreparedRun, title: string): Promise<SentAgain | null> {
  requireTrust();
  const { runs } = engine();
  const cap = prepared.workspace.config.spend.perRun;
  if (!(await mayStart(runs, prepared, { cap, mustAsk: false, refresh: true }))) return null;
  const concurrency = vscode.workspace.getConfiguration(settings.section).get<number>(settings.concurrency, 8);
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (_, token) => {
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    const results: Result[] = [];
    try {
      const { stopped, spend } = await runs.run(prepared, {
        ...{ concurrency, cap, abort, cancels: new SampleCancels(), cache: 'refresh' },
        emit: (event) => {
          if (event.type === 'result') results.push(event.result);
        },
      });
      if (stopped?.code === 'interrupted') return null;
      if (stopped !== null) throw new HumanError(stopped.code, stopped.message);
      return { results, spend };
    } finally {
      cancelled.dispose();
    }
  });
}
