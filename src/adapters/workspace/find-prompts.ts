/** The prompts below files and folders, in a fixed order. */
import { existsSync, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError, messageOf } from '../../core/errors.ts';
import { goldenCandidates, isGoldenPath, isPartialPath, isPromptPath } from '../../core/prompt/formats/prompt-name.ts';

/** Folders that hold copies of prompts, or those of others: no search enters one that was not named. */
export const SKIPPED_FOLDERS: readonly string[] = ['node_modules', '.git', '.goldset', 'dist', 'out', 'vendor', '.venv'];

const SKIPPED = new Set(SKIPPED_FOLDERS);

/** What version control ignores below a folder: absolute paths of files and folders, as the folder was given. */
export type IgnoredBelow = (folder: string) => Promise<ReadonlySet<string>>;

export interface UnreadableFolder {
  readonly folder: string;
  /** The system's own words. */
  readonly reason: string;
}

export interface FoundPrompts {
  readonly files: readonly string[];
  /** Folders that were passed over. */
  readonly unreadable: readonly UnreadableFolder[];
}

/** The files that `searchPrompts` finds when nothing is ignored. A folder that cannot be read has none. */
export const findPrompts = async (paths: readonly string[], cwd: string): Promise<string[]> => [
  ...(await searchPrompts(paths, cwd, () => Promise.resolve(new Set()))).files,
];

/**
 * What is named is used, ignored or not; below a folder that is named, what is ignored is left out.
 * @throws {ConfigurationError} for a path that does not exist, is not a prompt, or is a folder that cannot be read.
 */
export async function searchPrompts(paths: readonly string[], cwd: string, ignoredBelow: IgnoredBelow): Promise<FoundPrompts> {
  const found = new Set<string>();
  const unreadable: UnreadableFolder[] = [];
  for (const given of paths.length > 0 ? paths : ['.']) {
    const file = path.resolve(cwd, given);
    if (!existsSync(file))
      throw new ConfigurationError('path/missing', `${given} does not exist.`, 'Name a prompt, a golden set or a folder.');
    if ((await stat(file)).isDirectory()) {
      const search = new FolderSearch(await ignoredBelow(file));
      for await (const prompt of search.promptsBelow(file)) found.add(prompt);
      const own = search.unreadable.find(({ folder }) => folder === file);
      if (own !== undefined)
        throw new ConfigurationError('path/unreadable', `${given} cannot be read: ${own.reason}`, 'Give yourself read permission for it.');
      unreadable.push(...search.unreadable);
    } else if (isPromptPath(file)) found.add(file);
    else if (isGoldenPath(file)) for (const prompt of await promptsOfGolden(file)) found.add(prompt);
    else throw new ConfigurationError('path/not-a-prompt', `${given} is neither a prompt (.prompt, .prompt.yml) nor a golden set.`);
  }
  return { files: [...found], unreadable };
}

class FolderSearch {
  readonly unreadable: UnreadableFolder[] = [];

  constructor(private readonly ignored: ReadonlySet<string>) {}

  async *promptsBelow(folder: string): AsyncGenerator<string> {
    for (const entry of await this.entriesOf(folder)) {
      const file = path.join(folder, entry.name);
      if (this.ignored.has(file)) continue;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* this.promptsBelow(file);
      else if (entry.isFile() && isPromptPath(file) && !isPartialPath(file)) yield file;
    }
  }

  private async entriesOf(folder: string): Promise<Dirent[]> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.unreadable.push({ folder, reason: messageOf(error) });
      return [];
    }
  }
}

/** The prompts beside a golden set that use it by name. */
export async function promptsOfGolden(golden: string): Promise<string[]> {
  const folder = path.dirname(golden);
  const files = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => path.join(folder, name))
    .filter((file) => isPromptPath(file) && !isPartialPath(file));
  return files.filter((file) => goldenCandidates(file).find((candidate) => existsSync(candidate)) === golden).sort();
}
