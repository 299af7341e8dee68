/** Versions of one prompt with what is known about each: scores of this machine and of notes, deployments, tags. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextSync } from '../bounded-file.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { bestScore, type Score, type ScoreOwner } from '../../core/versions/score.ts';
import { DEPLOYMENTS_FILE, deploymentTag, readDeployments } from '../../core/versions/deployments.ts';
import type { Repository } from './repository.ts';
import { promptHistory, type PromptVersion } from './history.ts';
import type { NotedScores } from './score-notes.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { Workspace } from '../workspace/root.ts';

export interface KnownVersion extends PromptVersion {
  /** What its score is looked for with. */
  readonly owner: ScoreOwner;
  readonly score: Score | null;
  readonly deployments: readonly string[];
}

export interface PromptVersions {
  /** The version of the working tree; null: it is that of the newest commit. */
  readonly working: { readonly version: string; readonly owner: ScoreOwner; readonly score: Score | null } | null;
  readonly versions: readonly KnownVersion[];
  readonly isShallow: boolean;
  readonly more: boolean;
  /** What of the deployments is not read, as sentences. */
  readonly problems: readonly string[];
}

export interface VersionOptions {
  /** Versions to list at most. */
  readonly limit: number;
  /** The scores of this machine. */
  readonly local: readonly Score[];
  /** Those in git notes. */
  readonly noted: NotedScores;
}

export async function promptVersions(
  repository: Repository,
  { file, target }: LoadedPrompt,
  workspace: Workspace,
  { limit, local, noted }: VersionOptions,
): Promise<PromptVersions> {
  const history = await promptHistory(repository, file, workspace, limit);
  const scores = [...local, ...noted.scores];
  const deployed = await deploymentsOf(repository, target.document.path, target.document.name, workspace);
  const ownerOf = ({ model, parameters }: Pick<PromptVersion, 'model' | 'parameters'>): ScoreOwner => ({
    golden: target.golden,
    model,
    parameters,
  });
  const scored = (version: string, owner: ScoreOwner): { owner: ScoreOwner; score: Score | null } => ({
    owner,
    score: bestScore(scores, version, owner),
  });
  const { document } = target;
  const model = findModel({ given: null, document, config: workspace.config })?.id ?? null;
  const now = ownerOf({ model, parameters: document.parameters as JsonObject });
  const isCommitted = history.versions[0]?.version === target.version;
  return {
    working: isCommitted ? null : { version: target.version, ...scored(target.version, now) },
    versions: history.versions.map((item) => ({
      ...item,
      ...scored(item.version, ownerOf(item)),
      deployments: deployed.pointed
        .filter(({ version, commit }) => version === item.version || commit === item.commit.hash)
        .map(({ name }) => name),
    })),
    isShallow: history.isShallow,
    more: history.more,
    problems: deployed.problems,
  };
}

interface Pointed {
  readonly name: string;
  readonly version: string | null;
  readonly commit: string | null;
}

async function deploymentsOf(
  repository: Repository,
  prompt: string,
  name: string,
  workspace: Workspace,
): Promise<{ readonly pointed: readonly Pointed[]; readonly problems: readonly string[] }> {
  const file = path.join(workspace.root, DEPLOYMENTS_FILE);
  const { deployments, problems } = readDeployments(existsSync(file) ? readTextSync(file) : '');
  const own = deployments.filter((item) => item.prompt === prompt);
  const tags = await repository.run(['for-each-ref', '--format=%(refname:strip=2) %(*objectname) %(objectname)', 'refs/tags/prompt/']);
  const tagged = tags.split('\n').flatMap((line): Pointed[] => {
    const [tag = '', ...hashes] = line.split(' ');
    const found = deploymentTag(tag);
    const commit = hashes.find((hash) => hash !== '') ?? null;
    return found?.prompt === name ? [{ name: found.name, version: null, commit }] : [];
  });
  return { pointed: [...own, ...tagged.filter((tag) => !own.some((item) => item.name === tag.name))], problems };
}
