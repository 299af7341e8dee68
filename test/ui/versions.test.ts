/** Versions as a person meets them: the tree with scores, a comparison, restoring and undo, changes compared with the last commit. */
import assert from 'node:assert/strict';
import { longWalk } from './workbench-page.ts';

describe('prompt versions in the workbench', () => {
  // test/workbench/versions-suite.ts restores, undoes and compares; the walk of the main job opens the tree and a version.
  longWalk('tree with scores, compare, restore and undo, compare changes', {}, async (workbench) => {
    const { page } = workbench;
    await workbench.lens(/Run 65/).waitFor();
    await workbench.command('Goldset: Run Prompt Under Cursor');
    await workbench.results.locator('.figures .score', { hasText: '56 of 63' }).waitFor();

    await page.locator('.activitybar a[aria-label="Goldset"]').first().click();
    const tree = page.locator('.pane-body', { has: page.locator('[aria-label*="Prompt Versions"]') }).first();
    await tree.locator('.monaco-list-row', { hasText: 'triage.prompt' }).first().click();
    const newest = tree.locator('.monaco-list-row', { hasText: 'Say whose tickets they are' }).first();
    await newest.getByText(/^88\.9 % · Say whose tickets they are/).waitFor();
    await tree.getByText('88.9 % · triage.prompt', { exact: true }).waitFor();
    const oldest = tree.locator('.monaco-list-row', { hasText: 'Add the example prompts' }).first();
    // A wider side bar shows what a version is worth.
    const sash = page.locator('.monaco-sash.vertical').nth(1);
    const box = await sash.boundingBox();
    if (box) {
      await page.mouse.move(box.x + 2, box.y + 300);
      await page.mouse.down();
      await page.mouse.move(box.x + 330, box.y + 300, { steps: 4 });
      await page.mouse.up();
    }
    await oldest.hover();
    await workbench.shots('versions-1-tree');

    await oldest.getByRole('button', { name: 'Compare with Working Tree' }).click();
    await workbench.results.getByText(/→ working tree: /).waitFor();
    await workbench.results.getByRole('button', { name: /^Flipped/ }).waitFor();
    // Both sides have the whole width: the page is a tab of the prompt's group, the only one.
    await page.locator('.editor-group-container .tab.active', { hasText: 'Goldset Results' }).waitFor();
    assert.equal(await page.locator('.editor-group-container').count(), 1);
    await workbench.shots('versions-2-compared');
    const opened = page.locator('.tab', { hasText: 'Goldset Results' });

    // The tree is drawn anew when it knows the score; a menu that is opened before would be closed by that.
    await oldest.getByText(/\d % · Add the example prompts/).waitFor();
    await oldest.click({ button: 'right' });
    await page.locator('.context-view .action-label', { hasText: 'Restore This Version' }).first().hover();
    // The menu takes the key for the item that it has marked, a moment after the pointer is there.
    await page.locator('.context-view .action-item.focused', { hasText: 'Restore This Version' }).waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await workbench.shots('versions-3-restore');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    const editor = page.locator('.editor-group-container .monaco-editor').first();
    await editor.locator('.view-lines', { hasText: 'You sort support tickets. Reply' }).waitFor();
    const changes = tree.locator('.monaco-list-row', { hasText: /(Unsaved|Uncommitted) changes/ }).first();
    await changes.waitFor();
    await page
      .locator('.tab', { hasText: /^triage\.prompt$/ })
      .first()
      .click();
    assert.equal(await opened.count(), 1, 'what else was opened there did not replace the comparison');
    await page.keyboard.press('Control+Z');
    await editor.locator('.view-lines', { hasText: 'You sort support tickets of a shop.' }).waitFor();
    await changes.waitFor({ state: 'detached' });

    await workbench.command('Notifications: Show Notifications');
    await page.locator('.notifications-center', { hasText: 'Show Table' }).waitFor();
    await workbench.command('Goldset: Compare Changes with Last Commit');
    await page.locator('.notifications-center', { hasText: 'No prompt with golden cases differs from the last commit.' }).waitFor();
    await workbench.shots('versions-4-evaluated');
  });
});
