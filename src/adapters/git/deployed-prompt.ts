/** A prompt at the version that a deployment points at. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextSync } from '../bounded-file.ts';
import { HumanError } from '../../core/problems/errors.ts';
import { DEPLOYMENTS_FILE, readDeployments, type Deployment } from '../../core/versions/deployments.ts';
import type { PromptSource } from '../workspace/prompt-source.ts';
import { shownPath, type Workspace } from '../workspace/root.ts';
import { Repository } from './repository.ts';
import { Git, isGitMissing } from './git.ts';
import { promptHistory } from './history.ts';
import { renamesSince } from './renames.ts';

/**
 * `here`: the prompt as its file is. Where that is the deployed version already, as in an image that was built from it, no git is needed.
 * @throws {HumanError} when nothing is deployed under the name, or the version cannot be had here.
 */
export async function deployedPrompt(file: string, here: PromptSource, name: string, workspace: Workspace): Promise<PromptSource> {
  const deployment = deploymentOf(shownPath(workspace.root, file), name, workspace.root);
  if (deployment.version === here.version) return here;
  const repository = await openRepository(workspace.root);
  if (repository === null) throw notHere(deployment, here, 'no git repository');
  try {
    const source = await sourceAt(repository, file, deployment, workspace);
    if (source?.version !== deployment.version) throw notHere(deployment, here, 'no commit that contains it');
    return source;
  } finally {
    repository.close();
  }
}

function deploymentOf(prompt: string, name: string, root: string): Deployment {
  const file = path.join(root, DEPLOYMENTS_FILE);
  const { deployments, problems } = readDeployments(existsSync(file) ? readTextSync(file) : '');
  const all = deployments.filter((item) => item.prompt === prompt);
  const found = all.find((item) => item.name === name);
  if (found !== undefined) return found;
  // The name may be in what cannot be read.
  if (problems.length > 0) throw new HumanError('deployments/syntax', problems.join(' '), `Fix ${DEPLOYMENTS_FILE}.`);
  const known = all.map((item) => item.name).join(', ');
  throw new HumanError(
    'deploy/unknown',
    `Nothing is deployed as "${name}" of ${prompt}${known === '' ? '' : `; known: ${known}`}.`,
    `Deploy a version: goldset deploy ${prompt} ${name} HEAD. ${DEPLOYMENTS_FILE} must ship with the application.`,
  );
}

/** Null: there is none, or no git to read it. */
async function openRepository(root: string): Promise<Repository | null> {
  try {
    return await Repository.open(new Git(), root);
  } catch (error) {
    if (isGitMissing(error)) return null;
    throw error;
  }
}

/** Null: no commit has it. */
async function sourceAt(
  repository: Repository,
  file: string,
  { version, commit: named }: Deployment,
  workspace: Workspace,
): Promise<PromptSource | null> {
  const commit = named === null ? null : await repository.findCommit(named);
  if (commit !== null) {
    const now = repository.pathOf(file);
    return repository.promptAt(commit, (await renamesSince(repository, commit)).get(now) ?? now, workspace, file);
  }
  const { versions } = await promptHistory(repository, file, workspace, MOST_VERSIONS);
  const found = versions.find((item) => item.version === version);
  return found === undefined ? null : repository.promptAt(found.commit.hash, found.path, workspace, file);
}

const MOST_VERSIONS = 10_000;

function notHere({ prompt, name, version, commit }: Deployment, here: PromptSource, why: string): HumanError {
  const from = commit === null ? `the commit of version ${version.slice(0, 8)}` : commit.slice(0, 12);
  return new HumanError(
    'deploy/not-here',
    `${name} of ${prompt} is version ${version.slice(0, 8)}, but the file here is ${here.version.slice(0, 8)}, and there is ${why} to read the deployed version from.`,
    `Ship the deployed text: before you build the image, run git checkout ${from} -- ${prompt} (and its partials). Or ship the .git folder and git.`,
  );
}
