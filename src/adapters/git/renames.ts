/** Where files were at a commit: renames that git knows of, committed or in its index. No file of the work tree is read. */
import type { Repository } from './repository.ts';

/** Old path by new path, from the top of the work tree. */
export async function renamesSince(repository: Repository, commit: string): Promise<Map<string, string>> {
  const out = await repository.run([
    'diff-index',
    '--cached',
    '--no-ext-diff',
    '--no-textconv',
    '--name-status',
    '-z',
    '-M',
    '--diff-filter=R',
    commit,
    '--',
  ]);
  const fields = out.split('\0');
  const renames = new Map<string, string>();
  for (let i = 0; i + 2 < fields.length; i += 3) renames.set(fields[i + 2] ?? '', fields[i + 1] ?? '');
  return renames;
}
