/** Reproduce: sends once more what production sent, as it was captured, and beside it today's prompt. Both answers are two columns of a results page. */
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import { usd } from '../../core/display/figures.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import { loadOpen } from '../results/write-golden.ts';
import { panels } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrust } from '../window/trust.ts';
import { sendAgain } from './send-again.ts';

/** False: the person declined. @throws {HumanError} */
export async function reproduce(services: Services, root: string, key: InteractionKey): Promise<boolean> {
  requireTrust();
  const engine = services.engine();
  const whole = await engine.interactions.read(root, key);
  const { promptFile } = whole;
  const loaded = promptFile === null ? null : await loadOpen(promptFile, services);
  const { prepared, sides } = await engine.reproducer.prepare(root, whole, loaded);
  const sent = await sendAgain(services, prepared, `Goldset: sending ${key.id} again…`);
  if (sent === null) return false;
  const error = sent.results.every((result) => result.error !== null) ? (sent.results[0]?.error ?? null) : null;
  if (error !== null) throw new HumanError(error.code, error.message, error.hint);
  const journal = vscode.Uri.file(engine.archive.fileOf(prepared.workspace.root, prepared.id));
  await vscode.commands.executeCommand('vscode.openWith', journal, panels.journal);
  const said = sides.flatMap(({ name, problem, notes }) =>
    [...(problem === null ? [] : [`not sent. ${problem}`]), ...notes].map((text) => `${name}: ${text}`),
  );
  if (said.length > 0) void vscode.window.showInformationMessage(`Goldset: ${said.join(' ')}`);
  if (sent.spend.usd !== null) vscode.window.setStatusBarMessage(`Goldset: ${key.id} was sent again for ${usd(sent.spend.usd)}.`, 8000);
  return true;
}
