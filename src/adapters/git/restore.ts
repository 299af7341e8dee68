/** The texts that bring a version back: the prompt's, and those of its partials that differ. */
import path from 'node:path';
import { HumanError } from '../../core/errors.ts';
import type { Workspace } from '../workspace/root.ts';
import type { Repository } from './committed-prompt.ts';

export interface RestoredFile {
  /** Absolute path in the work tree, as it is today. */
  readonly file: string;
  readonly text: string;
}

/** `at`: the prompt's path at the commit, from the top. `file`: where it is now. */
export async function restoredFiles(
  repository: Repository,
  commit: string,
  at: string,
  file: string,
  workspace: Workspace,
): Promise<RestoredFile[]> {
  const source = await repository.promptAt(commit, at, workspace);
  if (source === null) throw new HumanError('restore/missing', `${path.basename(file)} does not exist at ${commit.slice(0, 8)}.`);
  return [
    { file, text: source.text },
    ...source.partials.map((partial) => ({ file: path.resolve(workspace.root, partial.path), text: partial.text })),
  ];
}
