/**
 * `npm run bench`: speed and memory as ratios against a floor that is measured in the same run. Installs what it needs first.
 * `npm run bench -- engine insights` runs only these parts. The parts are listed in bench/parts.ts.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
ensureBuilt();
const { default: esbuild } = await import('esbuild');
/** @satisfies {import('esbuild').BuildOptions} */
const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning' };
const processes = readdirSync('bench/processes').filter((name) => name.endsWith('.ts'));
await Promise.all([
  esbuild.build({ ...shared, format: 'esm', packages: 'external', entryPoints: ['bench/bench.ts'], outfile: 'out/bench/js/bench.mjs' }),
  // What the parts start as processes of their own, and what runs inside the editor.
  esbuild.build({
    ...shared,
    format: 'cjs',
    entryPoints: [...processes.map((name) => `bench/processes/${name}`), 'bench/inside-editor/suite.ts', 'bench/inside-editor/explorer.ts'],
    outdir: 'out/bench/js',
    entryNames: '[name]',
    external: ['vscode'],
  }),
]);
await import(path.resolve('out/bench/js/bench.mjs'));
