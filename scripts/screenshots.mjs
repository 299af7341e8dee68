/** `npm run screenshots`: makes media/screenshot.png anew: the packaged extension in the web workbench, the example prompt and its results. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';
import { smallerPng } from './smaller-png.mjs';

ensureInstalled();
ensureBuilt();
(await import('./workbench/install.mjs')).installAll();
const { exampleWorkspace } = await import('./workbench/example-workspace.mjs');
const { installVsix, packageVsix } = await import('./workbench/shared.mjs');
const { launchChromium, startServer, workbenchUrl } = await import('./workbench/workbench.mjs');

const extensions = mkdtempSync(path.join(os.tmpdir(), 'goldset-screenshots-'));
installVsix(packageVsix(), extensions);
const workspace = exampleWorkspace();
const settings = { 'workbench.colorTheme': 'Default Dark Modern', 'workbench.activityBar.location': 'default' };
const server = await startServer({ extensions, smokeTest: false, settings });
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
  await page.goto(workbenchUrl(server.port, { folder: workspace.root, open: path.join(workspace.root, 'triage/triage.prompt') }));
  await page.locator('.codelens-decoration a', { hasText: 'Run 65' }).first().click({ timeout: 120_000 });
  const results = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await results.getByRole('button', { name: /^Failed/ }).click();
  await results.locator('.row', { hasText: 'refund-deadline' }).first().waitFor();
  await page.keyboard.press('Control+B');
  writeFileSync('media/screenshot.png', smallerPng(await page.screenshot({ animations: 'disabled' })));
  console.log('media/screenshot.png');
} finally {
  await browser.close();
  server.stop();
  workspace.dispose();
}
