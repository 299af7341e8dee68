/** The files that a source file imports from the workspace, loaded before it is read: core has no file system. */
import path from 'node:path';
import { importCandidates } from '../../core/prompt/code/import-paths.ts';
import { importsOf, type ImportResolver } from '../../core/prompt/code/read-code.ts';
import type { PromptFiles } from './prompt-source.ts';

/** Imported files of one prompt, and characters of one of them, that are read at most: constants stand near what uses them. */
const MAX_FILES = 60;
const MAX_TEXT = 1024 * 1024;
/** Imports of imports. */
const MAX_DEPTH = 3;

/** `shown`: from the root, with forward slashes. What cannot be read is a variable later. */
export async function loadImports(root: string, shown: string, text: string, files: PromptFiles): Promise<ImportResolver> {
  const texts = new Map<string, string>([[shown, text]]);
  const found = new Map<string, string | null>();
  let level = [shown];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const from of level) {
      for (const specifier of importsOf(from, texts.get(from) ?? '')) {
        const target = await firstFile(root, importCandidates(from, specifier), files);
        found.set(keyOf(from, specifier), target);
        if (target === null || texts.has(target) || texts.size > MAX_FILES) continue;
        const content = await files.read(path.resolve(root, target));
        if (content.length > MAX_TEXT) continue;
        texts.set(target, content);
        next.push(target);
      }
    }
    level = next;
  }
  return (from, specifier) => {
    const target = found.get(keyOf(from, specifier)) ?? null;
    const content = target === null ? undefined : texts.get(target);
    return target === null || content === undefined ? null : { path: target, text: content };
  };
}

const keyOf = (from: string, specifier: string): string => `${from}\u0000${specifier}`;

async function firstFile(root: string, candidates: readonly string[], files: PromptFiles): Promise<string | null> {
  for (const candidate of candidates) if (await files.has(path.resolve(root, candidate))) return candidate;
  return null;
}
