/** The workbench, Chromium and the harness of the results page: scripts that the tests start too. */
import path from 'node:path';
import type { Browser, LaunchOptions, Page } from 'playwright-core';
import type { Scope } from './scope.ts';

interface WorkbenchServer {
  readonly port: number;
  stop(): void;
}

interface WorkbenchScripts {
  startServer(options: { environment: Record<string, string> }): Promise<WorkbenchServer>;
  launchChromium(options: LaunchOptions): Promise<Browser>;
  workbenchUrl(port: number, options: { folder: string; extension: string; tests: string }): string;
}

interface Harness {
  readonly url: string;
  close(): void;
}

const load = (file: string): Promise<unknown> => import(path.resolve(file));

/** A page in a new browser; what is thrown in it is given to `failed`. */
export async function openPage(scope: Scope, failed: (error: Error) => void): Promise<Page> {
  const { launchChromium } = (await load('scripts/workbench/workbench.mjs')) as WorkbenchScripts;
  // Otherwise playwright ends this process at a signal, before the rest is ended.
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await scope.use(launchChromium(signals), (opened) => opened.close());
  const page = await browser.newPage({ viewport: { width: 1600, height: 950 } });
  page.on('pageerror', failed);
  return page;
}

/** Starts the server. Returns the address that opens a folder with the extension and a suite of tests inside its host. */
export async function startWorkbench(
  scope: Scope,
  environment: Record<string, string>,
  options: { folder: string; extension: string; tests: string },
): Promise<string> {
  const { startServer, workbenchUrl } = (await load('scripts/workbench/workbench.mjs')) as WorkbenchScripts;
  const server = await scope.use(startServer({ environment }), (started) => started.stop());
  return workbenchUrl(server.port, options);
}

/** The built results page without VS Code. Returns the address of the page around it. */
export async function startResultsPage(scope: Scope): Promise<string> {
  const { startResultsHarness } = (await load('test/ui/harness/results-harness.mjs')) as { startResultsHarness(): Promise<Harness> };
  return (await scope.use(startResultsHarness(), (harness) => harness.close())).url;
}
