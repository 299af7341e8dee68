/** Paths that a journal names are from outside: only a prompt inside the workspace is touched. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isPromptPath } from '../../core/prompt/formats/prompt-name.ts';

/** The file of a prompt as journals name it, relative to the root; null: it is no prompt, or lies elsewhere. */
export function promptFileIn(root: string, shown: string): string | null {
  if (root === '' || path.isAbsolute(shown) || !isPromptPath(shown)) return null;
  const file = path.resolve(root, shown);
  if (!isWithin(root, file)) return null;
  return existsSync(file) && !isWithin(realpathSync(root), realpathSync(file)) ? null : file;
}

export function isWithin(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
