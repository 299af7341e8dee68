/** `--changed-since REF`: the prompts whose version, golden set or surroundings differ from a ref. */
import path from 'node:path';
import picomatch from 'picomatch';
import { gitPath } from '../adapters/git/git.ts';
import { changedSince } from '../adapters/git/renames.ts';
import type { LoadedPrompt } from '../adapters/workspace/prompt-files.ts';
import { targetsAt } from '../adapters/git/target-at.ts';
import { repositoryOf } from './baseline.ts';
import type { Session } from './session.ts';

/** All of them when goldset.yaml or a file of `pipeline:` changed. */
export async function promptsChangedSince(ref: string, all: readonly LoadedPrompt[], { workspace }: Session): Promise<LoadedPrompt[]> {
  const repository = await repositoryOf(workspace.root);
  try {
    const at = await targetsAt(repository, ref, workspace);
    const changed = await changedSince(repository, at.commit);
    const root = gitPath(
      repository.top,
      path.dirname(path.join(repository.top, repository.pathOf(path.join(workspace.root, 'goldset.yaml')))),
    );
    const fromRoot = [...changed].flatMap((name) =>
      root === '' ? [name] : name.startsWith(`${root}/`) ? [name.slice(root.length + 1)] : [],
    );
    const { pipeline, prices } = workspace.config;
    const matters = picomatch([...pipeline, 'goldset.yaml', ...(prices === null ? [] : [path.posix.normalize(prices)])], { dot: true });
    if (fromRoot.some((name) => matters(name))) return [...all];
    const kept: LoadedPrompt[] = [];
    for (const loaded of all) {
      const { goldenFile, target } = loaded;
      const goldenChanged = goldenFile !== null && changed.has(repository.pathOf(goldenFile));
      const before = goldenChanged ? null : await at.targetOf(loaded);
      // Golden cases inside a .prompt.yml do not change its version.
      const ownChanged = target.document.embedded.cases.length > 0 && changed.has(repository.pathOf(loaded.file));
      if (goldenChanged || ownChanged || before === null || before.version !== target.version) kept.push(loaded);
    }
    return kept;
  } finally {
    repository.close();
  }
}
