/** `--changed-since REF`: the prompts whose version, golden set or surroundings differ from a ref. */
import path from 'node:path';
import picomatch from 'picomatch';
import { gitPath } from '../adapters/git/git.ts';
import { WorkTreeChanges } from '../adapters/git/work-tree.ts';
import type { LoadedPrompt } from '../adapters/workspace/prompt-files.ts';
import { targetsAt } from '../adapters/git/target-at.ts';
import type { Repository } from '../adapters/git/committed-prompt.ts';
import { repositoryOf } from './baseline.ts';
import { stderr } from './output.ts';
import type { Session } from './session.ts';

/** All of them when goldset.yaml or a file of `pipeline:` changed. */
export async function promptsChangedSince(ref: string, all: readonly LoadedPrompt[], { workspace }: Session): Promise<LoadedPrompt[]> {
  const repository = await repositoryOf(workspace.root);
  try {
    const at = await targetsAt(repository, ref, workspace);
    const changes = await WorkTreeChanges.since(repository, at.commit);
    const root = gitPath(
      repository.top,
      path.dirname(path.join(repository.top, repository.pathOf(path.join(workspace.root, 'goldset.yaml')))),
    );
    const fromRoot = changes.paths.flatMap((name) =>
      root === '' ? [name] : name.startsWith(`${root}/`) ? [name.slice(root.length + 1)] : [],
    );
    const { pipeline, prices } = workspace.config;
    const matters = picomatch([...pipeline, 'goldset.yaml', ...(prices === null ? [] : [path.posix.normalize(prices)])], { dot: true });
    const fromTop = (name: string): string => (root === '' ? name : `${root}/${name}`);
    const surroundings = fromRoot.filter((name) => matters(name) && changes.isChanged(fromTop(name))).map(fromTop);
    await sayFiltered(changes, repository, surroundings);
    if (surroundings.length > 0) return [...all];
    const kept: LoadedPrompt[] = [];
    for (const loaded of all) {
      const { goldenFile, target } = loaded;
      const goldenChanged = goldenFile !== null && changes.isChanged(repository.pathOf(goldenFile));
      const before = goldenChanged ? null : await at.targetOf(loaded);
      // Golden cases inside a .prompt.yml do not change its version.
      const ownChanged = target.document.embedded.cases.length > 0 && changes.isChanged(repository.pathOf(loaded.file));
      if (goldenChanged || ownChanged || before === null || before.version !== target.version) kept.push(loaded);
    }
    return kept;
  } finally {
    repository.close();
  }
}

/** A file that a filter makes, as of Git LFS, always counts as changed, since no filter is run here. */
async function sayFiltered(changes: WorkTreeChanges, repository: Repository, names: readonly string[]): Promise<void> {
  const filtered = await changes.filtered(repository, names);
  if (filtered.length === 0) return;
  const [first = ''] = filtered;
  const others = filtered.length === 1 ? '' : ` and ${filtered.length - 1} more`;
  stderr.write(`${first}${others}: counted as changed, because a git filter (such as LFS) makes the file.\n`);
}
