/** Set Up Folder: two questions, then goldset.yaml and a first golden case to fill in. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelOffer } from '../../adapters/setup/model-offers.ts';
import { EXAMPLE_MODEL } from '../../core/economics/data/suggested-models.ts';
import type { PromptCandidate } from '../../core/setup/prompt-candidates.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import { chooseFolder, thisOrAnotherFolder } from './choose-folder.ts';
import { openFolder } from './next-window.ts';
import { isSample } from './sample-files.ts';
import type { TourProgress } from './tour-progress.ts';

const TITLE = 'Set Up Folder';

export function registerSetUp(services: Services, progress: TourProgress): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.setUpFolder, async () => {
      try {
        requireTrustToWrite();
        await setUpSomeFolder(services, progress);
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}

/** The folder of the window; the sample is set up already, so another one is offered. */
async function setUpSomeFolder(services: Services, progress: TourProgress): Promise<void> {
  const open = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
  const folder =
    open === undefined ? await chooseFolder(TITLE, 'Set Up') : isSample(open) ? await thisOrAnotherFolder(open, TITLE, 'Set Up') : open;
  if (folder === undefined) return;
  if (folder === open) await setUpFolder(folder, services, progress);
  else await openFolder(services.context.globalState, folder, 'set-up');
}

/** @throws {HumanError} when the folder cannot be read or written. */
export async function setUpFolder(folder: string, services: Services, progress: TourProgress): Promise<void> {
  const { setUp } = services.engine();
  const { candidates } = await searching('Looking for prompts', () => setUp.candidates(folder));
  const chosen = candidates.length === 0 ? null : await choosePrompt(candidates);
  if (chosen === undefined) return;
  const offers = await searching('Looking for models', () => setUp.models(folder, chosen));
  const offer = offers === null ? null : await chooseModel(offers);
  if (offer === undefined) return;
  const { root, golden, settings, id } = await setUp.write(folder, chosen, offer?.id ?? EXAMPLE_MODEL);
  await showGolden(path.join(root, golden.file));
  await progress.finish('own');
  const kept =
    settings.state === 'kept' && offer !== null
      ? ` goldset.yaml is kept: add "model: ${offer.id}" to it for prompts that name no model.`
      : '';
  const missing = offer?.isReachable === false ? ` ${offer.id} cannot be used yet: ${offer.reason}` : '';
  if (kept + missing !== '') void offerKeys(`Goldset: ${id} is set up.${kept}${missing}`);
}

async function offerKeys(message: string): Promise<void> {
  const manage = 'Manage API Keys';
  if ((await vscode.window.showInformationMessage(message, manage)) === manage) await vscode.commands.executeCommand(commands.manageKeys);
}

const searching = <T>(title: string, work: () => Promise<T>): Thenable<T> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `Goldset: ${title}` }, work);

const KINDS = { prompt: 'prompt', code: 'in code', text: 'plain text' } as const;

async function choosePrompt(candidates: readonly PromptCandidate[]): Promise<PromptCandidate | undefined> {
  const items = candidates.map((candidate) => ({
    label: candidate.id,
    description: candidate.hasGolden ? `${KINDS[candidate.kind]}, has golden cases` : KINDS[candidate.kind],
    candidate,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'Which prompt gets the first golden case?',
    matchOnDescription: true,
  });
  return chosen?.candidate;
}

async function chooseModel(offers: readonly ModelOffer[]): Promise<ModelOffer | undefined> {
  const items = offers.map((offer) => ({ label: offer.id, description: offer.reason, offer }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'Which model answers prompts that name none?',
    matchOnDescription: true,
  });
  return chosen?.offer;
}

/** Selects the first value that is to be replaced. */
async function showGolden(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const document = await vscode.workspace.openTextDocument(file);
  const editor = await vscode.window.showTextDocument(document);
  const example = /Example [^"\n]*: replace this text\./.exec(document.getText());
  if (example === null) return;
  editor.selection = new vscode.Selection(document.positionAt(example.index), document.positionAt(example.index + example[0].length));
}
