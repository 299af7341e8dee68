/** Convert to Goldset: a promptfoo config as files of Goldset beside it. What is left is a problem at its line of the config. */
import path from 'node:path';
import * as vscode from 'vscode';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity } from '../../core/display/figures.ts';
import { isPromptfooPath } from '../../core/prompt/formats/prompt-name.ts';
import { rangeIn } from '../window/documents.ts';
import { showError } from '../window/messages.ts';
import { commands } from '../window/names.ts';
import type { Services } from '../window/services.ts';
import { requireTrustToWrite } from '../window/trust.ts';

const SHOW_SETTINGS = 'Open goldset.yaml';
const SHOW_PROBLEMS = 'Show Problems';

export function registerConvertConfig(services: Services): void {
  const left = vscode.languages.createDiagnosticCollection('goldset-convert');
  services.context.subscriptions.push(
    left,
    vscode.workspace.onDidChangeTextDocument(({ document }) => left.delete(document.uri)),
    vscode.commands.registerCommand(commands.convertConfig, async (uri?: vscode.Uri) => {
      try {
        requireTrustToWrite();
        const file = (uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri)?.fsPath;
        if (file === undefined || !isPromptfooPath(file))
          throw new ConfigurationError('convert/no-config', 'This is no promptfoo config.', 'Open a promptfooconfig.yaml.');
        await convert(await vscode.workspace.openTextDocument(file), left, services);
      } catch (error) {
        void showError(error, services);
      }
    }),
  );
}

async function convert(document: vscode.TextDocument, left: vscode.DiagnosticCollection, services: Services): Promise<void> {
  // The files are made of what is on disk.
  await document.save();
  const { root, ...converted } = await services.engine().setUp.convert(document.uri.fsPath);
  const own = converted.left.filter((item) => item.code === 'promptfoo/not-converted');
  left.set(
    document.uri,
    own.map(({ message, range }) => {
      const problem = new vscode.Diagnostic(rangeIn(document, range ?? { start: 0, end: 0 }), message, vscode.DiagnosticSeverity.Warning);
      problem.source = 'Goldset';
      return problem;
    }),
  );
  const sets = converted.files.filter(({ path: name }) => name.includes('.golden.')).length;
  const rest = converted.left.length === 0 ? '' : ` ${quantity(converted.left.length, 'part')} of it cannot be converted.`;
  const said = `${quantity(converted.prompts.length, 'prompt')} and ${quantity(sets, 'golden set')} are beside ${path.basename(document.uri.fsPath)}, which is as it was.${rest}`;
  const chosen = await vscode.window.showInformationMessage(said, SHOW_SETTINGS, ...(rest === '' ? [] : [SHOW_PROBLEMS]));
  if (chosen === SHOW_PROBLEMS) await vscode.commands.executeCommand('workbench.actions.view.problems');
  if (chosen === SHOW_SETTINGS) await vscode.window.showTextDocument(vscode.Uri.file(path.join(root, 'goldset.yaml')));
}
