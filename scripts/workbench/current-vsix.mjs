/** The VSIX of an earlier step of the same run: packaging looks for secrets in all its files. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** What is in a VSIX besides bundles, and what decides on it. A file that came or went changed its folder. */
const FILES = ['package.json', '.vscodeignore', 'scripts/package.mjs', 'README.md', 'CHANGELOG.md', 'LICENSE'];
const FOLDERS = ['docs', 'media', 'judges', 'syntaxes', 'schemas', 'examples/triage', 'examples/replies', 'dist/webview'];

/** The absolute path of the VSIX of this version when nothing that is in it has changed since it was made, else null. */
export function currentVsix() {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const file = path.resolve(`out/goldset-${version}.vsix`);
  if (!existsSync(file)) return null;
  const made = statSync(file).mtimeMs;
  const inFolders = FOLDERS.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
  ]);
  // Not the folder itself: the npm package is made in it, after the VSIX.
  const bundles = readdirSync('dist').flatMap((name) => (/\.(js|txt)$/.test(name) ? [path.join('dist', name)] : []));
  return [...FILES, ...inFolders, ...bundles].every((name) => statSync(name).mtimeMs < made) ? file : null;
}
