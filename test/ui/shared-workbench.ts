/** What scripts/workbench/shared.mjs started for all suites of this layer, and servers of their own for the tests that need one. */
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';

interface Shared {
  readonly vsix: string;
  /** The folder that the VSIX is installed in. */
  readonly extensions: string;
  /** The folder of built-in extensions. */
  readonly builtIn: string;
  /** Ports. */
  readonly trusted: number;
  readonly restricted: number;
}

export interface Server {
  readonly port: number;
  stop(): void;
}

interface Harness {
  startServer(options: object): Promise<Server>;
  workbenchUrl(port: number, options: object): string;
  launchProfile(viewport: typeof WINDOW): Promise<BrowserContext>;
}

export function shared(): Shared {
  const text = process.env['GOLDSET_SHARED_WORKBENCH'];
  if (text === undefined) throw new Error('The UI layer is run by `node scripts/test.mjs ui`, which starts the workbench.');
  return JSON.parse(text) as Shared;
}

export const harness = async (): Promise<Harness> => (await import(path.resolve('scripts/workbench/workbench.mjs'))) as Harness;

/** A folder of extensions with one more: it offers language models to the editor. */
export async function extensionsWithModels(): Promise<string> {
  const { withModelProvider } = (await import(path.resolve('scripts/workbench/model-provider.mjs'))) as { withModelProvider(): string };
  const { installVsix } = (await import(path.resolve('scripts/workbench/shared.mjs'))) as {
    installVsix(vsix: string, extensions: string): void;
  };
  const extensions = withModelProvider();
  installVsix(shared().vsix, extensions);
  return extensions;
}

/** Every test file is a bundle of its own; the process is what they share, also those that run one after the other. */
const opened = globalThis as { goldsetBrowser?: Promise<BrowserContext> | undefined; goldsetWindow?: Page | undefined };

/** `GOLDSET_WINDOW=1024x700` looks at the walks in another size. */
const [width = 1600, height = 950] = (process.env['GOLDSET_WINDOW'] ?? '').split('x').filter(Boolean).map(Number);
const WINDOW = { width, height };

/** A page in the one Chromium of this process; it finds nothing that an earlier page of this address stored. */
export async function newPage(origin: string): Promise<Page> {
  opened.goldsetBrowser ??= launch();
  const browser = await opened.goldsetBrowser;
  return emptied(await browser.newPage(), origin);
}

/**
 * The page that the windows of this process open in, one after the other. The process behind it still holds the code of the workbench
 * that it compiled for the last window, which is a third of what opening one costs; nothing else of that window is left.
 */
export async function windowPage(origin: string): Promise<Page> {
  const kept = opened.goldsetWindow;
  if (kept === undefined || kept.isClosed()) return (opened.goldsetWindow = await newPage(origin));
  await kept.setViewportSize(WINDOW);
  return emptied(kept, origin);
}

/** Ends the window as a person leaves it, so that its extension host ends too; what it stored is gone when the next one opens. */
export async function endWindow(page: Page): Promise<void> {
  await page.goto(new URL('/version', page.url()).href);
  await page.evaluate(() => sessionStorage.clear());
}

async function emptied(page: Page, origin: string): Promise<Page> {
  const browser = page.context();
  const devTools = await browser.newCDPSession(page);
  await devTools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage,indexeddb,service_workers,cache_storage' });
  await devTools.detach();
  return page;
}

/** It ends with this process, which runs several files: a new one would compile the workbench again. */
async function launch(): Promise<BrowserContext> {
  const { launchProfile } = await harness();
  return launchProfile(WINDOW);
}
