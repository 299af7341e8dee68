/** Makes every bundle in dist/. `--watch` keeps them fresh; `--if-needed` does nothing when they are newer than their sources. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const watch = process.argv.includes('--watch');
const newest = (folder) => Math.max(...readdirSync(folder, { recursive: true }).map((name) => statSync(path.join(folder, name)).mtimeMs));

const shared = {
  bundle: true,
  minify: !watch,
  legalComments: 'none',
  sourcemap: watch ? 'inline' : false,
  logLevel: 'warning',
  define: { GOLDSET_VERSION: JSON.stringify(version) },
};
/** Large packages: bundles of their own, read by the first who needs them, so that starting stays quick. */
const large = {
  './tokenizer.js': ['gpt-tokenizer/encoding/o200k_base', "export * from 'gpt-tokenizer/encoding/o200k_base';"],
  './prices.js': ['@pydantic/genai-prices', "export * from '@pydantic/genai-prices';"],
  './openai.js': ['openai', "export * from 'openai'; export { default } from 'openai';"],
  './anthropic.js': ['@anthropic-ai/sdk', "export * from '@anthropic-ai/sdk'; export { default } from '@anthropic-ai/sdk';"],
  './re2.js': ['re2js', "export * from 're2js';"],
};
const alias = {
  ...Object.fromEntries(Object.entries(large).map(([file, [name]]) => [name, file])),
  'source-map': './scripts/no-source-map.cjs',
  // Only who has patterns of their own waits for it.
  re2js: './scripts/lazy-re2.cjs',
};
const plain = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };
const node = { ...plain, alias, external: Object.keys(large) };
const page = { ...shared, platform: 'browser', target: 'chrome124', format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' };
const bundles = [
  {
    ...node,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode', './engine.js', ...node.external],
  },
  { ...node, entryPoints: ['src/extension/engine.ts'], outfile: 'dist/engine.js' },
  { ...node, entryPoints: ['src/workers/worker.ts'], outfile: 'dist/worker.js' },
  {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    external: ['./commands.js', ...node.external],
    banner: { js: '#!/usr/bin/env node' },
  },
  { ...node, entryPoints: ['src/cli/commands/all.ts'], outfile: 'dist/commands.js' },
  // One file with all that it needs: it is read by applications, which have none of our packages.
  { ...plain, alias: { 'source-map': alias['source-map'] }, entryPoints: ['src/runtime/index.ts'], outfile: 'dist/runtime/index.cjs' },
  ...Object.entries(large).map(([file, [, contents]]) => ({
    ...plain,
    stdin: { contents, resolveDir: '.' },
    outfile: path.join('dist', file),
  })),
  { ...page, entryPoints: ['src/webview/results.tsx'], outfile: 'dist/webview/results.js' },
  { ...page, entryPoints: ['src/webview/interactions.tsx'], outfile: 'dist/webview/interactions.js' },
  { ...page, entryPoints: ['src/webview/insights.tsx'], outfile: 'dist/webview/insights.js' },
  { ...page, entryPoints: ['src/webview/report.ts'], outfile: 'dist/webview/report.js' },
];

const isFresh = () =>
  existsSync('dist/webview/results.css') &&
  bundles.every(
    ({ outfile }) => existsSync(outfile) && statSync(outfile).mtimeMs > Math.max(newest('src'), statSync('package-lock.json').mtimeMs),
  );

/** The styles of the pages in one file; the font stays beside it. */
const styles = () =>
  esbuild.build({
    entryPoints: ['src/webview/styles/results.css'],
    outfile: 'dist/webview/results.css',
    bundle: true,
    minify: !watch,
    external: ['*.ttf'],
    logLevel: 'warning',
  });

/** The same library for `import`: what both kinds of modules of an application share is there once. */
function runtimeModule() {
  const text = readFileSync('src/runtime/goldset-runtime.d.ts', 'utf8');
  const names = [...text.matchAll(/^export declare (?:function|class|const) (\w+)/gm)].map((match) => match[1]);
  return `import runtime from './index.cjs';\nexport const { ${names.join(', ')} } = runtime;\n`;
}

if (!process.argv.includes('--if-needed') || !isFresh()) {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist/webview', { recursive: true });
  mkdirSync('dist/runtime', { recursive: true });
  await Promise.all(bundles.map(async (bundle) => (watch ? (await esbuild.context(bundle)).watch() : esbuild.build(bundle))));
  await styles();
  copyFileSync('node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/webview/codicon.ttf');
  copyFileSync('src/runtime/goldset-runtime.d.ts', 'dist/runtime/index.d.ts');
  writeFileSync('dist/runtime/index.mjs', runtimeModule());
}
