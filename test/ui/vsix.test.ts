/** The packaged extension: small enough, does the main job, and comes back after the window is loaded again. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { shared } from './shared-workbench.ts';
import { longWalk } from './workbench-page.ts';

describe('the VSIX', () => {
  it('has at most 4 MB', () => {
    const { size } = statSync(shared().vsix);
    assert.ok(size <= 4 * 1024 * 1024, `${size} bytes`);
  });

  // All walks are in windows with the installed VSIX, and those of the results page and of the playground reload theirs.
  longWalk('runs a prompt that is opened by its name, and is there again after a reload', { open: null }, async (workbench) => {
    await workbench.openFile('triage.prompt');
    await workbench.lens(/Run 65/).waitFor();
    await workbench.command('Goldset: Run Prompt Under Cursor');
    await workbench.results.getByText('Verdict: fail', { exact: true }).waitFor();
    await workbench.lens(/56 of 63/).waitFor();
    await workbench.layoutWritten('goldset.results');
    await workbench.page.reload();
    await workbench.results.locator('.figures .score', { hasText: '56 of 63' }).waitFor();
    assert.match((await workbench.results.locator('.row').first().textContent()) ?? '', /refund-late/);
    await workbench.shot('vsix-reloaded');
  });
});
