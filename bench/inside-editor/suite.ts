/** Runs inside the extension host: how long activation takes, what typing costs, and how long runs of the Test Explorer block the host. */
import { appendFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { GoldsetApi } from '../../src/extension/extension.ts';
import { longestBlock, longestBlocks } from './blocks.ts';
import { WINDOW_LIMIT, type CasesMeasure, type HostLine } from './host-lines.ts';
import { measureTyping } from './typing.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<void> {
  const file = process.env['GOLDSET_BENCH_LINES'];
  if (file === undefined) throw new Error('GOLDSET_BENCH_LINES does not say where the lines go.');
  const tell = (line: HostLine): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  try {
    await measureAll(tell, (process.env['GOLDSET_BENCH_CASES'] ?? '').split(',').map(Number));
  } catch (error) {
    tell({ type: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  }
}

async function measureAll(tell: (line: HostLine) => void, counts: readonly number[]): Promise<void> {
  const extension = vscode.extensions.getExtension<GoldsetApi>('goldset.goldset');
  if (!extension) throw new Error('The extension is not there.');
  const api = await extension.activate();
  tell({ type: 'activation', activationMs: api.activationMs });
  // The window and the host have work of their own after the start.
  await wait(3000);
  const from = Date.now();
  const longestMs = await longestBlock(() => wait(2000));
  tell({ type: 'idle', from, to: Date.now(), longestMs });
  const own = `${extension.extensionPath}/dist/`;
  tell({ type: 'typing', typing: await measureTyping(api.insights, own) });
  for (const cases of counts) tell({ type: 'cases', measure: await measureRun(api, cases, own) });
}

/** Runs the cases of one prompt as its user does: by the command of the Test Explorer for the file that is open. */
async function measureRun(api: GoldsetApi, cases: number, own: string): Promise<CasesMeasure> {
  const [uri] = await vscode.workspace.findFiles(`cases-${cases}.prompt`);
  if (!uri) throw new Error(`There is no cases-${cases}.prompt.`);
  await vscode.commands.executeCommand('testing.refreshTests');
  await vscode.window.showTextDocument(uri);
  let began = 0;
  let from = 0;
  let runMs = NaN;
  const listener = api.runs.onEvent(({ event }) => {
    if (event.type === 'ended') runMs = performance.now() - began;
  });
  const latest = api.runs.latest;
  let isShown = false;
  const blocks = await longestBlocks(async () => {
    // Until the window knows the tests of this file, the command does nothing.
    for (const until = performance.now() + 30_000; api.runs.latest === latest; await wait(100)) {
      if (performance.now() > until) throw new Error(`The window does not know the tests of cases-${cases}.prompt.`);
      began = performance.now();
      from = Date.now();
      // The command within gives its result back, with every test; `runCommands` gives nothing.
      const shown = vscode.commands.executeCommand('runCommands', { commands: ['testing.runCurrentFile'] }).then(() => true);
      isShown = await Promise.race([shown, wait(WINDOW_LIMIT * 1000).then(() => false)]);
    }
  }, own);
  const to = Date.now();
  listener.dispose();
  const results = api.runs.latest?.report?.results.length ?? 0;
  if (results !== cases) throw new Error(`The Test Explorer ran ${results} cases instead of ${cases}.`);
  if (isShown) await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  return { cases, from, to, isShown, runMs, blocks };
}
