/**
 * Node's permission model for code assertions: a file of the repository and a package can be read; nothing can be written, no program and
 * no thread can be started, no native addon loaded. It stops a mistake and the plain attack, not a determined one: Node says itself that it
 * protects against no malicious code. The network is open to it before Node 25.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

const FLAGS = ['--permission', '--experimental-permission'] as const;

/**
 * Arguments that start `program`, this process's own, with reading alone allowed; empty where it has no permission model. `file`: one more
 * file that it may read.
 */
export function permissionArguments(program: string, root: string, file?: string): string[] {
  const flag = FLAGS.find((name) => process.allowedNodeEnvironmentFlags.has(name));
  const folders = [...readableFolders(root), ...(file === undefined ? [] : [file])];
  // Node 20 separates folders by commas.
  if (flag === undefined || folders.some((folder) => /[,*]/.test(folder))) return [];
  const args = [flag, ...folders.map((folder) => `--allow-fs-read=${folder}`)];
  // VS Code's own program is a Node that may have been built without it.
  const mayLack = process.versions['electron'] !== undefined;
  return mayLack && !works(program, args) ? [] : args;
}

/** The repository, and every folder above it that packages are looked for in. */
function readableFolders(given: string): string[] {
  const root = realpathSync(given);
  const folders = new Set<string>([root]);
  let isInRepository = true;
  for (let at = root; ; at = path.dirname(at)) {
    // A package of a monorepo is a link from node_modules to another folder of the repository.
    if (isInRepository && existsSync(path.join(at, '.git'))) {
      folders.add(at);
      isInRepository = false;
    }
    const packages = path.join(at, 'node_modules');
    if (existsSync(packages)) for (const folder of [packages, realpathSync(packages)]) folders.add(folder);
    if (path.dirname(at) === at) return [...folders];
  }
}

function works(program: string, args: readonly string[]): boolean {
  const { status } = spawnSync(program, [...args, '-e', '0'], {
    env: { ELECTRON_RUN_AS_NODE: '1' },
    stdio: 'ignore',
    timeout: 10_000,
    windowsHide: true,
  });
  return status === 0;
}
