/** What scripts/workbench/shared.mjs started for all suites of this layer, and servers of their own for the tests that need one. */
import path from 'node:path';
import type { Browser } from 'playwright-core';

interface Shared {
  readonly vsix: string;
  /** The folder that the VSIX is installed in. */
  readonly extensions: string;
  /** Ports. */
  readonly trusted: number;
  readonly restricted: number;
  readonly browser: string;
}

export interface Server {
  readonly port: number;
  stop(): void;
}

interface Harness {
  startServer(options: object): Promise<Server>;
  workbenchUrl(port: number, options: object): string;
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
const connected = globalThis as { goldsetBrowser?: Promise<Browser> | undefined };

/** The one Chromium. */
export function sharedBrowser(): Promise<Browser> {
  connected.goldsetBrowser ??= connect();
  return connected.goldsetBrowser;
}

async function connect(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.connect(shared().browser);
}

after(async () => {
  const browser = connected.goldsetBrowser;
  connected.goldsetBrowser = undefined;
  await (await browser)?.close();
});
