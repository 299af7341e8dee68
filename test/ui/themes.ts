/** The themes that a walk is looked at in. `npm test` makes each walk in one of them, `npm run test:all` in each. */
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

/** `npm run test:all` looks at everything in every theme. */
export const isEverything = process.env['GOLDSET_THEMES'] === 'all';

/** The themes that the walk of this title is made in: all four, or one of them that its title decides, so that the walks share them out. */
export function themesOf(title: string): readonly Theme[] {
  if (isEverything) return THEMES;
  const sum = Array.from(title, (letter) => letter.codePointAt(0) ?? 0).reduce((total, code) => total + code, 0);
  return THEMES.filter((_, index) => index === sum % THEMES.length);
}

/** What a walk that began in `start` shows of the wanted themes, `start` last, so that it goes on as it began. */
export const shownIn = (start: Theme, wanted: readonly Theme[]): readonly Theme[] =>
  isEverything ? [start] : [...wanted.filter((theme) => theme !== start), start];
