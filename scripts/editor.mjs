/** `npm run editor`: the extension on the example workspace, in desktop VS Code when there is one, else in the web workbench. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
ensureBuilt();
const examples = path.resolve('examples');
const desktop = spawnSync('code', ['--version'], { stdio: 'ignore' }).status === 0;
if (desktop) {
  spawnSync('code', [`--extensionDevelopmentPath=${path.resolve('.')}`, examples, path.join(examples, 'triage/triage.prompt')], {
    stdio: 'inherit',
  });
} else {
  const { installWorkbench } = await import('./workbench/install.mjs');
  installWorkbench();
  const { startServer, workbenchUrl } = await import('./workbench/workbench.mjs');
  const server = await startServer();
  console.log(
    `Open this address in a browser; stop with Ctrl+C.\n${workbenchUrl(server.port, { folder: examples, extension: path.resolve('.'), open: path.join(examples, 'triage/triage.prompt') })}`,
  );
  process.once('SIGINT', () => {
    server.stop();
    process.exit(0);
  });
}
