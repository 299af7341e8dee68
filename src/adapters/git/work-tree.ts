/**
 * What of a work tree differs from a commit. Files are hashed here: `git diff` and `git status` run the clean filters that a repository
 * configures. A file is unchanged when its bytes have the blob's hash; a text file also when they have it with LF for CRLF, since
 * `core.autocrlf` checks it out so. A file with another filter, such as Git LFS, therefore counts as changed.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from './repository.ts';

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

  isCommitted(name: string): boolean {
    return this.committed.has(name);
  }

  /** Whether the file in the work tree, committed or not, differs from the commit's. `name`: its path from the top. */
  isChanged(name: string): boolean {
    const entry = this.committed.get(name);
    const file = path.join(this.top, name);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (entry === undefined) return stats !== undefined && this.present.has(name);
    if (entry.mode === SUBMODULE) return false;
    if (stats === undefined) return true;
    const isLink = stats.isSymbolicLink();
    if (isLink !== (entry.mode === SYMLINK)) return true;
    if (isLink) return blobHash(Buffer.from(readlinkSync(file)), entry.hash) !== entry.hash;
    if (!stats.isFile() || stats.size > MAX_FILE) return true;
    const bytes = readFileSync(file);
    if (blobHash(bytes, entry.hash) === entry.hash) return false;
    return bytes.subarray(0, FIRST_BYTES).includes(0) || blobHash(withLineFeeds(bytes), entry.hash) !== entry.hash;
  }
}

/** Whether the work tree has a commit's files as they are; files that git does not track count only if they hold settings. */
export async function isCheckedOut(repository: Repository, ref: string): Promise<boolean> {
  const commit = await repository.commitOf(ref);
  if (commit !== (await repository.findCommit('HEAD'))) return false;
  const changes = await WorkTreeChanges.since(repository, commit);
  return !changes.paths.some(
    (name) => changes.isChanged(name) && (changes.isCommitted(name) || path.posix.basename(name) === 'goldset.yaml'),
  );
}

/** Which of these files a filter such as Git LFS makes. `names`: paths from the top. */
export async function filteredFiles(repository: Repository, names: readonly string[]): Promise<string[]> {
  const input = names.map((name) => `${name}\0`).join('');
  const fields = fieldsOf(await repository.run(['check-attr', '-z', '--stdin', 'filter'], { input }));
  // Three for each file: its path, the attribute and its value.
  return names.filter((_, i) => !['unspecified', 'unset'].includes(fields[3 * i + 2] ?? 'unset'));
}

const fieldsOf = (text: string): string[] => text.split('\0').filter((field) => field !== '');

const entriesOf = (tree: string): [string, TreeEntry][] =>
  fieldsOf(tree).flatMap((line): [string, TreeEntry][] => {
    const tab = line.indexOf('\t');
    const [mode = '', , hash = ''] = line.slice(0, tab).split(' ');
    return tab === -1 ? [] : [[line.slice(tab + 1), { mode, hash }]];
  });

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
