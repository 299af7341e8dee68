/** Tries of a workspace, `.goldset/tries/`: a folder for each prompt, a file for each try. What is too old or too much is deleted, the oldest first. */
import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isHumanError, messageOf } from '../../core/problems/errors.ts';
import type { Refused } from '../../core/files/file-version.ts';
import { parseJson } from '../../core/json/json.ts';
import { readTried, triedMatches, triedText, type Tried, type UnreadTry } from '../../core/try/tried.ts';
import { sha256 } from '../hash.ts';
import { slashedPath } from '../within.ts';
import { dataFolder } from '../storage/data-folder/data-folder.ts';
import { replaceFile, textNoFollow } from '../storage/data-folder/no-follow.ts';

const FOLDER = 'tries';
const SUFFIX = '.try.json';
/** Kept of one prompt. */
export const KEPT_TRIES = 200;
/** Bytes that the tries of one prompt may have. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Bytes of one try that are read. */
const MAX_FILE = 8 * 1024 * 1024;
export const TRY_DAYS = 90;

const ID = /^\d{8}T\d{6}\d{3}-[0-9a-f]{8}$/;

export interface FoundTries {
  readonly total: number;
  /** Newest first. */
  readonly tries: readonly Tried[];
  /** Files that are damaged or of another version of Goldset. */
  readonly refused: Refused;
}

/** An id that sorts by time. `random`: in [0, 1). */
export const newTryId = (now: Date, random: number): string =>
  `${now.toISOString().replace(/[-:.Z]/g, '')}-${Math.floor(random * 2 ** 32)
    .toString(16)
    .padStart(8, '0')}`;

/** The tries of one prompt. `prompt`: its path from the root. */
export class TryStore {
  private readonly names: readonly [string, string];

  constructor(
    private readonly root: string,
    prompt: string,
  ) {
    this.names = [FOLDER, sha256(prompt).slice(0, 16)];
  }

  /** On disk when it returns. @throws {HumanError} when the data folder must not be used; else as `fs` says it. */
  keep(tried: Tried, now: Date): void {
    replaceFile(dataFolder(this.root).writable(...this.names, `${tried.id}${SUFFIX}`), triedText(tried), 0o600);
    prunePrompt(this.root, this.names, now);
  }

  /** Those whose texts contain `search`, `count` of them after the first `from`. */
  find(search: string, from: number, count: number): FoundTries {
    const found: Tried[] = [];
    const problems: string[] = [];
    for (const id of this.ids()) {
      const file = dataFolder(this.root).readable(...this.names, `${id}${SUFFIX}`);
      const read = file === null ? { problem: null } : triedIn(file);
      if (!('problem' in read)) {
        if (triedMatches(read, search)) found.push(read);
      } else if (file !== null && read.problem !== null) problems.push(`${slashedPath(this.root, file)}, line 1: ${read.problem}`);
    }
    return { total: found.length, tries: found.slice(from, from + count), refused: { count: problems.length, first: problems[0] ?? null } };
  }

  /** The newest try; null: this prompt was not tried. */
  last(): Tried | null {
    for (const id of this.ids()) {
      const tried = this.read(id);
      if (tried !== null) return tried;
    }
    return null;
  }

  /** Null: it is gone, or cannot be read. */
  read(id: string): Tried | null {
    const file = ID.test(id) ? dataFolder(this.root).readable(...this.names, `${id}${SUFFIX}`) : null;
    const read = file === null ? null : triedIn(file);
    return read === null || 'problem' in read ? null : read;
  }

  /** Newest first. */
  private ids(): string[] {
    return idsIn(this.root, this.names);
  }
}

function idsIn(root: string, names: readonly string[]): string[] {
  return dataFolder(root)
    .list('files', ...names)
    .filter((name) => name.endsWith(SUFFIX) && ID.test(name.slice(0, -SUFFIX.length)))
    .map((name) => name.slice(0, -SUFFIX.length))
    .reverse();
}

/** `problem`: why it is not read; null: it is gone. */
function triedIn(file: string): Tried | UnreadTry | { readonly problem: string | null } {
  try {
    return readTried(parseJson(textNoFollow(file, MAX_FILE)));
  } catch (error) {
    if (isHumanError(error)) return { problem: error.message };
    if (error instanceof Error && 'code' in error) return { problem: error.code === 'ENOENT' ? null : messageOf(error) };
    throw error;
  }
}

/** Deletes tries that are too old or too many, of every prompt. Gives what could not be deleted, as sentences. */
export function pruneTries(root: string, now: Date): readonly string[] {
  return dataFolder(root)
    .list('folders', FOLDER)
    .flatMap((prompt) => prunePrompt(root, [FOLDER, prompt], now));
}

function prunePrompt(root: string, names: readonly [string, string], now: Date): string[] {
  const first = now.getTime() - TRY_DAYS * 86_400_000;
  const problems: string[] = [];
  let bytes = 0;
  idsIn(root, names).forEach((id, place) => {
    const file = dataFolder(root).readable(...names, `${id}${SUFFIX}`);
    const stats = file === null ? undefined : lstatSync(file, { throwIfNoEntry: false });
    if (file === null || stats === undefined) return;
    bytes += stats.size;
    const isTooMuch = place >= KEPT_TRIES || (bytes > MAX_BYTES && place > 0);
    if ((timeOf(id) >= first && !isTooMuch) || !mayDelete(triedIn(file))) return;
    problems.push(...removed(root, file));
  });
  return problems;
}

/** A file of another version of Goldset is not changed, nor one that cannot be read now. */
const mayDelete = (read: ReturnType<typeof triedIn>): boolean => !('problem' in read) || ('isDamaged' in read && read.isDamaged);

function removed(root: string, file: string): string[] {
  try {
    rmSync(file, { force: true });
    return [];
  } catch (error) {
    return [`${path.relative(root, file)}: ${messageOf(error)}`];
  }
}

/** Deletes tries whose values came from an interaction of a day that is gone. Gives what could not be deleted, as sentences. */
export function forgetTriesOf(root: string, isThere: (day: string) => boolean): string[] {
  return dataFolder(root)
    .list('folders', FOLDER)
    .flatMap((prompt) =>
      idsIn(root, [FOLDER, prompt]).flatMap((id) => {
        const file = dataFolder(root).readable(FOLDER, prompt, `${id}${SUFFIX}`);
        const read = file === null ? null : triedIn(file);
        if (file === null || read === null || 'problem' in read || read.source === null || isThere(read.source.day)) return [];
        return removed(root, file);
      }),
    );
}

/** ms since 1970. */
function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
