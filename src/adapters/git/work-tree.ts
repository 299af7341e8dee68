/**
 * What of a work tree differs from a commit. Files are hashed here: `git diff` and `git status` run the clean filters that a repository
 * configures. A file is unchanged when its bytes have the blob's hash; a text file also when they have it with LF for CRLF, since
 * `core.autocrlf` checks it out so. A file with another filter, such as Git LFS, therefore counts as changed.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Repository } from './committed-prompt.ts';

/** A larger file counts as changed: a prompt, a golden set or a configuration is far smaller. Bytes. */
const MAX_FILE = 256 * 1024 * 1024;
/** Git looks for a NUL in so many bytes to tell text from data. */
const FIRST_BYTES = 8000;

interface TreeEntry {
  readonly mode: string;
  readonly hash: string;
}

const SYMLINK = '120000';
const SUBMODULE = '160000';

export class WorkTreeChanges {
  private constructor(
    private readonly top: string,
    private readonly committed: ReadonlyMap<string, TreeEntry>,
    private readonly present: ReadonlySet<string>,
  ) {}

  /** Nothing of a file is read yet. @throws {HumanError} when git cannot list the commit. */
  static async since(repository: Repository, commit: string): Promise<WorkTreeChanges> {
    const tree = await repository.run(['ls-tree', '-r', '-z', '--full-tree', commit]);
    const files = await repository.run(['ls-files', '-z', '--full-name', '--cached', '--others', '--exclude-standard']);
    return new WorkTreeChanges(repository.top, new Map(entriesOf(tree)), new Set(fieldsOf(files)));
  }

  /** Every path of the commit, the index and the work tree, from the top, but for ignored files. */
  get paths(): readonly string[] {
    return [...new Set([...this.committed.keys(), ...this.present])];
  }

  /** Whether the file in the work tree, committed or not, differs from the commit's. `name`: its path from the top. */
  isChanged(name: string): boolean {
    const entry = this.committed.get(name);
    const file = path.join(this.top, name);
    const stats = statsOf(file);
    if (entry === undefined) return stats !== null && this.present.has(name);
    if (entry.mode === SUBMODULE) return false;
    if (stats === null) return true;
    if (stats.isSymbolicLink() || entry.mode === SYMLINK)
      return !(stats.isSymbolicLink() && entry.mode === SYMLINK && blobHash(Buffer.from(readlinkSync(file)), entry.hash) === entry.hash);
    if (!stats.isFile() || stats.size > MAX_FILE) return true;
    const bytes = readFileSync(file);
    if (blobHash(bytes, entry.hash) === entry.hash) return false;
    return bytes.subarray(0, FIRST_BYTES).includes(0) || blobHash(withLineFeeds(bytes), entry.hash) !== entry.hash;
  }

  /** Which of the changed files a filter such as Git LFS makes, so that they always count as changed. */
  async filtered(repository: Repository, names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return [];
    const fields = fieldsOf(await repository.run(['check-attr', '-z', 'filter', '--', ...names]));
    const filtered: string[] = [];
    for (let i = 0; i + 2 < fields.length; i += 3)
      if (!['unspecified', 'unset'].includes(fields[i + 2] ?? '')) filtered.push(fields[i] ?? '');
    return filtered;
  }
}

const fieldsOf = (text: string): string[] => text.split('\0').filter((field) => field !== '');

const entriesOf = (tree: string): [string, TreeEntry][] =>
  fieldsOf(tree).flatMap((line): [string, TreeEntry][] => {
    const tab = line.indexOf('\t');
    const [mode = '', , hash = ''] = line.slice(0, tab).split(' ');
    return tab === -1 ? [] : [[line.slice(tab + 1), { mode, hash }]];
  });

function statsOf(file: string): Stats | null {
  return lstatSync(file, { throwIfNoEntry: false }) ?? null;
}

/** Git's hash of a file's bytes, by the algorithm of the hash that it is compared with. */
function blobHash(bytes: Buffer, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

function withLineFeeds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r\n/g, '\n'), 'latin1');
}
