/** Where a workspace begins, and what its goldset.yaml says. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../bounded-file.ts';
import { slashedPath } from '../within.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import type { ReadableEnvironment } from '../../core/prompt/promptfoo/environment.ts';
import { withPython } from './python.ts';
import { EMPTY_CONFIG, readGoldsetYaml, type GoldsetConfig } from '../../core/config/goldset-yaml.ts';

export interface Workspace {
  readonly root: string;
  /** Where files that settings name are read and code is run: those of a base, for a change that it judges. Absent: the root. */
  readonly settingsRoot?: string;
  readonly config: GoldsetConfig;
  readonly diagnostics: readonly Diagnostic[];
  /** What of the user's environment prompts may read; absent: nothing. */
  readonly environment?: ReadableEnvironment;
}

/**
 * The nearest folder upward with goldset.yaml, no further than the git root; else the git root; else `from` itself. A file above
 * the repository belongs to others, so it decides nothing here.
 */
export function findRoot(from: string): string {
  const start = path.resolve(from);
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'goldset.yaml')) || existsSync(path.join(folder, '.git'))) return folder;
    if (path.dirname(folder) === folder) return start;
  }
}

/** The folder that a path is, or is in; its name may contain dots. Of a path that does not exist: the nearest folder above that does. */
export function folderOf(given: string): string {
  for (let place = path.resolve(given); ; place = path.dirname(place)) {
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === true || path.dirname(place) === place) return place;
  }
}

/** The workspace that `from`, a folder, is in, as it is on disk. @throws when its goldset.yaml cannot be read. */
export const openWorkspace = (from: string): Promise<Workspace> =>
  readWorkspace(
    from,
    (file) => readText(file),
    (text) => readGoldsetYaml('goldset.yaml', text),
  );

/** As `openWorkspace`, with the text and the parsing of goldset.yaml from elsewhere. */
export async function readWorkspace(
  from: string,
  read: (file: string) => Promise<string>,
  parse: (text: string, root: string) => Omit<Workspace, 'root'>,
): Promise<Workspace> {
  const root = findRoot(from);
  const file = path.join(root, 'goldset.yaml');
  if (!existsSync(file)) return { root, config: withPython(root, EMPTY_CONFIG), diagnostics: [] };
  const parsed = parse(await read(file), root);
  return { root, ...parsed, config: withPython(root, parsed.config) };
}

/** A path as a report shows it: relative to the root, with forward slashes. */
export const shownPath = (root: string, file: string): string => {
  const relative = slashedPath(root, file);
  return relative === '' || relative.startsWith('../') ? file : relative;
};
