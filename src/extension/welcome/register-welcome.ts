/** First contact: the walkthrough, the sample and the first files of a folder. */
import * as vscode from 'vscode';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Runs } from '../runs/runs.ts';
import { showError } from '../window/messages.ts';
import type { Services } from '../window/services.ts';
import { takeContinuation } from './next-window.ts';
import { registerSample, showSample } from './sample.ts';
import { registerSetUp, setUpFolder } from './set-up.ts';
import { TourProgress } from './tour-progress.ts';
import { registerTour } from './tour.ts';

export function registerWelcome(services: Services, runs: Runs, analyses: PromptAnalyses): void {
  const progress = new TourProgress(services.context.globalState, services.log);
  registerSample(services, progress);
  registerSetUp(services, progress);
  registerTour(services, runs, analyses, progress);
  goOn(services, progress).catch((error: unknown) => void showError(error, services));
}

/** What another window began with the folder of this one. */
async function goOn(services: Services, progress: TourProgress): Promise<void> {
  const left = await takeContinuation(services.context.globalState);
  if (left?.what === 'sample') await showSample(left.folder, progress);
  if (left?.what === 'set-up' && vscode.workspace.isTrusted) await setUpFolder(left.folder, services, progress);
}
