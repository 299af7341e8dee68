/** What git ignores: a search for prompts leaves it out. A file that is tracked is never ignored. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { isHumanError } from '../../core/problems/errors.ts';
import { isAtOrWithin, slashedPath } from '../within.ts';
import { Repository } from './repository.ts';
import { type Git } from './git.ts';

/**
 * Absolute paths of the ignored files and folders below a folder, spelled as the folder is; what is in an ignored folder is not listed.
 * Empty: the folder is in no repository, git is not installed, or it must not run here.
 */
export async function ignoredBelow(git: Git, folder: string): Promise<ReadonlySet<string>> {
  try {
    const repository = await Repository.open(git, folder);
    if (repository === null) return new Set();
    const real = realpathSync(folder);
    const below = slashedPath(repository.top, real);
    const listed = await repository.run([
      'ls-files',
      '-z',
      '--others',
      '--ignored',
      '--exclude-standard',
      '--directory',
      '--',
      below === '' ? '.' : below,
    ]);
    const files = listed.split('\0').filter((name) => name !== '');
    return new Set(
      files.flatMap((name) => {
        const file = path.join(repository.top, name).replace(/[\\/]$/, '');
        // A folder that was named is searched although it is ignored.
        return file !== real && isAtOrWithin(real, file) ? [path.join(folder, path.relative(real, file))] : [];
      }),
    );
  } catch (error) {
    if (isHumanError(error) && error.code.startsWith('git/')) return new Set();
    throw error;
  }
}
