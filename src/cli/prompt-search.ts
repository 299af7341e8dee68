/** The search for prompts of the command line: what git ignores is left out, and a folder that cannot be read is a warning. */
import { Git } from '../adapters/git/git.ts';
import { ignoredBelow } from '../adapters/git/ignored-files.ts';
import { searchPrompts } from '../adapters/workspace/find-prompts.ts';
import { stderr } from './output.ts';

/** @throws {ConfigurationError} as `searchPrompts`. */
export async function promptsAt(paths: readonly string[], cwd: string): Promise<string[]> {
  const git = new Git();
  const { files, unreadable } = await searchPrompts(paths, cwd, (folder) => ignoredBelow(git, folder));
  for (const { folder, reason } of unreadable)
    stderr.write(`warning: ${folder} cannot be read, so its prompts are left out: ${reason}. Give yourself read permission for it.\n`);
  return [...files];
}
