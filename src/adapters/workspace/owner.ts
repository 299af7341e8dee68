/** A goldset.yaml that another user of the machine put there decides nothing, as with git's own configuration. */
import { realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isHumanError } from '../../core/problems/errors.ts';

export interface OwnerPorts {
  /** The user of this process; null: the system has no user ids (Windows). */
  readonly user: number | null;
  /** SUDO_UID; null: not run by sudo. */
  readonly sudoUser: number | null;
  /** Owner of a file; null: there is no such file. */
  readonly ownerOf: (file: string) => number | null;
  /** `safe.directory` of the user's and the machine's git configuration, in order. */
  readonly safeFolders: () => Promise<readonly string[]>;
}

/** The user id of an owner of goldset.yaml that this process does not trust; null: the file may be read. */
export async function foreignOwner(root: string, { user, sudoUser, ownerOf, safeFolders }: OwnerPorts): Promise<number | null> {
  const owner = user === null ? null : ownerOf(path.join(root, 'goldset.yaml'));
  if (owner === null || owner === user || owner === sudoUser) return null;
  return isSafe(await safeFolders(), realpathSync(root)) ? null : owner;
}

/** As git reads it: an empty value forgets those before it, `*` is every folder, and `PATH/*` all below PATH. */
export function isSafe(folders: readonly string[], root: string): boolean {
  return folders.slice(folders.lastIndexOf('') + 1).some((given) => {
    const folder = given.startsWith('~/') ? path.join(os.homedir(), given.slice(2)) : given;
    if (folder === '*') return true;
    return folder.endsWith('/*') ? root.startsWith(folder.slice(0, -1)) : path.resolve(folder) === root;
  });
}

/** `run`: git, with a configuration scope. */
export async function safeFoldersOf(run: (args: readonly string[]) => Promise<string>): Promise<readonly string[]> {
  const lists: string[] = [];
  for (const scope of ['--system', '--global'])
    try {
      lists.push(...(await run(['config', scope, '--includes', '-z', '--get-all', 'safe.directory'])).split('\0').slice(0, -1));
    } catch (error) {
      // Nothing is set there, or git is missing: no folder is safe by it.
      if (!isHumanError(error)) throw error;
    }
  return lists;
}

/** This process and this machine. */
export const systemOwnerPorts = (run: (args: readonly string[]) => Promise<string>): OwnerPorts => {
  const sudo = process.env['SUDO_UID'] ?? '';
  return {
    user: process.geteuid?.() ?? null,
    sudoUser: /^\d{1,10}$/.test(sudo) ? Number(sudo) : null,
    ownerOf: (file) => statSync(file, { throwIfNoEntry: false })?.uid ?? null,
    safeFolders: () => safeFoldersOf(run),
  };
};
