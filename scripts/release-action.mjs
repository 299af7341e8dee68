/**
 * Makes the branch from which `uses: goldset/goldset@action/v0` runs: action.yml, the command line, README and LICENSE, already built.
 * It writes one commit on the local branch and touches no file of the work tree. Who releases looks at it and pushes it:
 *
 *   node scripts/release-action.mjs && git show --stat action/v0 && git push origin action/v0
 *
 * `--into FOLDER` makes the branch in another repository, with uncommitted changes too: to try it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';
import { COMMAND_LINE, copyTo } from './npm-package.mjs';

const BRANCH = 'action/v0';
const FOLDER = path.resolve('out/action');
const { into } = parseArgs({ options: { into: { type: 'string' } } }).values;

/**
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
const git = (args, options = {}) =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options }).trim();

/** action.yml without its step that builds: the branch has what it makes. */
async function builtAction() {
  const { isMap, isScalar, isSeq, parseDocument } = await import('yaml');
  const action = parseDocument(readFileSync('action.yml', 'utf8'));
  const steps = action.getIn(['runs', 'steps']);
  const build = isSeq(steps) ? steps.items.findIndex((step) => isMap(step) && step.get('name') === 'Build Goldset') : -1;
  if (build < 0) throw new Error('action.yml has no step "Build Goldset".');
  action.deleteIn(['runs', 'steps', build]);
  const first = isMap(action.contents) ? action.contents.items[0]?.key : undefined;
  if (!isScalar(first)) throw new Error('action.yml does not begin with a key.');
  first.commentBefore = ' Made of action.yml on main by scripts/release-action.mjs there.';
  return action.toString({ lineWidth: 0 });
}

/**
 * The newest commit of the branch here, else at origin; null where there is none yet.
 * @param {{ cwd: string }} repository
 */
function lastCommit(repository) {
  const names = [`refs/heads/${BRANCH}`, `refs/remotes/origin/${BRANCH}`];
  const found = git(['for-each-ref', '--format=%(refname) %(objectname)', ...names], repository).split('\n');
  return names.flatMap((name) => found.find((line) => line.startsWith(`${name} `))?.split(' ')[1] ?? [])[0] ?? null;
}

ensureInstalled();
if (into === undefined && git(['status', '--porcelain']) !== '') throw new Error('There are uncommitted changes. Commit them first.');
ensureBuilt();
copyTo(FOLDER, [...COMMAND_LINE, 'README.md', 'LICENSE']);
writeFileSync(path.join(FOLDER, 'action.yml'), await builtAction());

const repository = { cwd: into ?? '.' };
const index = path.resolve('out/action-index');
rmSync(index, { force: true });
const gitDirectory = git(['rev-parse', '--absolute-git-dir'], repository);
const staged = { env: { ...process.env, GIT_DIR: gitDirectory, GIT_WORK_TREE: FOLDER, GIT_INDEX_FILE: index }, cwd: FOLDER };
git(['-c', 'core.autocrlf=false', 'add', '--all', '--force', '.'], staged);
const tree = git(['write-tree'], staged);

const parent = lastCommit(repository);
if (parent !== null && git(['rev-parse', `${parent}^{tree}`], repository) === tree) {
  console.log(`${BRANCH} has this content already.`);
} else {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const message = `Goldset ${version} for GitHub Actions, built from ${git(['describe', '--always', '--dirty', '--abbrev=40'])}`;
  const commit = git(['commit-tree', tree, '-m', message, ...(parent === null ? [] : ['-p', parent])], repository);
  git(['update-ref', `refs/heads/${BRANCH}`, commit], repository);
  console.log(`${BRANCH} is ${commit}. Push it: git push origin ${BRANCH}`);
}
