/** dist/THIRD-PARTY-NOTICES.txt: the licence of each library that is in a bundle, from esbuild's metafile. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const NOTICES = 'dist/THIRD-PARTY-NOTICES.txt';

/** Fonts are under another licence than the code that comes with them. */
const ATTRIBUTION = {
  '@vscode/codicons': 'The icons (codicon.ttf) are by Microsoft and contributors, under Creative Commons Attribution 4.0 International.',
};

/**
 * Folders of the libraries in the bundles, sorted; a library in two versions has two.
 * @param {readonly { inputs: Record<string, unknown> }[]} metafiles
 * @returns {string[]}
 */
export function bundledFolders(metafiles) {
  const folders = metafiles.flatMap(({ inputs }) =>
    Object.keys(inputs).flatMap((file) => /^(?:[^:]*:)?((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );
  return [...new Set(folders)].sort();
}

/** The notice of one library. @param {string} folder @throws {Error} it has no licence text. */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file));
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  if (texts.length === 0 && typeof license !== 'string') throw new Error(`${name} has no licence: ${folder}.`);
  const attribution = /** @type {Record<string, string>} */ (ATTRIBUTION)[name];
  return [`${name} ${version} (${license})`, ...(attribution === undefined ? [] : [attribution]), ...texts].join('\n\n');
}

/** @param {readonly { inputs: Record<string, unknown> }[]} metafiles */
export function noticesText(metafiles) {
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Goldset contains the following libraries.${rule}${bundledFolders(metafiles).map(noticeOf).join(rule)}\n`;
}

/** @param {readonly { inputs: Record<string, unknown> }[]} metafiles */
export function writeNotices(metafiles) {
  if (existsSync('dist')) writeFileSync(NOTICES, noticesText(metafiles));
}
