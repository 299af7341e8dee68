/** `npm run package`: the VSIX in out/ and the npm package in dist/npm. They hold the bundles and nothing that has to be installed. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';
import { copyTo, makeNpmPackage } from './npm-package.mjs';

ensureInstalled();
ensureBuilt();
const { version, homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
const file = `out/goldset-${version}.vsix`;
/** vsce matches each file of the folder with each pattern of .vscodeignore: half a minute for the root with its packages and workbench. */
const STAGE = 'out/vsix';
const bundles = readdirSync('dist').flatMap((name) => (/\.(js|txt)$/.test(name) ? [`dist/${name}`] : []));
copyTo(STAGE, [
  ...['.vscodeignore', 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'],
  ...[...bundles, 'dist/webview', 'docs', 'examples', 'judges', 'media', 'schemas', 'syntaxes'],
]);
execFileSync(
  process.execPath,
  [
    path.resolve('node_modules/@vscode/vsce/vsce'),
    'package',
    '--no-dependencies',
    // A marketplace shows the README without the files beside it: its pictures and links are those of this version's tag.
    '--baseContentUrl',
    `${homepage}/blob/v${version}`,
    '--baseImagesUrl',
    `${homepage}/raw/v${version}`,
    '--out',
    path.resolve(file),
  ],
  { cwd: STAGE, stdio: ['ignore', 'ignore', 'inherit'] },
);
console.log(`${file}, ${(statSync(file).size / 1024 / 1024).toFixed(2)} MB`);
console.log(`${makeNpmPackage()}, for npm publish`);
