/** `npm run package`: the VSIX in out/ and the npm package in dist/npm. They hold the bundles and nothing that has to be installed. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';
import { makeNpmPackage } from './npm-package.mjs';

ensureInstalled();
ensureBuilt();
mkdirSync('out', { recursive: true });
const { version, homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
const file = `out/goldset-${version}.vsix`;
execFileSync(
  process.execPath,
  [
    'node_modules/@vscode/vsce/vsce',
    'package',
    '--no-dependencies',
    // A marketplace shows the README without the files beside it: its pictures and links are those of this version's tag.
    '--baseContentUrl',
    `${homepage}/blob/v${version}`,
    '--baseImagesUrl',
    `${homepage}/raw/v${version}`,
    '--out',
    file,
  ],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
console.log(`${file}, ${(statSync(file).size / 1024 / 1024).toFixed(2)} MB`);
console.log(`${makeNpmPackage()}, for npm publish`);
