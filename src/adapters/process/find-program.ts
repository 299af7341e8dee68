/**
 * A program of the machine by its name, never one of the workspace: a repository may name `az`, but not bring its own. The system's search
 * would take what PATH says, and PATH may name a folder of the workspace (`node_modules/.bin`, `.`).
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isAtOrWithin } from '../within.ts';

export interface ProgramSearch {
  /** Folders that belong to the workspace. */
  readonly workspace: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

export interface FoundProgram {
  /** Absolute. */
  readonly file: string;
  /** PATH without the workspace's folders, so that what the program starts is not from there either. */
  readonly path: string;
}

/** Where no program was found: whether it would be one of the workspace. */
export type ProgramMissing = 'inside' | 'missing';

/** `name`: of a program, or an absolute path. A relative path is inside the workspace. */
export function findProgram(name: string, search: ProgramSearch): FoundProgram | ProgramMissing {
  const { workspace, env, platform } = search;
  const roots = [...workspace, ...workspace.flatMap((folder) => realOf(folder) ?? [])];
  const isInside = (file: string): boolean => roots.some((root) => isAtOrWithin(root, file));
  const separator = platform === 'win32' ? ';' : ':';
  // On Windows PATH has no fixed case, and an entry may be in quotes.
  const given = Object.entries(env).find(([key]) => (platform === 'win32' ? key.toUpperCase() : key) === 'PATH')?.[1] ?? '';
  const folders = given.split(separator).map((entry) => (platform === 'win32' ? entry.replace(/^"(.*)"$/, '$1') : entry));
  const outside = folders.filter((folder) => path.isAbsolute(folder) && !isInside(folder) && !isInside(realOf(folder) ?? folder));
  const isPath = name.includes('/') || (platform === 'win32' && /[\\:]/.test(name));
  if (isPath && !path.isAbsolute(name)) return 'inside';
  const places = isPath ? [name] : outside.map((folder) => path.join(folder, name));
  const endings = endingsOf(name, search);
  const candidates = places.flatMap((place) => endings.map((ending) => place + ending)).filter((file) => isProgram(file, platform));
  const file = candidates.find((candidate) => !isInside(candidate) && !isInside(realOf(candidate) ?? candidate));
  if (file !== undefined) return { file, path: outside.join(separator) };
  const shadowed = isPath ? [] : folders.flatMap((folder) => endings.map((ending) => path.resolve(folder, name + ending)));
  return candidates.length > 0 || shadowed.some((shadow) => isProgram(shadow, platform)) ? 'inside' : 'missing';
}

/** Windows runs `az` as `az.cmd`; a name with an ending stands for itself. */
function endingsOf(name: string, { env, platform }: ProgramSearch): readonly string[] {
  if (platform !== 'win32') return [''];
  const known = (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  return known.some((ending) => name.toUpperCase().endsWith(ending.toUpperCase())) ? [''] : known;
}

function isProgram(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (!statSync(file).isFile()) return false;
    if (platform !== 'win32') accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** Null: there is no such file, or it may not be looked at. */
function realOf(file: string): string | null {
  try {
    return realpathSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
