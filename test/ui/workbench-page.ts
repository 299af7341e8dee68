/** A person's hands in the workbench: palette, views, the results page; and screenshots to be looked at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';

interface Server {
  readonly port: number;
  stop(): void;
}
interface Harness {
  startServer(options: object): Promise<Server>;
  workbenchUrl(port: number, options: object): string;
  launchChromium(): Promise<Browser>;
}
interface Examples {
  exampleWorkspace(): { readonly root: string; dispose(): void };
}

const SHOTS = path.resolve('out/screenshots');

export class Workbench {
  private constructor(
    readonly root: string,
    readonly page: Page,
    private readonly close: () => Promise<void>,
  ) {}

  /** `extension`: the folder of the one under development, or null when it is installed. */
  static async open(options: {
    theme?: string;
    extension?: string | null;
    extensions?: string;
    open?: string | null;
    trust?: boolean;
    smokeTest?: boolean;
    /** Files that are added to the examples, by path. */
    files?: Readonly<Record<string, string>>;
    /** Of the extension host. */
    environment?: Readonly<Record<string, string>>;
    settings?: Readonly<Record<string, unknown>>;
  }): Promise<Workbench> {
    const harness = (await import(path.resolve('scripts/workbench/workbench.mjs'))) as Harness;
    const { exampleWorkspace } = (await import(path.resolve('scripts/workbench/example-workspace.mjs'))) as Examples;
    const workspace = exampleWorkspace();
    for (const [name, text] of Object.entries(options.files ?? {})) {
      mkdirSync(path.dirname(path.join(workspace.root, name)), { recursive: true });
      writeFileSync(path.join(workspace.root, name), text);
    }
    const settings = { 'workbench.colorTheme': options.theme ?? 'Default Dark Modern', ...options.settings };
    const server = await harness.startServer({
      settings,
      ...(options.extensions ? { extensions: options.extensions } : {}),
      ...(options.environment ? { environment: options.environment } : {}),
      trust: options.trust ?? false,
      smokeTest: options.smokeTest ?? true,
    });
    const browser = await harness.launchChromium();
    const page = await browser.newPage({
      viewport: { width: 1600, height: 950 },
      forcedColors: options.theme?.includes('High Contrast') ? 'active' : 'none',
      colorScheme: options.theme?.includes('Light') ? 'light' : 'dark',
    });
    const extension = options.extension === undefined ? path.resolve('.') : options.extension;
    const opened = options.open === null ? {} : { open: path.join(workspace.root, options.open ?? 'triage/triage.prompt') };
    await page.goto(harness.workbenchUrl(server.port, { folder: workspace.root, extension, ...opened }));
    return new Workbench(workspace.root, page, async () => {
      await browser.close();
      server.stop();
      workspace.dispose();
    });
  }

  dispose(): Promise<void> {
    return this.close();
  }

  /** Runs a command by its title, as the palette lists it. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input.input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.locator('.explorer-viewlet .monaco-list-row').first().waitFor();
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget input.input').first().fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /**
   * The workbench writes its layout every few seconds while it is idle: waits until that holds the page of this view type, with what
   * the page remembers: parts of its JSON.
   */
  async layoutWritten(viewType: string, ...remembered: string[]): Promise<void> {
    while (!(await this.page.evaluate(isInLayout, [`mainThreadWebview-${viewType}`, ...remembered])));
  }

  lens(text: string | RegExp): ReturnType<Page['locator']> {
    return this.page.locator('.codelens-decoration', { hasText: text }).first();
  }

  get results(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    // What fades in is there.
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`), animations: 'disabled' });
  }
}

/** Runs in the page. Whether the layout in the workbench's store has all of these texts; resolves at the next idle moment. */
async function isInLayout(texts: readonly string[]): Promise<boolean> {
  const result = <T>(asked: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error('The store cannot be read.'));
    });
  await new Promise((resolve) => requestIdleCallback(resolve));
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined || !name.startsWith('vscode-web-state-db-')) continue;
    const database = await result(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const layouts = await Promise.all(
      stores.map((store) => result<unknown>(database.transaction(store).objectStore(store).get('memento/workbench.parts.editor'))),
    );
    database.close();
    // JSON in JSON in JSON: without what that adds.
    const layout = JSON.stringify(layouts).replaceAll('\\', '');
    if (texts.every((text) => layout.includes(text))) return true;
  }
  return false;
}
