/** Runs the suites inside the extension host. */
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { defineCaptureSuite } from './capture-suite.ts';
import { defineCodePromptSuites } from './code-prompts-suite.ts';
import { defineEffortSuites } from './efforts-suite.ts';
import { defineEditorModelSuites } from './editor-models-suite.ts';
import { defineFolderSuites } from './folders-suite.ts';
import { defineInteractionSuites } from './interactions-suite.ts';
import { defineModelSuites } from './models-suite.ts';
import { defineSuites } from './suites.ts';
import { defineTestExplorerSuites } from './test-explorer-suite.ts';
import { defineTextPromptSuites } from './text-prompts-suite.ts';
import { defineVersionSuites } from './versions-suite.ts';

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 300_000, reporter: 'spec' });
  const grep = process.env['GOLDSET_GREP'];
  if (grep !== undefined && grep !== '') mocha.grep(grep);
  mocha.suite.emit('pre-require', globalThis, 'goldset', mocha);
  // A window of several folders is another window: run-suite.mjs opens both.
  if (vscode.workspace.workspaceFile !== undefined) defineFolderSuites();
  else defineOneFolder();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

function defineOneFolder(): void {
  defineSuites();
  defineVersionSuites();
  defineTestExplorerSuites();
  defineEditorModelSuites();
  defineInteractionSuites();
  defineCaptureSuite();
  defineEffortSuites();
  defineModelSuites();
  defineTextPromptSuites();
  defineCodePromptSuites();
}
