/** Scores that travel with the repository: git notes under refs/notes/goldset, one JSON line each, merged line by line. */
import { isHumanError } from '../../core/problems/errors.ts';
import type { Refused } from '../../core/files/file-version.ts';
import { newestScoreLines, ScoreReader, type Score } from '../../core/versions/score.ts';
import type { Repository } from './repository.ts';
import { openRemote, type CallRemote } from './network.ts';

const NOTES = 'refs/notes/goldset';
const FETCHED = 'refs/notes/goldset-fetched';
const TRIES = 5;

export interface NotedScores {
  readonly scores: readonly Score[];
  readonly refused: Refused;
}

/** Scores in notes, read once for each state of a repository's notes, however many prompts are looked at. */
export class ScoreNotes {
  private readonly read = new Map<string, { readonly commit: string; readonly noted: Promise<NotedScores> }>();

  /** The newest score of each key. Empty: no notes were pushed. */
  async of(repository: Repository): Promise<NotedScores> {
    const commit = (await repository.findCommit(NOTES)) ?? '';
    const known = this.read.get(repository.gitDir);
    if (known?.commit === commit) return known.noted;
    const noted = commit === '' ? Promise.resolve({ scores: [], refused: { count: 0, first: null } }) : readNotes(repository);
    this.read.set(repository.gitDir, { commit, noted });
    noted.catch(() => this.read.delete(repository.gitDir));
    return noted;
  }
}

async function readNotes(repository: Repository): Promise<NotedScores> {
  const list = (await run(repository, ['notes', `--ref=${NOTES}`, 'list'])) ?? '';
  const reader = new ScoreReader();
  const notes = list.split('\n').flatMap((line) => {
    const [object = '', commit = ''] = line.split(' ');
    return /^[0-9a-f]+$/.test(object) ? [{ object, commit }] : [];
  });
  await Promise.all(
    notes.map(async ({ object, commit }) => {
      const lines = ((await repository.object(object)) ?? '').split('\n');
      lines.forEach((line, i) => reader.line(line, () => `The note of ${commit.slice(0, 8)} in ${NOTES}, line ${i + 1}`));
    }),
  );
  return { scores: reader.scores, refused: reader.refused };
}

/**
 * Adds scores to the note of a commit. Each candidate of each version has one line, the newest, so that a note does not grow with every
 * run; lines of other versions of Goldset stay.
 */
export async function noteScores(repository: Repository, commit: string, scores: readonly Score[]): Promise<void> {
  if (scores.length === 0) return;
  const known = await noteOf(repository, commit);
  const input = newestScoreLines([...known.split('\n'), ...scores.map((score) => JSON.stringify(score))]).join('\n');
  await repository.run(['notes', `--ref=${NOTES}`, 'add', '-f', '-F', '-', commit], { variables: AUTHOR, input });
}

/** Who writes notes where nobody has set a name, as in CI. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'Goldset',
  GIT_AUTHOR_EMAIL: 'goldset@localhost',
  GIT_COMMITTER_NAME: 'Goldset',
  GIT_COMMITTER_EMAIL: 'goldset@localhost',
};

/** The remote's programs, whatever `remote.NAME.uploadpack` and `receivepack` say. */
const UPLOAD_PACK = '--upload-pack=git-upload-pack';
const PUSH = ['push', '--no-verify', '--no-signed', '--recurse-submodules=no', '--receive-pack=git-receive-pack'];

/** The text of a commit's note; empty: it has none. */
async function noteOf(repository: Repository, commit: string): Promise<string> {
  const object = await run(repository, ['notes', `--ref=${NOTES}`, 'list', commit]);
  return object === null ? '' : ((await repository.object(object.trim())) ?? '');
}

/** Merges the scores of a remote. False: it has none. @throws {HumanError} when it cannot be reached. */
export async function pullScores(repository: Repository, remote: string): Promise<boolean> {
  return mergeFrom(repository, remote, await openRemote(repository));
}

async function mergeFrom(repository: Repository, remote: string, call: CallRemote): Promise<boolean> {
  const refs = await call(['ls-remote', UPLOAD_PACK, '--end-of-options', remote, NOTES]);
  if (refs.trim() === '') return false;
  await call(['fetch', '--no-tags', '--no-recurse-submodules', UPLOAD_PACK, '--end-of-options', remote, `+${NOTES}:${FETCHED}`]);
  await repository.run(['notes', `--ref=${NOTES}`, 'merge', '-s', 'cat_sort_uniq', FETCHED], { variables: AUTHOR });
  return true;
}

/** Merges the scores of the remote, then sends all; once more when another push came first. */
export async function pushScores(repository: Repository, remote: string): Promise<void> {
  const call = await openRemote(repository);
  for (let attempt = 1; ; attempt++) {
    await mergeFrom(repository, remote, call);
    try {
      await call([...PUSH, '--end-of-options', remote, `${NOTES}:${NOTES}`]);
      return;
    } catch (error) {
      const wasQuicker = isHumanError(error) && /rejected|fetch first|non-fast-forward|cannot lock ref/.test(error.message);
      if (!wasQuicker || attempt >= TRIES) throw error;
    }
  }
}

/** Null: there are no notes yet. */
async function run(repository: Repository, args: readonly string[]): Promise<string | null> {
  try {
    return await repository.run(args);
  } catch (error) {
    if (isHumanError(error) && error.code === 'git/failed') return null;
    throw error;
  }
}
