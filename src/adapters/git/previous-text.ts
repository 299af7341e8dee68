/** A file as it was at a git ref. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { HumanError } from '../../core/errors.ts';
import { gitPath, type Git } from './git.ts';

/** Null: no repository, no commit yet, or the file is new. */
export async function textAt(git: Git, ref: string, file: string): Promise<string | null> {
  try {
    const real = realpathSync(file);
    const top = await git.topLevel(path.dirname(real));
    return top === null ? null : await git.show(top, ref, gitPath(realpathSync(top), real));
  } catch (error) {
    if (error instanceof HumanError && (error.code === 'git/failed' || error.code === 'git/missing')) return null;
    throw error;
  }
}

/** @throws {HumanError} with git's words when there is no such commit. */
export async function requireRef(git: Git, ref: string, folder: string): Promise<void> {
  await git.run(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).catch((error: unknown) => {
    if (!(error instanceof HumanError)) throw error;
    throw new HumanError('git/ref', `There is no commit "${ref}" here.`, 'Name a branch, a tag or a commit.');
  });
}
