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

/** Every test file is a bundle of its own; the process is what they share. */
const opened = globalThis as { goldsetBrowser?: Promise<BrowserContext> | undefined };

/** `GOLDSET_WINDOW=1024x700` looks at the walks in another size. */
const [width = 1600, height = 950] = (process.env['GOLDSET_WINDOW'] ?? '').split('x').filter(Boolean).map(Number);
const WINDOW = { width, height };

/** A page in the one Chromium of this process; it finds nothing that an earlier page of this address stored. */
export async function newPage(origin: string): Promise<Page> {
  opened.goldsetBrowser ??= launch();
  const browser = await opened.goldsetBrowser;
  const page = await browser.newPage();
  const devTools = await browser.newCDPSession(page);
  await devTools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage,indexeddb,service_workers,cache_storage' });
  await devTools.detach();
  return page;
}

async function launch(): Promise<BrowserContext> {
  const { launchProfile } = await harness();
  return launchProfile(WINDOW);
}

after(async () => {
  const browser = opened.goldsetBrowser;
  opened.goldsetBrowser = undefined;
  await (await browser)?.close();
});
