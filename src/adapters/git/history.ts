/** The history of one prompt: the commits that changed its version, its partials included, newest first, through renames. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { findModel } from '../../core/config/resolve-model.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { Workspace } from '../workspace/root.ts';
import type { Repository } from './repository.ts';
import { slashedPath } from '../within.ts';

export interface PromptCommit {
  readonly hash: string;
  readonly subject: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface PromptVersion {
  readonly version: string;
  /** The commit that made it. */
  readonly commit: PromptCommit;
  /** The prompt's path at that commit, from the top of the work tree. */
  readonly path: string;
  /** The model that the prompt names itself, or goldset.yaml does today; null: neither. */
  readonly model: string | null;
  readonly parameters: JsonObject;
  /** Its other files, such as partials, by their paths from the workspace's root. */
  readonly partials: readonly string[];
}

export interface PromptHistory {
  readonly versions: readonly PromptVersion[];
  /** The repository is cut off below the oldest of them. */
  readonly isShallow: boolean;
  /** There are more than were asked for. */
  readonly more: boolean;
}

/** Separated by NUL, which no subject and no name can hold. */
const FORMAT = '--format=%H%x00%s%x00%an%x00%aI';
const FIELDS = 4;
/** Commits that are read at once: few at first, for git walks what is skipped again. */
const FIRST_CHUNK = 64;
const CHUNK_GROWTH = 4;

/** `limit`: versions at most. */
export async function promptHistory(repository: Repository, prompt: string, workspace: Workspace, limit: number): Promise<PromptHistory> {
  const isShallow = (await repository.run(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  if ((await repository.findCommit('HEAD')) === null) return { versions: [], isShallow, more: false };
  const now = repository.pathOf(prompt);
  const [names, used] = await Promise.all([namesOf(repository, now), partialPaths(repository, now, workspace, prompt)]);
  const partials = new Set(used);
  for (;;) {
    const found = await walk(repository, workspace, names, [...names, ...partials], limit, prompt);
    const unknown = found.partials.filter((name) => !partials.has(name));
    if (unknown.length === 0) return { versions: found.versions.slice(0, limit), isShallow, more: found.versions.length > limit };
    // An older version used a partial that the newest does not: its commits count too.
    for (const name of unknown) partials.add(name);
  }
}

/** Every path that the prompt has had, newest first. */
async function namesOf(repository: Repository, now: string): Promise<string[]> {
  const log = await repository.run([
    'log',
    '--follow',
    '--no-ext-diff',
    '--no-textconv',
    '--diff-filter=R',
    '--name-status',
    '-z',
    '--format=',
    '--',
    now,
  ]);
  const fields = log.split('\0').filter((field) => field !== '');
  const names = [now];
  for (let i = 0; i + 2 < fields.length; i += 3) names.push(fields[i + 1] ?? '');
  return [...new Set(names.filter((name) => name !== ''))];
}

async function partialPaths(repository: Repository, now: string, workspace: Workspace, prompt: string): Promise<string[]> {
  const head = await repository.promptAt('HEAD', now, workspace, prompt);
  return head === null ? [] : head.parts.map((part) => fromTop(repository, workspace, part));
}

const fromTop = ({ top }: Repository, { root }: Workspace, shown: string): string =>
  slashedPath(top, path.resolve(realpathSync(root), shown));

interface Walked {
  readonly versions: PromptVersion[];
  readonly partials: readonly string[];
}

/** Reads commits from the newest on, chunk by chunk, until there are more versions than asked for. */
async function walk(
  repository: Repository,
  workspace: Workspace,
  names: readonly string[],
  paths: readonly string[],
  limit: number,
  prompt: string,
): Promise<Walked> {
  const versions: PromptVersion[] = [];
  const partials = new Set<string>();
  let newer: PromptVersion | null = null;
  for (let skip = 0, chunk = FIRST_CHUNK; versions.length <= limit; skip += chunk, chunk *= CHUNK_GROWTH) {
    const log = await repository.run([
      'log',
      '-z',
      '--no-ext-diff',
      '--no-textconv',
      `--skip=${skip}`,
      `--max-count=${chunk}`,
      FORMAT,
      '--',
      ...paths,
    ]);
    const commits = parseLog(log);
    const read = await Promise.all(commits.map((commit) => versionAt(repository, workspace, names, commit, prompt)));
    for (const version of read) {
      if (version !== null) for (const name of version.partials) partials.add(fromTop(repository, workspace, name));
      // A commit made the version that the one before it did not have.
      if (newer !== null && newer.version !== version?.version) versions.push(newer);
      newer = version;
      if (versions.length > limit) break;
    }
    if (commits.length < chunk) break;
  }
  if (newer !== null && versions.length <= limit) versions.push(newer);
  return { versions, partials: [...partials] };
}

/** Null: the prompt was not there. */
async function versionAt(
  repository: Repository,
  workspace: Workspace,
  names: readonly string[],
  commit: PromptCommit,
  prompt: string,
): Promise<PromptVersion | null> {
  for (const name of names) {
    const source = await repository.promptAt(commit.hash, name, workspace, prompt);
    if (source === null) continue;
    const { document } = source.reading;
    const model = findModel({ given: null, document, config: workspace.config })?.id ?? null;
    const parameters = document.parameters as JsonObject;
    return { version: source.version, commit, path: name, model, parameters, partials: source.parts };
  }
  return null;
}

/** `log`: four fields for each commit, each ended by NUL. */
export function parseLog(log: string): PromptCommit[] {
  const fields = log.split('\0');
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, i) => {
    const [hash = '', subject = '', author = '', date = ''] = fields.slice(i * FIELDS);
    return { hash, subject, author, date };
  });
}
