/** Where files of the work tree were at a commit: renames that git knows of. */
import type { Repository } from './committed-prompt.ts';

/** Old path by new path, from the top of the work tree. */
export async function renamesSince({ git, top }: Repository, commit: string): Promise<Map<string, string>> {
  const out = await git.run(top, ['diff', '--no-ext-diff', '--no-textconv', '--name-status', '-z', '-M', '--diff-filter=R', commit, '--']);
  const fields = out.split('\0');
  const renames = new Map<string, string>();
  for (let i = 0; i + 2 < fields.length; i += 3) renames.set(fields[i + 2] ?? '', fields[i + 1] ?? '');
  return renames;
}

/** Paths from the top that differ from a commit, in the work tree, committed or not, tracked or not. */
export async function changedSince({ git, top }: Repository, commit: string): Promise<Set<string>> {
  const changed = await git.run(top, ['diff', '--no-ext-diff', '--no-textconv', '--name-only', '-z', '--no-renames', commit, '--']);
  const untracked = await git.run(top, ['ls-files', '--others', '--exclude-standard', '-z']);
  return new Set([...changed.split('\0'), ...untracked.split('\0')].filter((name) => name !== ''));
}
