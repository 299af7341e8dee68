/** What prompts were at a ref, for a comparison with what they are. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import type { PartialSource } from '../../core/prompt/document.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import type { PromptContext } from '../../core/prompt/formats/text-prompt.ts';
import { PromptIndex } from '../workspace/prompt-index.ts';
import type { Workspace } from '../workspace/root.ts';
import type { Repository } from './repository.ts';
import type { Git } from './git.ts';
import { OpenRepositories } from './open-repositories.ts';

export interface CommittedText {
  readonly ref: string;
  readonly text: string;
  readonly partials: readonly PartialSource[];
  /** With the texts of its other files at the ref. */
  readonly context: PromptContext;
}

/** The prompts of one command at one ref, which is looked up once. */
export class CommittedTexts {
  private readonly repositories: OpenRepositories;
  private readonly commits = new Map<Repository, Promise<string | null>>();

  constructor(
    git: Git,
    private readonly ref: string,
  ) {
    this.repositories = new OpenRepositories(git);
  }

  /** `file`: a prompt's id. Null: no repository, no commit, or the file is new. */
  of(file: string, workspace: Workspace): Promise<CommittedText | null> {
    return committedText(this.repositories, this.ref, file, workspace, (repository) => this.commitIn(repository));
  }

  /** @throws {HumanError} when the repository of this folder has no such commit. */
  async requireCommit(folder: string): Promise<void> {
    const repository = await this.repositories.of(folder);
    if (repository === null) throw new HumanError('git/ref', `${folder} is not in a git repository, so there is no "${this.ref}".`);
    if ((await this.commitIn(repository)) === null) await repository.commitOf(this.ref);
  }

  private commitIn(repository: Repository): Promise<string | null> {
    const commit = this.commits.get(repository) ?? repository.findCommit(this.ref);
    this.commits.set(repository, commit);
    return commit;
  }

  /** Ends the processes of git. */
  close(): Promise<void> {
    return this.repositories.forget();
  }
}

/** What the prompt was at a ref; null: no repository, no commit, or the file is new. `commitIn`: gives the commit of the ref. */
export async function committedText(
  repositories: OpenRepositories,
  ref: string,
  file: string,
  workspace: Workspace,
  commitIn = (repository: Repository): Promise<string | null> => repository.findCommit(ref),
): Promise<CommittedText | null> {
  // What a function built at another commit is not known: the code of a commit is not executed.
  if (new PromptIndex(workspace).buildOf(file) !== null) return null;
  try {
    const repository = await repositories.of(path.dirname(file));
    const commit = repository === null ? null : await commitIn(repository);
    if (repository === null || commit === null) return null;
    const source = await repository.promptAt(commit, repository.pathOf(realpathSync(fileOfPrompt(file))), workspace, file);
    return source === null ? null : { ref, text: source.text, partials: source.partials, context: source.reading.context };
  } catch (error) {
    if (isHumanError(error) && (error.code === 'git/failed' || error.code === 'git/missing')) return null;
    throw error;
  }
}
