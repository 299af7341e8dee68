/** Where a workspace begins, and what its goldset.yaml says. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../core/diagnostics.ts';
import { EMPTY_CONFIG, readGoldsetYaml, type GoldsetConfig } from '../../core/config/goldset-yaml.ts';

export interface Workspace {
  readonly root: string;
  /** Where files that settings name are read and code is run: those of a base, for a change that it judges. Absent: the root. */
  readonly settingsRoot?: string;
  readonly config: GoldsetConfig;
  readonly diagnostics: readonly Diagnostic[];
}

/** The nearest folder upward with goldset.yaml, else the git root, else `from` itself. */
export function findRoot(from: string): string {
  return ancestorWith(from, 'goldset.yaml') ?? ancestorWith(from, '.git') ?? path.resolve(from);
}

function ancestorWith(from: string, name: string): string | null {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, name))) return folder;
    if (path.dirname(folder) === folder) return null;
  }
}

/** The workspace that `from`, a folder, is in, as it is on disk. @throws when its goldset.yaml cannot be read. */
export const openWorkspace = (from: string): Promise<Workspace> =>
  readWorkspace(
    from,
    (file) => readFile(file, 'utf8'),
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
  if (!existsSync(file)) return { root, config: EMPTY_CONFIG, diagnostics: [] };
  return { root, ...parse(await read(file), root) };
}

/** A path as a report shows it: relative to the root, with forward slashes. */
export const shownPath = (root: string, file: string): string => {
  const relative = path.relative(root, file).split(path.sep).join('/');
  return relative === '' || relative.startsWith('../') ? file : relative;
};
