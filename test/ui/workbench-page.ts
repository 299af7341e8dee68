/** A person's hands in the workbench: palette, views, the results page; and screenshots to be looked at. */
import { mkdirSync } from 'node:fs';
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
  }): Promise<Workbench> {
    const harness = (await import(path.resolve('scripts/workbench/workbench.mjs'))) as Harness;
    const { exampleWorkspace } = (await import(path.resolve('scripts/workbench/example-workspace.mjs'))) as Examples;
    const workspace = exampleWorkspace();
    const settings = { 'workbench.colorTheme': options.theme ?? 'Default Dark Modern' };
    const server = await harness.startServer({
      settings,
      ...(options.extensions ? { extensions: options.extensions } : {}),
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

  /** The workbench writes its layout when the page is hidden, as a browser does before it closes a tab. */
  async saveState(): Promise<void> {
    await this.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
  }

  lens(text: string | RegExp): ReturnType<Page['locator']> {
    return this.page.locator('.codelens-decoration', { hasText: text }).first();
  }

  get results(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  }
}
