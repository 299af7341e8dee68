/**
 * Runs out/test/workbench inside the extension host of a real VS Code: on a copy of the examples in a git repository, and then in a window with two
 * folders of one name. `--oldest`: in the oldest one supported.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { exampleWorkspace } from './example-workspace.mjs';
import { withModelProvider } from './model-provider.mjs';
import { launchChromium, startServer, workbenchUrl } from './workbench.mjs';

/** What a workbench without a network and without native log bindings says of itself. */
const NOISE = /bindings file|open-vsx|AccountPolicyGate/;
const workspace = exampleWorkspace();
const extensions = withModelProvider();
// In a browser the editor saves by itself after a second: what a test leaves unsaved would depend on how fast it is.
const settings = { 'files.autoSave': 'off' };
const oldest = process.argv.includes('--oldest');
const server = await startServer({ oldest, settings, environment: { GOLDSET_TEST_WORKSPACE: workspace.root }, extensions });
const browser = await launchChromium();
/** ms without a line of the suite, after which it counts as stuck: a busy machine is slow, but it goes on. */
const SILENCE = 180_000;
const folders = mkdtempSync(path.join(os.tmpdir(), 'goldset-folders-'));
let code = 1;
try {
  code = await suitesIn({ folder: workspace.root });
  code = (await suitesIn({ workspace: twoFolders() })) || code;
} finally {
  await browser.close();
  server.stop();
  rmSync(extensions, { recursive: true, force: true });
  rmSync(folders, { recursive: true, force: true });
  workspace.dispose();
}
process.exit(code);

/**
 * The exit code of the suites of one window.
 * @param {{ folder?: string, workspace?: string }} opened
 * @returns {Promise<number>}
 */
async function suitesIn(opened) {
  let heard = performance.now();
  // Nobody looks at it: what moves would be drawn again and again.
  const page = await browser.newPage({ reducedMotion: 'reduce', viewport: { width: 900, height: 600 } });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ args) => {
      heard = performance.now();
      const line = format(...args);
      if (!NOISE.test(line)) console.log(line);
    });
    void page.exposeFunction('codeAutomationExit', (/** @type {number} */ exitCode) => resolve(exitCode));
  });
  const extension = path.resolve('.');
  await page.goto(workbenchUrl(server.port, { ...opened, extension, tests: path.resolve('out/test/workbench/index.js') }));
  const late = new Promise((resolve) => setInterval(() => performance.now() - heard > SILENCE && resolve('late'), 1000).unref());
  const result = await Promise.race([ended, late]);
  await page.close();
  if (result === 'late') console.error('The suite has said nothing for 180 s.');
  return typeof result === 'number' ? result : 1;
}

/** The file of a window with two repositories, `eu/shop` and `us/shop`. */
function twoFolders() {
  const file = path.join(folders, 'shops.code-workspace');
  const places = ['eu/shop', 'us/shop'];
  // Where goldset.yaml is, there is a workspace.
  for (const place of places) {
    mkdirSync(path.join(folders, place), { recursive: true });
    writeFileSync(path.join(folders, place, 'goldset.yaml'), '');
  }
  writeFileSync(file, JSON.stringify({ folders: places.map((place) => ({ path: place })) }));
  return file;
}
