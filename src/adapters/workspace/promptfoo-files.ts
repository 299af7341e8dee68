/**
 * The files of a promptfoo config, as the disk, editors or a commit have them: the pure reader says which it needs, until it knows all.
 * Nothing outside the workspace is read, by real path.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { caseFilesOf, type LoadedPromptfoo } from '../../core/prompt/promptfoo/case-files-of.ts';
import type { ReadableEnvironment } from '../../core/prompt/promptfoo/environment.ts';
import { promptfooNames, readPromptfoo } from '../../core/prompt/promptfoo/read-config.ts';
import { isPattern, type KnownFiles, type NamedFiles } from '../../core/prompt/promptfoo/named-files.ts';
import { pathPattern } from '../../core/files/path-pattern.ts';
import { readTextSync } from '../bounded-file.ts';
import { isInside, slashedPath } from '../within.ts';
import { caseFileReader } from './case-file-reader.ts';
import { filesBelow } from './files-below.ts';
import type { PromptFiles } from './prompt-reads.ts';

/** Characters of one file that a config names. */
const MAX_NAMED = 64 * 1024 * 1024;
/** A config that names files that name files, and so on. */
const MOST_ROUNDS = 20;

/** The config with all that it names, its cases' files read. `shown`: its path from the root. `environment`: absent: none of it is read. */
export async function loadPromptfoo(
  root: string,
  shown: string,
  text: string,
  files: PromptFiles,
  environment?: ReadableEnvironment,
): Promise<LoadedPromptfoo> {
  const known = {
    texts: new Map<string, string | null>(),
    matches: new Map<string, readonly string[]>(),
    ...(environment === undefined ? {} : { environment }),
  };
  let read = readPromptfoo(shown, text, known);
  for (let round = 0; !read.files.isComplete && round < MOST_ROUNDS; round++) {
    matchPatterns(root, read.files, known);
    for (const name of read.files.unknown) {
      const file = path.resolve(root, name);
      known.texts.set(name, (await files.has(file)) ? await files.read(file) : null);
    }
    read = readPromptfoo(shown, text, known);
  }
  return caseFilesOf(read, shown, caseFileReader(root, files));
}

interface KnownNames {
  /** Of the config and of all files that it names: what was read and when it changed. */
  readonly stamps: readonly (readonly [string, string])[];
  readonly names: readonly string[];
}

/** The names of the prompts of configs on disk, where a process looks again and again. */
export class PromptfooNames {
  /** By config: it is read again only when one of its files has changed. */
  private readonly known = new Map<string, KnownNames>();

  /** Empty: the config cannot be read. */
  of(root: string, file: string): readonly string[] {
    const key = `${root}\0${file}`;
    const before = this.known.get(key);
    if (before !== undefined && before.stamps.every(([name, stamp]) => stampOf(name) === stamp)) return before.names;
    const shown = slashedPath(root, file);
    const known = { texts: new Map<string, string | null>(), matches: new Map<string, readonly string[]>() };
    const own = textOf(root, shown);
    if (own === null) return [];
    let read = promptfooNames(shown, own, known);
    for (let round = 0; !read.files.isComplete && round < MOST_ROUNDS; round++) {
      matchPatterns(root, read.files, known);
      for (const name of read.files.unknown) known.texts.set(name, textOf(root, name));
      read = promptfooNames(shown, own, known);
    }
    const all = [file, ...[...read.files.named].map((name) => path.resolve(root, name))];
    // What a pattern matches changes without a change of any of these files.
    if (known.matches.size === 0) this.known.set(key, { stamps: all.map((name) => [name, stampOf(name)]), names: read.names });
    return read.names;
  }
}

function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.mtimeMs}:${found.size}`;
}

/** Null: the workspace has no such file. */
function textOf(root: string, name: string): string | null {
  const file = path.resolve(root, name);
  return isInside(root, file) && statSync(file).isFile() ? readTextSync(file, MAX_NAMED) : null;
}

function matchPatterns(
  root: string,
  { unmatched }: NamedFiles,
  known: KnownFiles & { readonly matches: Map<string, readonly string[]> },
): void {
  for (const pattern of unmatched) {
    const matches = pathPattern(pattern, { dot: false });
    const parts = pattern.split('/');
    const fixed = parts.slice(0, parts.findIndex(isPattern)).join('/');
    const found = filesBelow(root, fixed).filter((name) => matches(name));
    known.matches.set(pattern, found.filter((name) => isInside(root, path.resolve(root, name))).sort());
  }
}
