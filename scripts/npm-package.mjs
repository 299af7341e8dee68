/** The npm package in dist/npm: the command line and `goldset/runtime`. Its bundles hold every library, so it has no dependencies. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NOTICES } from './notices.mjs';

const FOLDER = 'dist/npm';

/** What the command line reads when it runs. */
export const COMMAND_LINE = [
  ...[
    'cli',
    'commands',
    'worker',
    'tokenizer',
    'cl100k',
    'prices',
    'openai',
    'anthropic',
    'signature-v4',
    'eventstream-codec',
    'sucrase',
    'baml',
    'parquet',
    'clickhouse',
    'postgres',
    're2',
  ].map((name) => `dist/${name}.js`),
  'dist/webview/report.js',
  'dist/webview/review-file.js',
  'judges',
];
/** npm packs README.md and LICENSE whatever `files` says. */
const FILES = [...COMMAND_LINE, 'dist/runtime', 'schemas', 'CHANGELOG.md', NOTICES];

/** The text of its package.json: what package.json says of the package, without the extension and the tools. */
export function npmManifest() {
  const { name, version, description, keywords, license, repository, engines, bin, exports } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  );
  const manifest = {
    name,
    version,
    description,
    keywords,
    license,
    repository,
    engines: { node: engines.node },
    bin,
    exports,
    // What `goldset/runtime` records calls of. The command line has the versions that it was tested with in its bundles.
    peerDependencies: { '@anthropic-ai/sdk': '>=0.137 <2', openai: '>=6 <8' },
    peerDependenciesMeta: { '@anthropic-ai/sdk': { optional: true }, openai: { optional: true } },
    files: FILES,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Copies files and folders of the root to the same place below `folder`, which is emptied first.
 * @param {string} folder
 * @param {readonly string[]} files
 */
export function copyTo(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(file, path.join(folder, file), { recursive: true });
}

/** Makes dist/npm, and returns its path. The bundles have to be there. */
export function makeNpmPackage() {
  copyTo(FOLDER, [...FILES, 'README.md', 'LICENSE']);
  writeFileSync(path.join(FOLDER, 'package.json'), npmManifest());
  return FOLDER;
}
