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

/** `npm run test:all` looks at everything in every theme. */
export const isEverything = process.env['GOLDSET_THEMES'] === 'all';

/** Where walks start. */
export const STARTS: readonly Theme[] = isEverything ? THEMES : ['dark'];

/** What a walk that started in `start` shows of the wanted themes, `start` last, so that it goes on as it began. */
export const shownIn = (start: Theme, wanted: readonly Theme[]): readonly Theme[] =>
  isEverything ? [start] : [...wanted.filter((theme) => theme !== start), start];

/** The theme that a stop of a walk shows besides the first one: the others in turn, so that three stops show all four. */
export const inTurn = (start: Theme, stop: number): Theme => {
  const others = THEMES.filter((theme) => theme !== start);
  return others[stop % others.length] ?? start;
};
