/** A person's hands in the workbench: palette, views, pages, themes; and screenshots to be looked at. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../../src/adapters/storage/data-folder/data-folder.ts';
import type { FrameLocator, Page } from 'playwright-core';
import { assertAccessible } from './accessibility.ts';
import { isInLayout } from './stored-layout.ts';
import { screenText } from './screen-text.ts';
import { endWindow, harness, shared, windowPage } from './shared-workbench.ts';
import { FACTS, isEverything, shownIn, THEMES, themesOf, type Theme } from './themes.ts';

interface Examples {
  exampleWorkspace(options?: Pick<WorkbenchOptions, 'project' | 'without'>): { readonly root: string; dispose(): void };
}

export interface WorkbenchOptions {
  readonly theme?: Theme;
  /** A file of the folder; default: the prompt that sorts tickets. Null: none. */
  readonly open?: string | null;
  /** Workspace Trust asks, so the window is in Restricted Mode. */
  readonly restricted?: boolean;
  /** A folder of this repository instead of the examples, without these of its files; null: an empty folder. */
  readonly project?: string | null;
  readonly without?: readonly string[];
  /** Files that are added to the examples, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the folder. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A test that needs other variables or other extensions has a server of its own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly extensions?: string;
}

const SHOTS = path.resolve('out/screenshots');
/** A window is drawn once more for each picture: `npm test` takes none but those of failures. */
const TAKES_PICTURES = isEverything || process.env['GOLDSET_SHOTS'] === '1';
/** Of one wait. Long, because a wait ends with its state: only a failure takes all of it, and a busy machine some. */
const WAIT_MS = 60_000;
/** A window shows what a key opens, or a change of its settings, within this time, if it heard it. */
const FOLLOWS_MS = 5_000;
/** Of a walk; mocha's own limit is longer, so that what was on the screen is printed. */
const WALK_MS = 270_000;

export class Workbench {
  private constructor(
    readonly root: string,
    readonly page: Page,
    private readonly settings: Readonly<Record<string, unknown>>,
    private readonly start: Theme,
    private readonly close: (failed: boolean) => Promise<void>,
  ) {}

  /** A fresh folder with the examples, in a fresh window. */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const { startServer, workbenchUrl } = await harness();
    const { exampleWorkspace } = (await import(path.resolve('scripts/workbench/example-workspace.mjs'))) as Examples;
    const { extensions, builtIn, trusted, restricted } = shared();
    const workspace = exampleWorkspace(options);
    appendFileSync(path.join(workspace.root, '.git/info/exclude'), '.vscode/\n');
    for (const [name, text] of Object.entries(options.files ?? {})) {
      mkdirSync(path.dirname(path.join(workspace.root, name)), { recursive: true });
      writeFileSync(path.join(workspace.root, name), text);
    }
    // What a test puts there stands for what Goldset wrote on this machine.
    if (Object.keys(options.files ?? {}).some((name) => name.startsWith('.goldset/'))) dataFolder(workspace.root).adopt();
    const { environment } = options;
    const own =
      environment || options.extensions
        ? await startServer({
            extensions: options.extensions ?? extensions,
            builtIn,
            smokeTest: false,
            trust: options.restricted === true,
            ...(environment ? { environment } : {}),
          })
        : null;
    const port = own?.port ?? (options.restricted === true ? restricted : trusted);
    const page = await windowPage(`http://127.0.0.1:${port}`);
    page.setDefaultTimeout(WAIT_MS);
    const theme = options.theme ?? 'dark';
    const workbench = new Workbench(workspace.root, page, options.settings ?? {}, theme, async (failed) => {
      // A window in which something failed may not end.
      await (failed ? page.close() : endWindow(page));
      own?.stop();
      workspace.dispose();
    });
    await workbench.writeTheme(theme);
    const open = options.open === null ? {} : { open: path.join(workspace.root, options.open ?? 'triage/triage.prompt') };
    await page.goto(workbenchUrl(port, { folder: workspace.root, ...open }));
    return workbench;
  }

  dispose(failed = false): Promise<void> {
    return this.close(failed);
  }

  /** Runs a command: the row of the palette that has exactly this title. */
  async command(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', {
      has: this.page.locator('.label-name', { hasText: new RegExp(`^${title.replace(/[^\w\s]/g, '\\$&')}$`) }),
    });
    await this.choose('F1', `>${title}`, row.first());
  }

  /** Opens a file by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.locator('.explorer-viewlet .monaco-list-row').first().waitFor();
    await this.choose('Control+P', name, this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first());
  }

  /** The palette closes when the focus leaves it, which a page that has just opened may cause: then it is opened once more. */
  private async choose(key: string, text: string, row: ReturnType<Page['locator']>): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input').first();
    for (;;) {
      await this.page.keyboard.press(key);
      // A page that is just opening takes the focus, and a key pressed there is lost.
      if (!(await isShown(input))) continue;
      await this.page.keyboard.press('Control+A');
      await this.page.keyboard.insertText(text);
      const closed = input.waitFor({ state: 'hidden' }).then(() => false);
      const listed = row.waitFor().then(() => true);
      if ((await Promise.race([listed, closed])) && (await inTime(row.click({ timeout: FOLLOWS_MS })))) return;
    }
  }

  /**
   * The workbench writes its layout every few seconds while it is idle: waits until that holds the page of this view type, with what
   * the page remembers: parts of its JSON.
   */
  async layoutWritten(viewType: string, ...remembered: string[]): Promise<void> {
    const texts = [`mainThreadWebview-${viewType}`, path.basename(this.root), ...remembered];
    while (!(await this.page.evaluate(isInLayout, texts)));
  }

  lens(text: string | RegExp): ReturnType<Page['locator']> {
    return this.page.locator('.codelens-decoration', { hasText: text }).first();
  }

  /** A view of the side bar, open: one without content is collapsed at first. */
  async view(name: string): Promise<ReturnType<Page['locator']>> {
    const header = this.page.locator('.pane-header', { hasText: name }).first();
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    return this.page.locator('.pane', { has: header }).first();
  }

  get results(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** A folder's setting is read when its file changes, in a running window too. */
  private async writeTheme(theme: Theme): Promise<void> {
    mkdirSync(path.join(this.root, '.vscode'), { recursive: true });
    const settings = { ...this.settings, 'workbench.colorTheme': FACTS[theme].setting };
    writeFileSync(path.join(this.root, '.vscode/settings.json'), JSON.stringify(settings));
    await this.page.emulateMedia({
      forcedColors: theme.startsWith('high-contrast') ? 'active' : 'none',
      colorScheme: theme.endsWith('light') ? 'light' : 'dark',
    });
  }

  /** Looks at this state in each of the themes, and goes back to the one that the walk began in. */
  async inThemes(look: (theme: Theme) => Promise<void>, wanted: readonly Theme[] = THEMES): Promise<void> {
    for (const theme of shownIn(this.start, wanted)) {
      await this.switchTo(theme);
      if (wanted.includes(theme)) await look(theme);
    }
  }

  /** Resolves when the window and the pages in it have the theme. */
  private async switchTo(theme: Theme): Promise<void> {
    const { workbenchClass, pageClass } = FACTS[theme];
    const shown = this.page.locator(`.monaco-workbench.${workbenchClass}`);
    // A window that has just opened does not watch its folder yet: the file changes once more until the window follows it.
    do await this.writeTheme(theme);
    while (!(await isShown(shown)));
    for (const frame of this.page.frames()) {
      if (frame.name() !== '' || !frame.url().includes('fake.html')) continue;
      await frame.waitForFunction((name) => document.body.classList.contains(name), pageClass);
    }
  }

  /** A screenshot, when the run takes them. */
  async shot(name: string): Promise<void> {
    if (TAKES_PICTURES) await this.picture(name);
  }

  private async picture(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    // What fades in is there.
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`), animations: 'disabled' });
  }

  /** A screenshot in the theme of the walk. */
  shots(name: string): Promise<void> {
    return this.shot(`${this.start}-${name}`);
  }

  /** The page in view has no accessibility problem in the theme of the walk, or in the wanted ones; a screenshot in each. */
  look(state: string, shot: string, wanted: readonly Theme[] = [this.start]): Promise<void> {
    return this.inThemes(async (theme) => {
      await assertAccessible(this.results, `${state}, ${theme}`);
      await this.shot(`${theme}-${shot}`);
    }, wanted);
  }

  /** Runs the steps; a failure has a screenshot and says what was on the screen. */
  async walk(name: string, steps: (workbench: Workbench) => Promise<void>): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    let failed = false;
    const limit = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(`The walk did not end within ${WALK_MS / 1000} s.`)), WALK_MS);
    });
    try {
      await Promise.race([steps(this), limit]);
    } catch (error) {
      failed = true;
      await this.picture(`failed-${name}`);
      // A new error: mocha prints the stack, which keeps the message that the first one was made with.
      throw new Error(`${String(error)}\nOn the screen (${name}):\n${await screenText(this.page)}`, { cause: error });
    } finally {
      clearTimeout(late);
      await this.dispose(failed);
    }
  }
}

/** Whether it appears within a moment. */
const isShown = (locator: ReturnType<Page['locator']>): Promise<boolean> => inTime(locator.waitFor({ timeout: FOLLOWS_MS }));

const inTime = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
      return false;
    },
  );

type Steps = (workbench: Workbench, theme: Theme) => Promise<void>;

/**
 * A test that walks through a window of its own: in one theme in `npm test`, in each in `npm run test:all`.
 * `open`: what the window is opened with. `further`: steps that only `npm run test:all` goes on with; above them stands what proves them
 * in `npm test`.
 */
export function walk(title: string, open: Opening, steps: Steps, further?: Steps): void {
  for (const theme of themesOf(title))
    it(`${title} (${theme})`, async () => {
      const workbench = await (typeof open === 'function' ? open(theme) : Workbench.open({ theme, ...open }));
      await workbench.walk(`${title.replace(/\W+/g, '-').slice(0, 60)}-${theme}`, async () => {
        await steps(workbench, theme);
        if (isEverything) await further?.(workbench, theme);
      });
    });
}

/** A walk of `npm run test:all` alone: opening a window is half of what a short walk costs. Above it stands what proves the main thing in `npm test`. */
export function longWalk(...walked: Parameters<typeof walk>): void {
  if (isEverything) walk(...walked);
}
export type Opening = WorkbenchOptions | ((theme: Theme) => Promise<Workbench>);
