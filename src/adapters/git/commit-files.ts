/**
 * The files of a commit in a folder of their own, outside the work tree: what judges a change is read and executed from here. Git's own
 * checkout would run the filters that a repository configures.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isPlainName, isWithin, slashedPath } from '../within.ts';
import type { Repository } from './repository.ts';

/** Files that are read at once. */
const AT_ONCE = 200;

/** Folders of installed packages, and the files that say what is in them. */
const PACKAGES: readonly (readonly [folder: string, manifests: readonly string[]])[] = [
  ['node_modules', ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', '.npmrc']],
  ['.venv', ['pyproject.toml', 'requirements.txt', 'uv.lock', 'poetry.lock', 'Pipfile.lock']],
  ['venv', ['pyproject.toml', 'requirements.txt', 'uv.lock', 'poetry.lock', 'Pipfile.lock']],
];

export interface CommitFiles {
  /** Real path of the folder that stands for the workspace's root. */
  readonly root: string;
  remove(): void;
}

/** Writes the files below `root`, a folder of the work tree, as they are at the commit. @throws {HumanError} when git cannot read them. */
export async function writeCommit(repository: Repository, commit: string, root: string): Promise<CommitFiles> {
  const into = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'goldset-base-')));
  const remove = (): void => rmSync(into, { recursive: true, force: true });
  try {
    const folder = slashedPath(repository.top, realpathSync(root));
    const tree = await repository.run(['ls-tree', '-r', '-z', '--full-tree', commit, ...(folder === '' ? [] : ['--', folder])]);
    const entries = entriesIn(tree, folder === '' ? '' : `${folder}/`);
    for (let i = 0; i < entries.length; i += AT_ONCE)
      await Promise.all(entries.slice(i, i + AT_ONCE).map((entry) => write(repository, entry, into)));
    for (const entry of entries) if (entry.mode === LINK) await link(repository, entry, into);
    await linkPackages(repository, root, into);
    return { root: into, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

const LINK = '120000';
const PROGRAM = '100755';

interface Entry {
  readonly mode: string;
  readonly hash: string;
  /** From the root. */
  readonly name: string;
}

const entriesIn = (tree: string, prefix: string): Entry[] =>
  tree.split('\0').flatMap((line): Entry[] => {
    const tab = line.indexOf('\t');
    const [mode = '', type = '', hash = ''] = line.slice(0, Math.max(0, tab)).split(' ');
    const name = line.slice(tab + 1);
    return type === 'blob' && name.startsWith(prefix) ? [{ mode, hash, name: name.slice(prefix.length) }] : [];
  });

/** A file that is not there, as in a partial clone, is left out: what needs it says so. */
async function write(repository: Repository, { mode, hash, name }: Entry, into: string): Promise<void> {
  const file = path.join(into, name);
  // On Windows, `a.ts:b` is a stream of another file, and `aux` a device.
  if (mode === LINK || !isWithin(into, file) || (process.platform === 'win32' && !name.split('/').every(isPlainName))) return;
  const bytes = await repository.bytes(hash);
  if (bytes === null) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes, { flag: 'wx' });
  if (mode === PROGRAM) chmodSync(file, 0o755);
}

/** Last, so that nothing is written through a link; only a link to a file of the same tree. */
async function link(repository: Repository, { hash, name }: Entry, into: string): Promise<void> {
  const file = path.join(into, name);
  const target = (await repository.object(hash)) ?? '';
  const to = path.resolve(path.dirname(file), target);
  if (target === '' || path.isAbsolute(target) || !isWithin(into, file) || !isWithin(into, to) || existsSync(file)) return;
  if (!existsSync(to) || !isWithin(into, realpathSync(to))) return;
  mkdirSync(path.dirname(file), { recursive: true });
  symlinkSync(target, file);
}

/** Installed packages can be used where the change leaves alone what says which they are, and does not bring them itself. */
async function linkPackages(repository: Repository, root: string, into: string): Promise<void> {
  for (const [folder, manifests] of PACKAGES) {
    const installed = path.join(root, folder);
    if (!existsSync(installed) || existsSync(path.join(into, folder))) continue;
    const isTracked = (await repository.run(['ls-files', '-z', '--', repository.pathOf(installed)])) !== '';
    if (isTracked || manifests.some((name) => isDifferent(path.join(root, name), path.join(into, name)))) continue;
    symlinkSync(realpathSync(installed), path.join(into, folder), 'junction');
  }
}

/** Whether two files differ, but for CRLF and LF. A file that is missing, or is no regular file, equals only another such file. */
export function isDifferent(a: string, b: string): boolean {
  const [left, right] = [a, b].map((file) => (statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : null));
  if (!left || !right) return left !== right;
  return !left.equals(right) && left.toString('latin1').replace(/\r\n/g, '\n') !== right.toString('latin1').replace(/\r\n/g, '\n');
}
