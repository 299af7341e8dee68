/**
 * `npm run editor`: packages the extension, installs the VSIX as a user has it, and opens the example workspace: in desktop VS Code when
 * there is one, else in the web workbench. It has a profile of its own in out/editor, so your VS Code keeps its extensions and settings.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
ensureBuilt();
const examples = path.resolve('examples');
const prompt = path.join(examples, 'triage/triage.prompt');
const profile = path.resolve('out/editor');
const extensions = path.join(profile, 'extensions');
const { installVsix, packageVsix } = await import('./workbench/shared.mjs');

/** On Windows `code` is a batch file, which only a shell starts. @param {string[]} args */
const code = (...args) => spawnSync('code', args, { stdio: 'inherit', shell: process.platform === 'win32' }).status;

if (spawnSync('code', ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' }).status === 0) {
  const own = ['--user-data-dir', path.join(profile, 'data'), '--extensions-dir', extensions];
  if (code(...own, '--install-extension', packageVsix(), '--force') !== 0) process.exit(1);
  process.exitCode = code(...own, examples, prompt) ?? 1;
} else {
  const { installWorkbench } = await import('./workbench/install.mjs');
  installWorkbench();
  const { startServer, workbenchUrl } = await import('./workbench/workbench.mjs');
  installVsix(packageVsix(), extensions);
  const server = await startServer({ extensions, smokeTest: false });
  console.log(`Open this address in a browser; stop with Ctrl+C.\n${workbenchUrl(server.port, { folder: examples, open: prompt })}`);
  process.once('SIGINT', () => {
    server.stop();
    process.exit(0);
  });
}
