/** Compare Efforts: the golden set with each effort that the prompt's model has, side by side, and the cheapest that passes. */
import * as vscode from 'vscode';
import { choiceSentence } from '../../core/report/choice.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { findingsOff } from '../window/findings-off.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { unsavedTexts } from '../window/documents.ts';
import { requireTrust } from '../window/trust.ts';
import type { Services } from '../window/services.ts';
import type { Runs } from './runs.ts';

export function registerCompareEfforts(services: Services, runs: Runs): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.compareEfforts, async (uri?: vscode.Uri) => {
      try {
        requireTrust();
        return await compareEfforts(await promptUnderCursor(uri, services), services, runs);
      } catch (error) {
        void showError(error, services);
        return undefined;
      }
    }),
  );
}

/** The verdict of the run; undefined: the user declined. @throws {ConfigurationError} when the model has no efforts to compare. */
async function compareEfforts(file: string, services: Services, runs: Runs): Promise<string | undefined> {
  const efforts = await effortsFor(file, services);
  await vscode.commands.executeCommand(commands.showResults, 'side-by-side');
  const parameters = efforts.map((reasoningEffort) => ({ reasoningEffort }));
  const run = await runs.start({ prompts: [{ file, cases: null }], model: null, parameters }, { mustAsk: false });
  const [choice] = run?.report?.choices ?? [];
  if (run?.report && choice !== undefined) {
    void vscode.window.showInformationMessage(`Goldset: ${choice.prompt}: ${choiceSentence(choice, run.report)}`);
  }
  return run?.report?.verdict;
}

async function effortsFor(file: string, services: Services): Promise<readonly string[]> {
  const options = { unsaved: unsavedTexts(), models: [], off: findingsOff(), git: false };
  const { report } = await services.engine().analysePrompt(file, options);
  const [model] = report.models;
  const efforts = model?.reasoning.efforts ?? null;
  if (efforts !== null && efforts.length > 1) return efforts;
  const name = model?.model ?? 'This prompt';
  throw new ConfigurationError(
    'efforts/none',
    model === undefined
      ? 'This prompt sets no model, so there are no efforts to compare.'
      : efforts === null
        ? `Goldset does not know which efforts ${name} has.`
        : `${name} has no efforts to compare.`,
    'List them under `capabilities:` in the `prices` file of goldset.yaml (`efforts: [low, medium, high]`), or choose another model.',
  );
}
