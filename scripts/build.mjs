/** Makes every bundle in dist/. `--watch` keeps them fresh. */
import { readFileSync, rmSync } from 'node:fs';
import esbuild from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const watch = process.argv.includes('--watch');

const shared = {
  bundle: true,
  minify: !watch,
  keepNames: false,
  legalComments: 'none',
  sourcemap: watch ? 'inline' : false,
  logLevel: 'warning',
  define: { GOLDSET_VERSION: JSON.stringify(version) },
};
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };
const bundles = [
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...node, entryPoints: ['src/workers/worker.ts'], outfile: 'dist/worker.js' },
];

if (!watch) rmSync('dist', { recursive: true, force: true });
for (const bundle of bundles) {
  if (watch) await (await esbuild.context(bundle)).watch();
  else await esbuild.build(bundle);
}
