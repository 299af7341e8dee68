/**
 * `.goldset/` of a workspace. Every reader and writer of it goes through here, because the folder, or a file in it, may have come with the
 * repository: as a link to a file of the user, or as a forged answer that turns a check green. It is used only when it carries this
 * machine's mark, and neither a link nor a file that git tracks is read or written.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, isConfigurationError } from '../../../core/problems/errors.ts';
import { quantity } from '../../../core/display/figures.ts';
import { isPlainName } from '../../within.ts';
import { comparable, gitIndexesAbove, stampOf, trackedBelow, type GitIndex } from './git-index.ts';
import { isSameMark, markOf } from './mark.ts';
import { replaceFile, textNoFollow } from './no-follow.ts';

export const DATA_FOLDER = '.goldset';
const MARK = 'mark';
const IGNORE = '.gitignore';
/** Tracked files that a message names. */
const NAMED = 3;
/** Folders that are remembered at once. */
const KEPT = 64;

/** Absent: the next writer makes it. */
export type DataFolderState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'open' }
  /** It is not used. `data/mark`: only the mark is missing, so the user can adopt it. */
  | { readonly kind: 'closed'; readonly problem: ConfigurationError };

interface Known {
  readonly stamp: string;
  readonly state: DataFolderState;
}

export class DataFolder {
  readonly path: string;
  private known: Known | null = null;
  private indexes: readonly GitIndex[] = [];
  private tracked: { readonly stamp: string; readonly names: ReadonlySet<string>; readonly unreadable: string | null } | null = null;

  /** `root`: the workspace's. */
  constructor(readonly root: string) {
    this.path = path.join(root, DATA_FOLDER);
  }

  /** Whether it can be used. What was found holds until the folder, its mark or git's index changes. */
  state(): DataFolderState {
    const folder = statsOf(this.path);
    if (folder === undefined) return { kind: 'absent' };
    const stamp = [folder, statsOf(path.join(this.path, MARK))].map(stampOfFile).join(' ');
    // A repository may have been made since.
    this.indexes = gitIndexesAbove(realPathOf(this.root));
    const full = `${stamp} ${this.indexStamp()}`;
    if (this.known?.stamp !== full) this.known = { stamp: full, state: this.inspect(folder) };
    return this.known.state;
  }

  /** Why it is not used; null: it is used, or it is absent. */
  get problem(): ConfigurationError | null {
    const state = this.state();
    return state.kind === 'closed' ? state.problem : null;
  }

  /** The path of a file or folder in it, to read; null: it is not there, or it must not be read. */
  readable(...names: readonly string[]): string | null {
    return this.state().kind === 'open' && names.every(isPlainName) && this.refusal(names) === null && this.isThere(names)
      ? path.join(this.path, ...names)
      : null;
  }

  /** Names of the files, or of the folders, in a folder of it, sorted; without links. Empty where nothing may be read. */
  list(kind: 'files' | 'folders', ...names: readonly string[]): string[] {
    const folder = this.readable(...names);
    if (folder === null || lstatSync(folder).isFile()) return [];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (kind === 'files' ? entry.isFile() : entry.isDirectory()))
      .map(({ name }) => name)
      .filter((name) => this.refusal([...names, name]) === null)
      .sort();
  }

  /**
   * The path of a file in it, to write; the folders on the way are made.
   * @throws {ConfigurationError} when the folder or the file must not be used.
   */
  writable(...names: readonly string[]): string {
    this.folder(...names.slice(0, -1));
    const refusal = names.every(isPlainName) ? this.refusal(names) : refusedName(names);
    if (refusal !== null) throw refusal;
    return path.join(this.path, ...names);
  }

  /** The path of a folder in it, which is made. @throws {ConfigurationError} when it must not be used. */
  folder(...names: readonly string[]): string {
    const state = this.usable();
    if (state.kind === 'closed') throw state.problem;
    if (!names.every(isPlainName)) throw refusedName(names);
    this.ignoreItself();
    for (let depth = 1; depth <= names.length; depth++) {
      const part = names.slice(0, depth);
      const refusal = this.refusal(part, 'folder');
      if (refusal !== null) throw refusal;
      makeFolder(path.join(this.path, ...part));
    }
    return path.join(this.path, ...names);
  }

  /** Records that were brought here by hand are kept out of git, too. */
  private ignoreItself(): void {
    if (!this.isThere([IGNORE]) && !this.isTracked([IGNORE])) replaceFile(path.join(this.path, IGNORE), '*\n');
  }

  /** A folder that is there and cannot be used ends a command that needs it. @throws {ConfigurationError} */
  require(): void {
    if (this.problem !== null) throw this.problem;
  }

  /**
   * Gives the folder this machine's mark: the user says that what is in it is theirs. Makes it when it is not there.
   * @throws {ConfigurationError} when a link is in it; it is left as it is then.
   */
  adopt(): void {
    const folder = statsOf(this.path);
    if (folder === undefined) return void this.usable();
    if (!folder.isDirectory()) throw linkProblem(this.path);
    const link = linkBelow(this.path);
    if (link !== null) throw linkProblem(link);
    this.indexes = gitIndexesAbove(realPathOf(this.root));
    for (const name of [IGNORE, MARK]) if (this.isTracked([name])) throw this.trackedProblem([name]);
    this.ignoreItself();
    replaceFile(path.join(this.path, MARK), `${markOf(realPathOf(this.path))}\n`, 0o600);
    this.known = null;
  }

  /** The folder appears whole, with its `.gitignore` and its mark: another process never sees it without. */
  private usable(): DataFolderState {
    const state = this.state();
    if (state.kind !== 'absent') return state;
    const fresh = `${this.path}.${process.pid}-${randomBytes(4).toString('hex')}.new`;
    mkdirSync(fresh, { recursive: true });
    try {
      replaceFile(path.join(fresh, IGNORE), '*\n');
      replaceFile(path.join(fresh, MARK), `${markOf(path.join(realPathOf(this.root), DATA_FOLDER))}\n`, 0o600);
      renameSync(fresh, this.path);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      // Another process has made it meanwhile.
      if (statsOf(this.path) === undefined || isConfigurationError(error)) throw error;
    }
    return this.state();
  }

  private inspect(folder: Stats): DataFolderState {
    if (!folder.isDirectory()) return { kind: 'closed', problem: linkProblem(this.path) };
    const tracked = this.readTracked();
    if (tracked.unreadable !== null) return { kind: 'closed', problem: indexProblem(tracked.unreadable) };
    const present = [...tracked.names].filter((name) => name === '' || this.isThere(name.split('/'))).sort();
    if (present.length > 0) return { kind: 'closed', problem: this.trackedProblem(present) };
    try {
      const mark = path.join(this.path, MARK);
      const isMarked = isOwnFile(statsOf(mark)) && isSameMark(textNoFollow(mark).trim(), markOf(realPathOf(this.path)));
      return isMarked ? { kind: 'open' } : { kind: 'closed', problem: this.markProblem() };
    } catch (error) {
      if (isConfigurationError(error)) return { kind: 'closed', problem: error };
      throw error;
    }
  }

  /** Why a file or folder must not be used, from the outermost folder in; null: it may be, whether it is there or not. */
  private refusal(names: readonly string[], last: 'file' | 'folder' | 'any' = 'any'): ConfigurationError | null {
    if (this.isTracked(names)) return this.trackedProblem([names.join('/')]);
    for (let depth = 1; depth <= names.length; depth++) {
      const file = path.join(this.path, ...names.slice(0, depth));
      const stats = statsOf(file);
      if (stats === undefined) return null;
      const mustBeFolder = depth < names.length || last === 'folder';
      if (mustBeFolder ? !stats.isDirectory() : !(stats.isDirectory() || isOwnFile(stats))) return linkProblem(file);
    }
    return null;
  }

  private isThere(names: readonly string[]): boolean {
    return statsOf(path.join(this.path, ...names)) !== undefined;
  }

  private isTracked(names: readonly string[]): boolean {
    const tracked = this.readTracked().names;
    if (tracked.size === 0) return false;
    const own = names.map(comparable);
    return tracked.has('') || own.some((_, i) => tracked.has(own.slice(0, i + 1).join('/')));
  }

  private readTracked(): { readonly names: ReadonlySet<string>; readonly unreadable: string | null } {
    const stamp = this.indexStamp();
    if (this.tracked?.stamp !== stamp) {
      const folder = path.join(realPathOf(this.root), DATA_FOLDER);
      const names = new Set<string>();
      let unreadable: string | null = null;
      for (const index of this.indexes) {
        const own = trackedBelow(index, folder);
        if (own === null) unreadable = index.file;
        else for (const name of own) names.add(name);
      }
      this.tracked = { stamp, names, unreadable };
    }
    return this.tracked;
  }

  private indexStamp(): string {
    return this.indexes.map((index) => `${index.file} ${stampOf(index)}`).join(' ');
  }

  private markProblem(): ConfigurationError {
    return new ConfigurationError(
      'data/mark',
      `${this.path} was not created by Goldset on this machine, so it may have come with the repository. It is not used.`,
      'If its content is yours, run: goldset cache adopt. Otherwise delete it.',
    );
  }

  private trackedProblem(names: readonly string[]): ConfigurationError {
    const shown = names.slice(0, NAMED).map((name) => (name === '' ? DATA_FOLDER : `${DATA_FOLDER}/${name}`));
    const more = names.length > NAMED ? ` and ${quantity(names.length - NAMED, 'other file')}` : '';
    return new ConfigurationError(
      'data/tracked',
      `Git tracks ${shown.join(', ')}${more}, so a pull can replace what Goldset stores there. It is not used.`,
      `Remove it from git and keep the files: git -C "${this.root}" rm -r -q --cached ${DATA_FOLDER}`,
    );
  }
}

/** Folders that were opened before, by root: what was verified is verified again only after a change. */
const folders = new Map<string, DataFolder>();

/** The data folder of the workspace with this root. Looking makes nothing. */
export function dataFolder(root: string): DataFolder {
  const known = folders.get(root);
  if (known !== undefined) return known;
  if (folders.size >= KEPT) folders.clear();
  const folder = new DataFolder(root);
  folders.set(root, folder);
  return folder;
}

/** Undefined: it is not there, also because a part of its path is a file. */
function statsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const stampOfFile = (stats: Stats | undefined): string => (stats === undefined ? '-' : `${stats.ino}:${stats.size}:${stats.ctimeMs}`);

/** A regular file without another name: a hard link writes to a file elsewhere, too. */
const isOwnFile = (stats: Stats | undefined): boolean => stats?.isFile() === true && stats.nlink <= 1;

const refusedName = (names: readonly string[]): ConfigurationError =>
  new ConfigurationError('data/name', `"${names.join('/')}" is not a name of a file in ${DATA_FOLDER}/.`, 'Use a run’s or batch’s id.');

const linkProblem = (file: string): ConfigurationError =>
  new ConfigurationError(
    'data/link',
    `${file} is a link or not a regular file, so it could lead to another place. It is not used.`,
    `Delete it, then run the command again: rm "${file}"`,
  );

const indexProblem = (file: string): ConfigurationError =>
  new ConfigurationError(
    'data/index',
    `Goldset cannot read git’s index ${file}, so it does not know which files git tracks in ${DATA_FOLDER}/. The folder is not used.`,
    'Rewrite the index in a supported version: git update-index --index-version 2',
  );

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The first entry below that is neither a folder nor a file of its own; null: every entry is one of them. */
function linkBelow(folder: string): string | null {
  for (const { name } of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, name);
    const stats = lstatSync(file);
    const found = stats.isDirectory() ? linkBelow(file) : isOwnFile(stats) ? null : file;
    if (found !== null) return found;
  }
  return null;
}

/** As the file system writes it. A folder that is not there keeps its name. */
const realPathOf = (folder: string): string => (statsOf(folder) === undefined ? path.resolve(folder) : realpathSync.native(folder));
