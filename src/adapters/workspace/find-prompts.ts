/** The prompts below files and folders, in a fixed order. */
import { existsSync, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import { isGoldenPath, isPartialPath, isPromptPath, isTextPath } from '../../core/prompt/formats/prompt-name.ts';
import { PromptIndexes, type PromptIndex } from './prompt-index.ts';
import { SKIPPED_FOLDERS } from './skipped-folders.ts';

const SKIPPED = new Set(SKIPPED_FOLDERS);

/** What version control ignores below a folder: absolute paths of files and folders, as the folder was given. */
export type IgnoredBelow = (folder: string) => Promise<ReadonlySet<string>>;

export interface UnreadableFolder {
  readonly folder: string;
  /** The system's own words. */
  readonly reason: string;
}

export interface FoundPrompts {
  /** Ids of prompts: a file, or `FILE#NAME`. */
  readonly files: readonly string[];
  /** Folders that were passed over. */
  readonly unreadable: readonly UnreadableFolder[];
}

/** What to do where a search finds nothing. */
export const PROMPT_HINT =
  'Prompts are files that end with .prompt, .prompt.yml, .prompty, .prompt.md, .chatmode.md or .agent.md, promptfooconfig.yaml, .baml, and text files (such as .md, .txt, .j2) with a golden set beside them (NAME.golden.yaml) or an entry under `prompts:` in goldset.yaml.';

/** The prompts that `searchPrompts` finds when nothing is ignored. A folder that cannot be read has none. */
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
  const indexes = new PromptIndexes();
  for (const given of paths.length > 0 ? paths : ['.']) {
    const file = path.resolve(cwd, given);
    if (!existsSync(file)) found.add(await namedBy(given, cwd, indexes));
    else if ((await stat(file)).isDirectory()) {
      const search = new FolderSearch(await ignoredBelow(file), indexes);
      for await (const prompt of search.promptsBelow(file, await indexes.of(file))) found.add(prompt);
      const own = search.unreadable.find(({ folder }) => folder === file);
      if (own !== undefined)
        throw new ConfigurationError('path/unreadable', `${given} cannot be read: ${own.reason}`, 'Give yourself read permission for it.');
      unreadable.push(...search.unreadable);
    } else for (const prompt of await promptsOfFile(file, given, indexes)) found.add(prompt);
  }
  return { files: [...found], unreadable };
}

/** What names no file may name a prompt of several files. */
async function namedBy(given: string, cwd: string, indexes: PromptIndexes): Promise<string> {
  const folder = path.dirname(path.resolve(cwd, given));
  const index = await indexes.of(existsSync(folder) ? folder : cwd);
  const named = index.named(given, cwd);
  if (named === null) throw new ConfigurationError('path/missing', `${given} does not exist.`, 'Name a prompt, a golden set or a folder.');
  return named;
}

async function promptsOfFile(file: string, given: string, indexes: PromptIndexes): Promise<string[]> {
  // A partial that is named is read, and refused where it would be run.
  if (isPromptPath(file) && isPartialPath(file)) return [file];
  const prompts = isGoldenPath(file) ? await promptsOfGolden(file, indexes) : (await indexes.of(path.dirname(file))).promptsOf(file);
  if (prompts.length > 0 || isGoldenPath(file)) return prompts;
  throw new ConfigurationError(
    'path/not-a-prompt',
    `${given} is neither a prompt (.prompt, .prompt.yml) nor a golden set.`,
    isTextPath(file)
      ? `To make this text a prompt, put a golden set beside it, or name it under \`prompts:\` in goldset.yaml: prompts: { ${given}: {} }.`
      : PROMPT_HINT,
  );
}

class FolderSearch {
  readonly unreadable: UnreadableFolder[] = [];

  constructor(
    private readonly ignored: ReadonlySet<string>,
    private readonly indexes: PromptIndexes,
  ) {}

  async *promptsBelow(folder: string, above: PromptIndex): AsyncGenerator<string> {
    const entries = await this.entriesOf(folder);
    const names = new Set(entries.map(({ name }) => name));
    // A folder with a goldset.yaml or a repository of its own is another workspace.
    const index = folder !== above.root && (names.has('goldset.yaml') || names.has('.git')) ? await this.indexes.of(folder) : above;
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (this.ignored.has(file)) continue;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* this.promptsBelow(file, index);
      else if (entry.isFile()) yield* index.promptsOf(file, (beside) => names.has(path.basename(beside)));
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

/** The prompts that use a golden set: those beside it by name, and those whose entry in goldset.yaml names it. */
export const promptsOfGolden = async (golden: string, indexes: PromptIndexes = new PromptIndexes()): Promise<string[]> =>
  promptsUsing(golden, await indexes.of(path.dirname(golden)));

/** As `promptsOfGolden`, by the index of its workspace. Source files that mark prompts are parsed: an editor does it in its worker. */
export async function promptsUsing(golden: string, index: PromptIndex): Promise<string[]> {
  const folder = path.dirname(golden);
  const beside = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && index.canUse(path.join(folder, entry.name), golden))
    .flatMap(({ name }) => index.promptsOf(path.join(folder, name)));
  // The golden set of a prompt of several files may be beside any of them.
  const all = new Set([...beside, ...index.composedPrompts()]);
  const byName = [...all].filter((id) => {
    const declared = index.declared(id)?.golden ?? null;
    if (declared !== null) return path.resolve(index.root, declared.path) === golden;
    return index.goldenCandidates(id).find((candidate) => existsSync(candidate)) === golden;
  });
  return [...new Set([...byName, ...index.declaredFor(golden)])].sort();
}
