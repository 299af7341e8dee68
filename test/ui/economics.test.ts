/** Economics while typing, as a person sees them: lens, prefix bar, hover, finding, fix, status bar. */
import type { Page } from 'playwright-core';
import { walk } from './workbench-page.ts';

/** The note stands in the text by style alone, so it is looked for there. */
const noteAtPrefix = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(
    (pattern) =>
      [...document.querySelectorAll('.monaco-editor .view-line span')].some((element) =>
        new RegExp(`cacheable up to here: ${pattern}`).test(getComputedStyle(element, '::after').content),
      ),
    text,
  );

describe('economics in the workbench', () => {
  walk('lens, prefix, hover, fix, status bar', { open: 'replies/reply.prompt' }, async (workbench) => {
    const { page } = workbench;
    await workbench.lens(/1,1\d\d in \+ .* out/).waitFor();
    await page.locator('.statusbar-item', { hasText: 'reply.scripted.yaml' }).first().waitFor();
    await noteAtPrefix(page, '24 tokens \\(needs 1,024\\)');
    await page
      .locator('.monaco-editor .view-line', { hasText: /1,1\d\d\s*tokens/ })
      .first()
      .waitFor();
    await workbench.shots('cost-1-lens');

    await page.locator('.monaco-editor .view-line span', { hasText: 'scripted:./reply' }).last().hover();
    await page.locator('.monaco-hover', { hasText: 'Cost per call' }).first().waitFor();
    await workbench.shots('cost-2-hover');
    await page.keyboard.press('Escape');

    await workbench.command('Problems: Focus on Problems View');
    const problem = page.locator('.markers-panel .monaco-list-row', { hasText: 'comes before' }).first();
    await problem.click();
    // The panel looks for fixes when a problem is chosen; before it has them, the key does nothing.
    await problem.locator('.markers-panel-action-quickfix:not(.disabled)').waitFor();
    await page.keyboard.press('Control+.');
    const fix = page.getByRole('menuitem', { name: /^Move static text/ });
    await fix.waitFor();
    await workbench.shots('cost-3-fixes');
    await fix.click();
    await workbench.lens(/9\d % cacheable/).waitFor();
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'comes before' }).first().waitFor({ state: 'detached' });
    await page.locator('.monaco-editor .view-line').nth(3).click();
    await page.keyboard.press('Control+End');
    await noteAtPrefix(page, '1,0\\d\\d tokens');
    await workbench.shots('cost-4-fixed');

    await workbench.command('Goldset: Show Cost Breakdown');
    await page.locator('.tab', { hasText: 'Cost of reply' }).first().waitFor();
    await workbench.results.getByText('Cost per call').first().waitFor();
    await workbench.shots('cost-5-breakdown');
  });
});
