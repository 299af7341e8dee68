/** The commits that touched one prompt, through renames, newest first. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { gitPath, type Git } from './git.ts';

export interface PromptCommit {
  readonly hash: string;
  readonly subject: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
  /** The file's path at that commit, from the top of the work tree. */
  readonly path: string;
}

export type PromptHistory =
  | { readonly kind: 'no-repository' }
  | {
      readonly kind: 'commits';
      readonly top: string;
      readonly commits: readonly PromptCommit[];
      readonly uncommitted: boolean;
      readonly more: boolean;
    };

const FIELD = '\u001f';
const RECORD = '\u001e';

export async function promptHistory(git: Git, file: string, limit: number): Promise<PromptHistory> {
  const real = realpathSync(file);
  const folder = path.dirname(real);
  const top = await git.topLevel(folder);
  if (top === null) return { kind: 'no-repository' };
  const relative = gitPath(realpathSync(top), real);
  const status = await git.run(top, ['status', '--porcelain', '-z', '--', relative]);
  if (!(await hasCommits(git, top))) return { kind: 'commits', top, commits: [], uncommitted: status !== '', more: false };
  const format = `--format=${RECORD}%H${FIELD}%s${FIELD}%an${FIELD}%aI`;
  const log = await git.run(top, [
    'log',
    '--follow',
    '--no-ext-diff',
    '--no-textconv',
    `--max-count=${limit + 1}`,
    format,
    '--name-only',
    '-z',
    '--',
    relative,
  ]);
  const commits = parseLog(log, relative);
  return { kind: 'commits', top, commits: commits.slice(0, limit), uncommitted: status !== '', more: commits.length > limit };
}

async function hasCommits(git: Git, top: string): Promise<boolean> {
  return (await git.run(top, ['rev-list', '--max-count=1', '--all'])).trim() !== '';
}

/** Layer one splits the fields, layer two gives them names. */
export function parseLog(log: string, fallback: string): PromptCommit[] {
  return log
    .split(RECORD)
    .slice(1)
    .flatMap((record) => {
      const [head = '', ...rest] = record.split('\0');
      const [hash, subject, author, date] = head.split(FIELD);
      const file = rest.map((item) => item.trim()).find((item) => item !== '') ?? fallback;
      if (hash === undefined || subject === undefined || author === undefined || date === undefined) return [];
      return [{ hash, subject, author, date: date.trim(), path: file }];
    });
}
