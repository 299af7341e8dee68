/** What is made below dist/, of what, and how. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const absent = { 'source-map': './scripts/absent.cjs', 'supports-color': './scripts/absent.cjs', 'pg-native': './scripts/absent.cjs' };
/** @typedef {import('esbuild').BuildOptions} BuildOptions */
/** @type {BuildOptions & { alias: Record<string, string> }} */
const library = { platform: 'node', target: 'node20', format: 'cjs', alias: absent };
/** Libraries that are large or rarely needed are bundles of their own, read on first use, so that starting stays quick. */
const alone = {
  'gpt-tokenizer/encoding/o200k_base': './tokenizer.js',
  'gpt-tokenizer/encoding/cl100k_base': './cl100k.js',
  '@pydantic/genai-prices': './prices.js',
  openai: './openai.js',
  '@anthropic-ai/sdk': './anthropic.js',
  '@smithy/signature-v4': './signature-v4.js',
  '@smithy/eventstream-codec': './eventstream-codec.js',
  sucrase: './sucrase.js',
  '@clickhouse/client-web': './clickhouse.js',
  pg: './postgres.js',
};
/**
 * What only some folders and commands need, each a bundle of its own.
 * @type {import('esbuild').Plugin}
 */
const lazyParts = {
  name: 'lazy-parts',
  setup: (build) => {
    build.onResolve({ filter: /\/parquet-library\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './parquet.js', external: true } : null,
    );
    build.onResolve({ filter: /\/read-baml\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './baml.js', external: true } : null,
    );
  },
};
/**
 * Runs of Parquet that say more than there is must not be believed.
 * @type {import('esbuild').Plugin}
 */
const boundedRuns = {
  name: 'bounded-runs',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/encoding\.js$/ }, ({ importer }) =>
      importer.replaceAll('\\', '/').endsWith('/hyparquet/src/datapage.js')
        ? { path: path.resolve('src/adapters/parquet/parquet-runs.ts') }
        : null,
    );
  },
};
/** @type {BuildOptions & { external: string[] }} */
const program = {
  ...library,
  alias: { ...absent, ...alone, re2js: './scripts/lazy-re2.cjs' },
  plugins: [lazyParts],
  external: [...Object.values(alone), './re2.js', './engine.js', './commands.js'],
};
/**
 * Nothing of Node. Patterns of the user, for which RE2 is there, are refused.
 * @type {BuildOptions}
 */
const edge = { platform: 'browser', target: 'es2022', format: 'esm', alias: { re2js: './scripts/absent.cjs' } };
/**
 * Parts of `goldset/runtime` that are required when they are needed, each from its own bundle.
 * @type {import('esbuild').Plugin}
 */
const runtimeParts = {
  name: 'runtime-parts',
  setup: (build) => {
    build.onResolve({ filter: /\/(load-prompt|sink-parts)\.ts$/ }, ({ kind, path: name }) =>
      kind === 'require-call' ? { path: name.endsWith('/load-prompt.ts') ? './prompts.cjs' : './sinks.cjs', external: true } : null,
    );
    build.onResolve({ filter: /^@pydantic\/genai-prices$/ }, ({ kind }) =>
      kind === 'entry-point' ? null : { path: '../prices.js', external: true },
    );
  },
};
/** @type {BuildOptions} */
const page = { platform: 'browser', target: 'chrome124', format: 'iife', jsx: 'automatic', jsxImportSource: 'preact' };
/** @type {BuildOptions} */
const styles = { loader: { '.ttf': 'copy' }, assetNames: '[name]' };
/** @type {BuildOptions} */
const copied = { loader: { '.d.ts': 'copy', '.mjs': 'copy' } };

/**
 * What is made below dist/, of what, and how.
 * @type {(readonly [file: string, entry: string, options: BuildOptions])[]}
 */
const bundles = [
  ['extension.js', 'src/extension/extension.ts', { ...program, external: ['vscode', ...program.external] }],
  ['engine.js', 'src/engine/engine.ts', program],
  ['worker.js', 'src/workers/worker.ts', program],
  ['cli.js', 'src/cli/main.ts', { ...program, banner: { js: '#!/usr/bin/env node' } }],
  ['commands.js', 'src/cli/commands/all.ts', program],
  ['baml.js', 'src/core/prompt/baml/read-baml.ts', library],
  ['parquet.js', 'src/adapters/parquet/parquet-library.ts', { ...library, plugins: [boundedRuns] }],
  ...Object.entries({ ...alone, re2js: './re2.js' }).map(([name, file]) => /** @type {const} */ ([file, name, library])),
  // An application has none of our libraries, so these hold all of them; it starts with the first alone.
  ['runtime/index.cjs', 'src/runtime/index.ts', { ...library, plugins: [runtimeParts] }],
  ['runtime/prompts.cjs', 'src/runtime/load-prompt.ts', { ...library, plugins: [runtimeParts] }],
  ['runtime/sinks.cjs', 'src/adapters/capture/sink-parts.ts', { ...library, plugins: [runtimeParts] }],
  ['runtime/index.mjs', 'src/runtime/goldset-runtime.mjs', copied],
  ['runtime/otlp.mjs', 'src/runtime/otlp.ts', edge],
  ['runtime/otlp.cjs', 'src/runtime/otlp.ts', { ...edge, format: 'cjs' }],
  ['runtime/goldset-runtime.d.ts', 'src/runtime/goldset-runtime.d.ts', copied],
  ['runtime/goldset-runtime-otlp.d.ts', 'src/runtime/goldset-runtime-otlp.d.ts', copied],
  ['webview/results.js', 'src/webview/results/page.tsx', page],
  ['webview/interactions.js', 'src/webview/interactions/page.tsx', page],
  ['webview/insights.js', 'src/webview/insights/page.tsx', page],
  ['webview/review.js', 'src/webview/review/page.tsx', page],
  ['webview/golden-table.js', 'src/webview/golden-table/page.tsx', page],
  ['webview/try.js', 'src/webview/try/page.tsx', page],
  ['webview/report.js', 'src/webview/report/report.ts', page],
  ['webview/review-file.js', 'src/webview/review-file/review-file.ts', page],
  ['webview/results.css', 'src/webview/styles/results.css', styles],
];

const define = { GOLDSET_VERSION: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version) };
/**
 * esbuild's options for each bundle.
 * @param {BuildOptions} options
 * @returns {BuildOptions[]}
 */
export const bundlesWith = (options) => {
  /** @type {BuildOptions} */
  const shared = { bundle: true, legalComments: 'none', logLevel: 'warning', define, ...options };
  return bundles.map(([file, entry, own]) => ({ ...shared, ...own, entryPoints: [entry], outfile: path.join('dist', file) }));
};
