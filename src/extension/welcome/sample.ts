/** Open a Sample: copies the sample of the package to a folder that the user chooses, opens it and shows its first prompt. */
import path from 'node:path';
import * as vscode from 'vscode';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrustToWrite } from '../window/trust.ts';
import { chooseFolder, thisOrAnotherFolder } from './choose-folder.ts';
import { openFolder } from './next-window.ts';
import { copySample, isEmptyFolder, TRIAGE } from './sample-files.ts';
import { showTour, type TourProgress } from './tour-progress.ts';

const TITLE = 'Open a Sample';
const BUTTON = 'Copy the Sample Here';

export function registerSample(services: Services, progress: TourProgress): void {
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.openSample, async () => {
      try {
        requireTrustToWrite();
        await openSample(services.context, progress);
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}

async function openSample({ extensionPath, globalState }: vscode.ExtensionContext, progress: TourProgress): Promise<void> {
  const open = vscode.workspace.workspaceFolders?.[0]?.uri;
  const here = open?.scheme === 'file' && isEmptyFolder(open.fsPath) ? open.fsPath : null;
  const chosen = here === null ? await chooseFolder(TITLE, BUTTON) : await thisOrAnotherFolder(here, TITLE, BUTTON);
  if (chosen === undefined) return;
  const sample = copySample(extensionPath, chosen);
  if (chosen === here) await showSample(here, progress);
  else await openFolder(globalState, sample, 'sample');
}

/** The prompt, and the tour beside it. */
export async function showSample(folder: string, progress: TourProgress): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, TRIAGE)), { viewColumn: vscode.ViewColumn.One });
  await showTour(progress, 'beside');
  await progress.finish('open');
}
