/** The texts that bring a version back: the prompt's, and those of its other files that differ. */
import path from 'node:path';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { Workspace } from '../workspace/root.ts';
import type { Repository } from './repository.ts';

export interface RestoredFile {
  /** Absolute path in the work tree, as it is today. */
  readonly file: string;
  readonly text: string;
}

/** `at`: the prompt's path at the commit, from the top. `file`: its id now. */
export async function restoredFiles(
  repository: Repository,
  commit: string,
  at: string,
  file: string,
  workspace: Workspace,
): Promise<RestoredFile[]> {
  const source = await repository.promptAt(commit, at, workspace, file);
  if (source === null) throw new HumanError('restore/missing', `${path.basename(file)} does not exist at ${commit.slice(0, 8)}.`);
  return [
    { file: fileOfPrompt(file), text: source.text },
    ...Object.entries(source.reading.context.files).map(([part, text]) => ({ file: path.resolve(workspace.root, part), text })),
    ...source.partials.map((partial) => ({ file: path.resolve(workspace.root, partial.path), text: partial.text })),
  ];
}
