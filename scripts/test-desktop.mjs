/** `npm run test:desktop`: the in-VS-Code suite under a downloaded desktop VS Code. It needs a network, a display and Node 22. */
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
ensureBuilt();
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error('npm run test:desktop needs Node 22 or newer; `npm test` runs the same suite in the web workbench on Node 20.');
  process.exit(1);
}
const { default: esbuild } = await import('esbuild');
await esbuild.build({
  entryPoints: ['test/workbench/index.ts'],
  outfile: 'out/test/workbench/index.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', 'mocha'],
});
const { runTests } = await import('@vscode/test-electron');
const { exampleWorkspace } = await import('./workbench/example-workspace.mjs');
const workspace = exampleWorkspace();
try {
  await runTests({
    extensionDevelopmentPath: path.resolve('.'),
    extensionTestsPath: path.resolve('out/test/workbench/index.js'),
    launchArgs: [workspace.root, '--disable-workspace-trust', '--disable-extensions'],
    extensionTestsEnv: { GOLDSET_TEST_WORKSPACE: workspace.root },
  });
} finally {
  workspace.dispose();
}
