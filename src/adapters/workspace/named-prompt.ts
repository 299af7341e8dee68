/** The prompt that an application means by a name: a path below the root, with or without its ending, or a base name that only one has. */
import path from 'node:path';

/** `paths`: prompts relative to the root, with forward slashes. Null: none, or several are called so. */
export function promptNamed(name: string, paths: readonly string[]): string | null {
  const wanted = name.replaceAll('\\', '/').replace(/^\.?\/+/, '');
  if (wanted === '') return null;
  const exact = paths.find((item) => item === wanted) ?? only(paths.filter((item) => bare(item) === wanted));
  return exact ?? only(paths.filter((item) => path.posix.basename(item) === wanted || path.posix.basename(bare(item)) === wanted));
}

const bare = (file: string): string => file.replace(/\.prompt(?:\.ya?ml)?$/, '');

const only = (found: readonly string[]): string | null => (found.length === 1 ? (found[0] ?? null) : null);
