/** The packaged extension: small enough, installs, does the main job, and comes back after the window is loaded again. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { installed } from './installed.ts';
import { Workbench } from './workbench-page.ts';

describe('the VSIX', () => {
  it('has at most 3 MB, installs, and runs a prompt', async () => {
    const { vsix, extensions } = installed();
    assert.ok(statSync(vsix).size <= 3 * 1024 * 1024, `${statSync(vsix).size} bytes`);
    const workbench = await Workbench.open({ extension: null, extensions, open: null, smokeTest: false });
    try {
      await workbench.openFile('triage.prompt');
      await workbench.lens(/Run 65/).waitFor();
      await workbench.command('Goldset: Run Prompt Under Cursor');
      await workbench.results.getByText('Verdict: fail').waitFor();
      await workbench.lens(/57\/65 passed/).waitFor();
      await workbench.layoutWritten('goldset.results');
      await workbench.page.reload();
      await workbench.results.getByText('57/65 passed').waitFor();
      assert.match((await workbench.results.locator('.row').first().textContent()) ?? '', /refund-late/);
      await workbench.shot('vsix-reloaded');
    } finally {
      await workbench.shot('vsix-end');
      await workbench.dispose();
    }
  });
});
