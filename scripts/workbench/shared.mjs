/**
 * What the suites of the UI layer share, so that a test starts nothing but a window: the packaged extension, installed once; a
 * workbench server where the workspace is trusted and one in Restricted Mode; one Chromium.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchBrowserServer, NODE, SERVER, startServer } from './workbench.mjs';

/** Starts it all. `description` is plain data: for the processes of the tests, in GOLDSET_SHARED_WORKBENCH. */
export async function startShared() {
  const extensions = mkdtempSync(path.join(os.tmpdir(), 'goldset-extensions-'));
  const vsix = packageVsix();
  installVsix(vsix, extensions);
  const [trusted, restricted, browser] = await Promise.all([
    startServer({ extensions, smokeTest: false }),
    startServer({ extensions, smokeTest: false, trust: true }),
    launchBrowserServer(),
  ]);
  return {
    description: { vsix, extensions, trusted: trusted.port, restricted: restricted.port, browser: browser.wsEndpoint() },
    async stop() {
      await browser.close();
      trusted.stop();
      restricted.stop();
      rmSync(extensions, { recursive: true, force: true });
    },
  };
}

function packageVsix() {
  const printed = execFileSync(process.execPath, ['scripts/package.mjs'], { encoding: 'utf8' });
  const file = /out\/\S+\.vsix/.exec(printed)?.[0];
  if (file === undefined) throw new Error(`scripts/package.mjs named no VSIX:\n${printed}`);
  return path.resolve(file);
}

export function installVsix(vsix, extensions) {
  const folders = ['--extensions-dir', extensions, '--server-data-dir', path.join(extensions, 'data')];
  execFileSync(NODE, [SERVER, '--install-extension', vsix, ...folders, '--accept-server-license-terms'], { stdio: 'ignore' });
}
