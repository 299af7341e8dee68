/** `*.goldset-run.jsonl` opens as a results page that changes nothing; also one from CI, and one of any length. */
import path from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../core/problems/errors.ts';
import { panels } from '../window/names.ts';
import { fillPage, RESULTS_PAGE } from '../pages/page-html.ts';
import type { Services } from '../window/services.ts';
import { ResultsSession } from './results-session.ts';
import { openJournals } from './shown-views.ts';

export function registerJournalEditor(services: Services): void {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => {
      if (uri.scheme !== 'file')
        throw new HumanError('journal/scheme', 'Only journals on this machine can be opened.', 'Download it first.');
      const refuse = (): Promise<boolean> => {
        void vscode.window.showInformationMessage('Goldset: this journal is read-only. Open its prompt to run it.');
        return Promise.resolve(false);
      };
      const session = new ResultsSession(services, {
        rerun: refuse,
        cancel: () => undefined,
        regrade: () => Promise.resolve(),
        openRuns: refuse,
      });
      let isOpen = true;
      panel.onDidDispose(() => {
        isOpen = false;
        session.detach();
      });
      fillPage(panel.webview, services.context.extensionUri, RESULTS_PAGE, (port) => session.attach(port));
      session.show(
        openJournals(services, {
          root: rootOf(uri.fsPath),
          files: [services.engine().archive.openedFile(uri.fsPath)],
          sideBySide: false,
          baseline: null,
          readOnly: true,
          changed: () => session.changed(),
          ended: (view) => session.show(view),
          isWanted: () => isOpen,
        }),
      );
    },
  };
  services.context.subscriptions.push(
    vscode.window.registerCustomEditorProvider(panels.journal, provider, { supportsMultipleEditorsPerDocument: true }),
  );
}

/** A journal among those of a workspace belongs to it; another is read against the folder that is open. */
function rootOf(file: string): string {
  const folder = path.dirname(file);
  if (path.basename(folder) === 'runs' && path.basename(path.dirname(folder)) === '.goldset') return path.dirname(path.dirname(folder));
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
}
