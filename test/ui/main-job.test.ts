/** The main job as a person does it, in a real workbench: run, read, look at one case, look at a version. */
import assert from 'node:assert/strict';
import { walk } from './workbench-page.ts';

describe('the main job in the workbench', () => {
  walk('run, results, one case, versions', {}, async (workbench) => {
    const { page } = workbench;
    await workbench.lens(/Run 65.*not run yet/).waitFor();
    await workbench.command('Goldset: Run Prompt Under Cursor');
    await workbench.results.locator('.figures .score', { hasText: '56 of 63' }).waitFor();
    await workbench.lens(/56 of 63/).waitFor();
    assert.match((await workbench.results.locator('.row').first().textContent()) ?? '', /refund-late/);
    await workbench.shots('1-results');

    await workbench.command('Goldset: Run Prompt Under Cursor');
    await workbench.results.getByText('$0 spent, 65 reused').waitFor();
    await workbench.shots('1-reused');

    await workbench.results.getByRole('button', { name: /^Failed/ }).click();
    await workbench.results
      .locator('.row', { hasText: 'refund-deadline' })
      .getByText('Expected `priority` to be "urgent", found "normal".')
      .waitFor();
    await workbench.results.locator('.row .pass').first().waitFor({ state: 'detached' });
    await workbench.shots('2-failed');

    await workbench.command('Testing: Focus on Test Explorer View');
    const tests = page.locator('.test-explorer');
    await tests.locator('.monaco-list-row', { hasText: 'triage/triage.prompt' }).first().click();
    await page.keyboard.press('ArrowRight');
    const item = tests.locator('.monaco-list-row', { hasText: 'refund-deadline' }).first();
    await item.waitFor();
    await item.click();
    await item.hover();
    await item.getByRole('button', { name: /^Run Test/ }).click();
    await page.locator('.test-explorer .monaco-list-row[aria-label*="refund-deadline"][aria-label*="Failed"]').first().waitFor();
    await page.locator('.test-output-peek-tree .monaco-list-row', { hasText: 'expected: Expected' }).first().click();
    const diff = page.locator('.part.panel .monaco-diff-editor');
    await diff.locator('.original', { hasText: '"urgent"' }).first().waitFor();
    await diff.locator('.modified', { hasText: '"normal"' }).first().waitFor();
    await workbench.shots('3-test');
    // One case joined the run on screen, and did not take its place.
    await page.locator('.tab', { hasText: 'Goldset Results' }).first().click();
    await workbench.results.locator('.figures .score', { hasText: '56 of 63' }).waitFor();

    await page.locator('.activitybar a[aria-label="Goldset"]').first().click();
    await page.keyboard.press('Escape');
    const versions = page.locator('.pane-body', { has: page.locator('[aria-label*="Prompt Versions"]') }).first();
    const prompt = versions.locator('.monaco-list-row', { hasText: 'triage.prompt' }).first();
    await prompt.click();
    const commit = versions.locator('.monaco-list-row', { hasText: 'Say whose tickets they are' }).first();
    await commit.waitFor();
    await commit.click();
    await page
      .locator('.tab', { hasText: /triage\.prompt \(\w{8} ↔ \w{8}\)/ })
      .first()
      .waitFor();
    await page.locator('.monaco-diff-editor .modified', { hasText: 'of a shop' }).first().waitFor();
    await workbench.shots('4-version');
  });
});
