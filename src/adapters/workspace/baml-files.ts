/** The files of a BAML project, as the disk, editors or a commit have them: all .baml files of the folder `baml_src`. */
import path from 'node:path';
import { isBamlPath } from '../../core/prompt/formats/prompt-name.ts';
import { folderOfPath } from '../../core/files/slash-path.ts';
import { isInside } from '../within.ts';
import { filesBelow } from './files-below.ts';
import type { PromptFiles } from './prompt-reads.ts';

/** A project with more files is not read as a whole. */
const MOST_FILES = 1000;

/** Texts by path from the root, that of `shown` as given. Nothing outside the workspace is read, by real path. */
export async function bamlTexts(root: string, shown: string, text: string, files: PromptFiles): Promise<Map<string, string>> {
  const parts = folderOfPath(shown).split('/');
  const at = parts.lastIndexOf('baml_src');
  const folder = at < 0 ? folderOfPath(shown) : parts.slice(0, at + 1).join('/');
  const texts = new Map([[shown, text]]);
  for (const name of filesBelow(root, folder).filter(isBamlPath).sort().slice(0, MOST_FILES)) {
    const file = path.resolve(root, name);
    if (name !== shown && isInside(root, file) && (await files.has(file))) texts.set(name, await files.read(file));
  }
  return texts;
}
