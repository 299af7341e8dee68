/** The files that a source file imports from the workspace, loaded before it is read: core has no file system. */
import path from 'node:path';
import { importCandidates } from '../../core/prompt/code/import-paths.ts';
import { importsOf } from '../../core/prompt/code/read-code.ts';

/** Where source files are read from: the disk, editors, or a commit. */
interface SourceFiles {
  readonly read: (file: string) => Promise<string>;
  readonly has: (file: string) => Promise<boolean>;
}

/** Imported files of one prompt, and characters of one of them, that are read at most: constants stand near what uses them. */
const MAX_FILES = 60;
const MAX_TEXT = 1024 * 1024;
/** Imports of imports. */
const MAX_DEPTH = 3;

/** Their texts, by path from the root. `shown`: the file, from the root. What is not loaded is a variable later. */
export async function loadImports(root: string, shown: string, text: string, files: SourceFiles): Promise<Record<string, string>> {
  const texts = new Map<string, string>([[shown, text]]);
  let level = [shown];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const from of level) {
      for (const specifier of importsOf(from, texts.get(from) ?? '')) {
        const target = await firstFile(root, importCandidates(from, specifier), files);
        if (target === null || texts.has(target) || texts.size > MAX_FILES) continue;
        const content = await files.read(path.resolve(root, target));
        if (content.length > MAX_TEXT) continue;
        texts.set(target, content);
        next.push(target);
      }
    }
    level = next;
  }
  texts.delete(shown);
  return Object.fromEntries(texts);
}

async function firstFile(root: string, candidates: readonly string[], files: SourceFiles): Promise<string | null> {
  for (const candidate of candidates) if (await files.has(path.resolve(root, candidate))) return candidate;
  return null;
}
