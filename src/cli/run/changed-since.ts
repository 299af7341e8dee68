/** `--changed-since REF`: the prompts whose version, golden set or surroundings differ from a ref. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { filteredFiles, WorkTreeChanges } from '../../adapters/git/work-tree.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { Submodules } from '../../adapters/git/submodules.ts';
import { targetsAt, type RefTargets } from '../../adapters/git/target-at.ts';
import type { Repository } from '../../adapters/git/repository.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import { pathPatterns } from '../../core/files/path-pattern.ts';
import { repositoryOf } from './baseline.ts';
import { stderr } from '../output.ts';
import type { Session } from '../session.ts';

/** All of them when goldset.yaml or a file of `pipeline:` changed. */
export async function promptsChangedSince(ref: string, all: readonly LoadedPrompt[], { workspace }: Session): Promise<LoadedPrompt[]> {
  const repository = await repositoryOf(workspace.root);
  try {
    const at = await targetsAt(repository, ref, workspace);
    const changes = await WorkTreeChanges.since(repository, at.commit);
    const changed: string[] = [];
    const isChanged = (name: string): boolean => {
      const is = changes.isChanged(name);
      if (is) changed.push(name);
      return is;
    };
    const isAll = surroundings(changes.paths, repository, workspace).filter(isChanged).length > 0;
    const submodules = new Submodules(repository);
    const isFileChanged = async (file: string): Promise<boolean> => {
      const place = await submodules.commitOf(at.commit, file);
      if (place?.repository === repository) return isChanged(repository.pathOf(file));
      if (place === null) return true;
      return (await WorkTreeChanges.since(place.repository, place.commit)).isChanged(place.repository.pathOf(file));
    };
    const kept = isAll ? [...all] : await changedPrompts(all, at, isFileChanged);
    await submodules.close();
    if (changed.length > 0) await sayFiltered(repository, changed);
    return kept;
  } finally {
    repository.close();
  }
}

/** Of these paths from the top, those that are part of what answers: goldset.yaml, the price file, the files of `pipeline:`. */
function surroundings(paths: readonly string[], repository: Repository, { root, config }: Workspace): string[] {
  const folder = path.posix.dirname(repository.pathOf(path.join(root, 'goldset.yaml')));
  const fromTop = folder === '.' ? '' : `${folder}/`;
  const { pipeline, prices } = config;
  const matters = pathPatterns([...pipeline, 'goldset.yaml', ...(prices === null ? [] : [path.posix.normalize(prices)])], { dot: true });
  return paths.filter((name) => name.startsWith(fromTop) && matters(name.slice(fromTop.length)));
}

async function changedPrompts(
  all: readonly LoadedPrompt[],
  at: RefTargets,
  isFileChanged: (file: string) => Promise<boolean>,
): Promise<LoadedPrompt[]> {
  const kept: LoadedPrompt[] = [];
  for (const loaded of all) {
    const { goldenFile, caseFiles, target } = loaded;
    let goldenChanged = false;
    for (const file of goldenFile === null ? [] : [goldenFile, ...caseFiles.filter((name) => existsSync(name))])
      goldenChanged ||= await isFileChanged(file);
    const before = goldenChanged ? null : await at.targetOf(loaded);
    // Golden cases inside a .prompt.yml do not change its version.
    const ownChanged = target.document.embedded.cases.length > 0 && (await isFileChanged(loaded.file));
    if (goldenChanged || ownChanged || before === null || before.version !== target.version) kept.push(loaded);
  }
  return kept;
}

/** A file that a filter makes always counts as changed, since no filter is run here. */
async function sayFiltered(repository: Repository, changed: readonly string[]): Promise<void> {
  const [first, ...others] = await filteredFiles(repository, changed);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  stderr.write(`${first}${more}: always counted as changed, because a git filter (such as LFS) makes the file.\n`);
}
