/** The search for prompts of the command line: what git ignores is left out, and a folder that cannot be read is a warning. */
import { Git } from '../../adapters/git/git.ts';
import { ignoredBelow } from '../../adapters/git/ignored-files.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { slashedPath } from '../../adapters/within.ts';
import { PromptIndexes } from '../../adapters/workspace/prompt-index.ts';
import { folderOf } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { firstNames } from '../../core/display/figures.ts';
import { searchPrompts } from '../../adapters/workspace/find-prompts.ts';
import { stderr } from '../output.ts';

/**
 * The one prompt that an argument names: a file, `FILE#NAME`, or the name of a prompt of several files.
 * @throws {ConfigurationError} when it names none or several.
 */
export async function promptAt(given: string, cwd: string): Promise<string> {
  const index = await new PromptIndexes().of(folderOf(path.resolve(cwd, given)));
  if (!existsSync(path.resolve(cwd, given)) && index.named(given, cwd) === null)
    throw new ConfigurationError('path/missing', `There is no ${given}.`, 'Name a prompt.');
  const [only, ...others] = await promptsAt([given], cwd);
  if (only !== undefined && others.length === 0) return only;
  const names = [only, ...others].flatMap((id) => (id === undefined ? [] : [slashedPath(cwd, id)]));
  throw new ConfigurationError(
    'path/not-one-prompt',
    only === undefined ? `There is no prompt in ${given}.` : `${given} has several prompts: ${firstNames(names, 5)}.`,
    only === undefined ? 'Name a prompt.' : `Name one of them, such as ${names[0] ?? ''}.`,
  );
}

/** @throws {ConfigurationError} as `searchPrompts`. */
export async function promptsAt(paths: readonly string[], cwd: string): Promise<string[]> {
  const git = new Git();
  const { files, unreadable } = await searchPrompts(paths, cwd, (folder) => ignoredBelow(git, folder));
  for (const { folder, reason } of unreadable)
    stderr.write(`warning: ${folder} cannot be read, so its prompts are left out: ${reason}. Give yourself read permission for it.\n`);
  return [...files];
}
