/** A golden set as a table in a real workbench: by keyboard, with undo by the document. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { walk } from './workbench-page.ts';

const GOLDEN = 'triage/triage.golden.yaml';
// In a browser the editor saves by itself after a second: how long a change is unsaved would depend on how fast it is.
const OPEN = { open: GOLDEN, settings: { 'files.autoSave': 'off' } };

describe('a golden set as a table', () => {
  walk('edit, undo, save, paste, duplicate, delete, sort', OPEN, async (workbench) => {
    const { page, results: table } = workbench;
    const file = path.join(workbench.root, GOLDEN);
    const original = readFileSync(file, 'utf8');
    await page.locator('.tab', { hasText: 'triage.golden.yaml' }).first().waitFor();
    await page.getByRole('button', { name: 'Open as Table' }).click();
    const grid = table.getByRole('grid', { name: 'Golden cases of triage.golden.yaml' });
    await grid.waitFor();
    const row = (text: string): ReturnType<typeof table.locator> => table.locator('.row', { hasText: text });
    await row('refund-late').getByText('not run').waitFor();
    assert.deepEqual(await table.getByRole('columnheader').allTextContents(), [
      'Case',
      'ticket',
      'Expected',
      'Assertions',
      'Group',
      'Status',
      'Last output',
    ]);
    await workbench.look('the table', 'golden-table-1');

    await row('refund-late').locator('.variable').click();
    await page.keyboard.press('Enter');
    const editor = table.getByRole('textbox', { name: 'ticket of refund-late' });
    await editor.fill('never kept');
    await page.keyboard.press('Escape');
    await editor.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await editor.fill('I changed my mind: {{name}}');
    await workbench.look('a cell that is edited', 'golden-table-2');
    await page.keyboard.press('Enter');
    await row('I changed my mind: {{name}}').getByText('literal').waitFor();
    await page.locator('.tab.dirty', { hasText: 'triage.golden.yaml' }).first().waitFor();
    await page.keyboard.press('Control+Z');
    await row('I bought this 45 days ago').waitFor();
    await page.keyboard.press('Control+Y');
    await row('I changed my mind').waitFor();
    await page.keyboard.press('Control+S');
    await page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
    assert.equal(
      readFileSync(file, 'utf8'),
      original.replace('"I bought this 45 days ago and want my money back."', '{ literal: "I changed my mind: {{name}}" }'),
      'one value changed, and nothing else',
    );

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(() => navigator.clipboard.writeText('First pasted\r\nSecond pasted\r\n'));
    await row('refund-late').locator('.variable').click();
    await page.keyboard.press('Control+V');
    await row('First pasted').getByText('refund-late').waitFor();
    await row('Second pasted').getByText('refund-double-charge').waitFor();
    await page.keyboard.press('Control+Z');
    await row('First pasted').waitFor({ state: 'detached' });
    await row('I changed my mind').waitFor();

    await row('refund-late').locator('.case').click();
    await page.keyboard.press('Control+D');
    await row('refund-late-2').waitFor();
    await row('refund-late-2').locator('.case').click();
    await page.keyboard.press('Delete');
    await row('refund-late-2').waitFor({ state: 'detached' });

    await table.getByRole('columnheader', { name: 'Case' }).click();
    await row('account-2fa-phone').waitFor();
  });
});
