/**
 * What the suites of the UI layer share, so that a test starts nothing but a window: the packaged extension, installed once; a
 * workbench server where the workspace is trusted, and one in Restricted Mode.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { currentVsix } from './current-vsix.mjs';
import { NODE, SERVER, startServer } from './workbench.mjs';

/** Starts it all. `description` is plain data: for the processes of the tests, in GOLDSET_SHARED_WORKBENCH. */
export async function startShared() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-extensions-'));
  const extensions = path.join(folder, 'installed');
  const builtIn = linkBuiltIns(path.join(folder, 'built-in'));
  const vsix = packageVsix();
  installVsix(vsix, extensions);
  const [trusted, restricted] = await Promise.all([
    startServer({ extensions, builtIn, smokeTest: false }),
    startServer({ extensions, builtIn, smokeTest: false, trust: true }),
  ]);
  return {
    description: { vsix, extensions, builtIn, trusted: trusted.port, restricted: restricted.port },
    stop() {
      trusted.stop();
      restricted.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a walk meets: Git, the languages of the files that it opens, themes and icons. The other 80 cost each window a second. */
const BUILT_IN = [
  ...[
    'configuration-editing',
    'diff',
    'git',
    'git-base',
    'javascript',
    'json',
    'json-language-features',
    'log',
    'markdown-basics',
    'markdown-language-features',
  ],
  ...['prompt-basics', 'python', 'theme-defaults', 'theme-modern-icons', 'theme-seti', 'typescript-basics', 'yaml'],
];

/** @param {string} folder */
function linkBuiltIns(folder) {
  const all = path.resolve(path.dirname(SERVER), '../extensions');
  mkdirSync(folder);
  for (const name of [...BUILT_IN, 'node_modules']) symlinkSync(path.join(all, name), path.join(folder, name));
  return folder;
}

/** Packages the extension, unless that was done since the last change. Returns the path of the VSIX. */
export function packageVsix() {
  const known = currentVsix();
  if (known !== null) return known;
  const printed = execFileSync(process.execPath, ['scripts/package.mjs'], { encoding: 'utf8' });
  const file = /out\/\S+\.vsix/.exec(printed)?.[0];
  if (file === undefined) throw new Error(`scripts/package.mjs named no VSIX:\n${printed}`);
  return path.resolve(file);
}

/**
 * @param {string} vsix
 * @param {string} extensions
 */
export function installVsix(vsix, extensions) {
  const folders = ['--extensions-dir', extensions, '--server-data-dir', path.join(extensions, 'data')];
  execFileSync(NODE, [SERVER, '--install-extension', vsix, ...folders, '--accept-server-license-terms'], { stdio: 'ignore' });
}
