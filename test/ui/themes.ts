/** The themes that a walk is looked at in. `npm test` starts each walk in one and switches; `npm run test:all` starts it in each. */
export type Theme = 'dark' | 'light' | 'high-contrast' | 'high-contrast-light';

export const THEMES: readonly Theme[] = ['dark', 'light', 'high-contrast', 'high-contrast-light'];

interface ThemeFacts {
  /** The name in VS Code's settings. */
  readonly setting: string;
  /** The class that the workbench and its pages carry then. */
  readonly workbenchClass: string;
  readonly pageClass: string;
}

export const FACTS: Readonly<Record<Theme, ThemeFacts>> = {
  dark: { setting: 'Default Dark Modern', workbenchClass: 'vs-dark', pageClass: 'vscode-dark' },
  light: { setting: 'Default Light Modern', workbenchClass: 'vs', pageClass: 'vscode-light' },
  'high-contrast': { setting: 'Default High Contrast', workbenchClass: 'hc-black', pageClass: 'vscode-high-contrast' },
  'high-contrast-light': { setting: 'Default High Contrast Light', workbenchClass: 'hc-light', pageClass: 'vscode-high-contrast-light' },
};

const everyStart = process.env['GOLDSET_THEMES'] === 'all';

/** Where walks start. */
export const STARTS: readonly Theme[] = everyStart ? THEMES : ['dark'];

/** What a walk that started in `start` shows at each of its stops, `start` last, so that it goes on as it began. */
export const shownIn = (start: Theme, wanted: readonly Theme[]): readonly Theme[] =>
  everyStart ? [start] : [...wanted.filter((theme) => theme !== start), start];
