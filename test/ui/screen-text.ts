/** What was on the screen, in words: printed with a failure. */
import type { Page } from 'playwright-core';

const PARTS: readonly (readonly [string, string])[] = [
  ['dialog', '.monaco-dialog-box'],
  ['palette', '.quick-input-widget:not([style*="display: none"])'],
  ['notifications', '.notifications-toasts.visible, .notifications-center.visible'],
  ['tabs', '.tabs-container'],
  ['lenses', '.codelens-decoration'],
  ['side bar', '.part.sidebar'],
  ['panel', '.part.panel'],
  ['status bar', '.part.statusbar'],
];
const LONGEST = 1500;

export async function screenText(page: Page): Promise<string> {
  const workbench = await page.evaluate(
    (parts) =>
      parts.map(([name, selector]): readonly [string, string] => [
        name,
        [...document.querySelectorAll<HTMLElement>(selector)].map((element) => element.innerText).join(' | '),
      ]),
    PARTS,
  );
  const frames = await Promise.all(
    page.frames().map(async (frame): Promise<readonly [string, string]> => {
      if (frame === page.mainFrame()) return ['', ''];
      // A frame may be gone or still loading: then that is what is said of it.
      const text = await frame
        .evaluate(() => document.body.innerText)
        .catch((error: unknown) => `(unreadable: ${String(error).slice(0, 80)})`);
      return ['page', text];
    }),
  );
  return [...workbench, ...frames]
    .map(([name, text]): readonly [string, string] => [name, text.replace(/\s+/g, ' ').trim()])
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `  ${name}: ${text.slice(0, LONGEST)}`)
    .join('\n');
}
