/** Runs inside the extension host: the same numbers of tests from the Test Explorer, by a plain controller and by Goldset in turn. */
import { appendFileSync, existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { answerFile, roundsOf, type Controller, type ExplorerLine } from './explorer-lines.ts';
import { createPlainController, type PlainController } from './plain-controller.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<void> {
  const file = process.env['GOLDSET_BENCH_LINES'];
  if (file === undefined) throw new Error('GOLDSET_BENCH_LINES does not say where the lines go.');
  let lines = 0;
  const tell = async (line: ExplorerLine): Promise<void> => {
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    lines++;
    while (!existsSync(answerFile(file, lines))) await wait(20);
  };
  try {
    await measureAll(tell, (process.env['GOLDSET_BENCH_CASES'] ?? '').split(',').map(Number));
  } catch (error) {
    await tell({ type: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  }
}

type Tell = (line: ExplorerLine) => Promise<void>;

async function measureAll(tell: Tell, counts: readonly number[]): Promise<void> {
  const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!extension || !folder) throw new Error('The extension or the folder is missing.');
  const api = await extension.activate();
  const plain = createPlainController(counts, folder);
  await vscode.commands.executeCommand('goldset.showResults');
  await vscode.commands.executeCommand('workbench.view.testing.focus');
  for (const tests of counts)
    for (let round = 0; round < roundsOf(tests); round++)
      for (const controller of ['plain', 'goldset'] as const) await measureRun(tell, { api, plain, folder }, controller, tests);
}

interface Editor {
  readonly api: GoldsetApi;
  readonly plain: PlainController;
  readonly folder: vscode.Uri;
}

async function measureRun(tell: Tell, { api, plain, folder }: Editor, controller: Controller, tests: number): Promise<void> {
  const file = controller === 'plain' ? `plain-${tests}.txt` : `cases-${tests}.prompt`;
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, file), { viewColumn: vscode.ViewColumn.One });
  await vscode.commands.executeCommand('testing.refreshTests');
  await vscode.commands.executeCommand('testing.clearTestResults');
  await tell({ type: 'ready', controller, tests, host: process.pid });
  const began = performance.now();
  let resultsMs: number | null = null;
  const listener = api.runs.onEvent(({ event }) => {
    if (event.type === 'ended') resultsMs = performance.now() - began;
  });
  const before = { latest: api.runs.latest, plain: plain.runs };
  const isRun = (): boolean => (controller === 'plain' ? plain.runs !== before.plain : api.runs.latest !== before.latest);
  // Until the window knows the tests of this file, the command does nothing.
  for (const until = performance.now() + 30_000; ; await wait(100)) {
    // The command within gives its result back, with every test; `runCommands` gives nothing.
    await vscode.commands.executeCommand('runCommands', { commands: ['testing.runCurrentFile'] });
    if (isRun()) break;
    if (performance.now() > until) throw new Error(`The window does not know the tests of ${file}.`);
  }
  listener.dispose();
  await tell({ type: 'ran', commandMs: performance.now() - began, resultsMs });
}
