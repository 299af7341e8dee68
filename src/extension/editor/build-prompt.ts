/** Build Prompt: calls the function that builds a prompt for its golden cases, and counts what it returns. */
import * as vscode from 'vscode';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { promptUnderCursor } from '../window/target-under-cursor.ts';
import { requireTrust } from '../window/trust.ts';

export function registerBuildPrompt(services: Services, insights: PromptAnalyses): void {
  const build = async (uri: vscode.Uri | undefined): Promise<void> => {
    requireTrust();
    const id = await promptUnderCursor(uri, services);
    const isBuilt = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Goldset: building the prompt', cancellable: true },
      async (_, token) => {
        const abort = new AbortController();
        const cancelled = token.onCancellationRequested(() => abort.abort());
        try {
          return await services.engine().buildPrompt(id, abort.signal);
        } finally {
          cancelled.dispose();
        }
      },
    );
    if (!isBuilt)
      throw new ConfigurationError(
        'build/none',
        'No function builds this prompt.',
        'Name one under `prompts:` in goldset.yaml: build: "file://scripts/messages.ts:build".',
      );
    insights.refresh();
  };
  services.context.subscriptions.push(
    vscode.commands.registerCommand(commands.buildPrompt, (uri?: vscode.Uri) =>
      build(uri).catch((error: unknown) => void showError(error, services)),
    ),
  );
}
