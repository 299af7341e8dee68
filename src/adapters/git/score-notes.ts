/** Scores that travel with the repository: git notes under refs/notes/goldset, one JSON line each, merged line by line. */
import { isHumanError } from '../../core/errors.ts';
import { readScores, type Score } from '../../core/versions/score.ts';
import type { Repository } from './committed-prompt.ts';
import { callRemote } from './network.ts';

const NOTES = 'refs/notes/goldset';
const FETCHED = 'refs/notes/goldset-fetched';
const TRIES = 5;

/** All scores in notes. Empty: nobody has pushed any. */
export async function notedScores(repository: Repository): Promise<Score[]> {
  const list = await run(repository, ['notes', `--ref=${NOTES}`, 'list']);
  if (list === null) return [];
  const objects = list.split('\n').flatMap((line) => (/^[0-9a-f]+ /.test(line) ? [line.split(' ')[0] ?? ''] : []));
  const texts = await Promise.all(objects.map((object) => repository.object(object)));
  return readScores(texts.flatMap((text) => (text ?? '').split('\n')));
}

/** Adds lines to the note of a commit; a line that is there already stays one. */
export async function noteScores(repository: Repository, commit: string, scores: readonly Score[]): Promise<void> {
  if (scores.length === 0) return;
  const known = await noteOf(repository, commit);
  const lines = new Set([...known.split('\n').filter((line) => line.trim() !== ''), ...scores.map((score) => JSON.stringify(score))]);
  await repository.run(['notes', `--ref=${NOTES}`, 'add', '-f', '-m', [...lines].sort().join('\n'), commit], AUTHOR);
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

/** Takes in the scores of a remote. False: it has none. @throws {HumanError} when it cannot be reached. */
export async function pullScores(repository: Repository, remote: string): Promise<boolean> {
  const refs = await callRemote(repository, ['ls-remote', UPLOAD_PACK, '--end-of-options', remote, NOTES]);
  if (refs.trim() === '') return false;
  const fetch = ['fetch', '--no-tags', '--no-recurse-submodules', UPLOAD_PACK, '--end-of-options', remote, `+${NOTES}:${FETCHED}`];
  await callRemote(repository, fetch);
  await repository.run(['notes', `--ref=${NOTES}`, 'merge', '-s', 'cat_sort_uniq', FETCHED], AUTHOR);
  return true;
}

/** Takes in what the remote has, then sends all; again when somebody else was quicker. */
export async function pushScores(repository: Repository, remote: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await pullScores(repository, remote);
    try {
      await callRemote(repository, [...PUSH, '--end-of-options', remote, `${NOTES}:${NOTES}`]);
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
