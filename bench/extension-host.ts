/** Runs inside the extension host: how long activation takes, and how long the host is ever blocked by 10,000 cases in the Test Explorer. */
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { longestBlocks } from './longest-stretch.ts';
import { measureTyping, type Insights } from './typing.ts';

interface Api {
  readonly insights: Insights;
  readonly activationMs: number;
  readonly runs: { readonly latest: { readonly results: readonly unknown[]; readonly report: unknown } | null };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The bundles of Goldset. */
const OWN = /\/dist\/(extension|engine|openai|prices)\.js$/;

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<Api>('goldset.goldset');
  if (!extension) throw new Error('The extension is not there.');
  const started = performance.now();
  const api = await extension.activate();
  const activationMs = extension.isActive ? api.activationMs : performance.now() - started;
  const typing = await measureTyping(api.insights, OWN);
  await wait(3000);
  const idle = await longestBlocks(() => wait(2000), OWN);
  const busy = await longestBlocks(async () => {
    await vscode.commands.executeCommand('testing.refreshTests');
    const golden = await vscode.workspace.findFiles('a.prompt');
    if (golden[0]) await vscode.window.showTextDocument(golden[0]);
    // Until the window knows the tests of this file, the command does nothing.
    await wait(3000);
    await vscode.commands.executeCommand('testing.runCurrentFile');
    await wait(1000);
  }, OWN);
  const results = api.runs.latest?.results.length ?? 0;
  if (results === 0) throw new Error('The Test Explorer ran nothing.');
  writeFileSync(process.env['GOLDSET_BENCH_RESULT'] ?? '', JSON.stringify({ activationMs, typing, idle, busy, results }));
}
