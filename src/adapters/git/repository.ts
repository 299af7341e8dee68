/** A repository, and prompts with their partials as they are at its commits. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import { fileOfPrompt, idOfPrompt, placeOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { CaseNames } from '../workspace/case-names.ts';
import { PromptSources, type PromptSource } from '../workspace/prompt-source.ts';
import { shownPath, type Workspace } from '../workspace/root.ts';
import { isAtOrWithin, isWithin, slashedPath } from '../within.ts';
import type { Git, OfflineOptions } from './git.ts';
import { ObjectReader } from './object-reader.ts';

/** The files of a work tree as they are at its commits. */
export class Repository {
  private readonly reader: ObjectReader;
  private readonly caseNames = new CaseNames();

  private constructor(
    readonly git: Git,
    /** Real path of the work tree. */
    readonly top: string,
    /** The git directory that was found when it was opened; what is put into the work tree later cannot replace it. */
    readonly gitDir: string,
  ) {
    this.reader = new ObjectReader(git, this);
  }

  /** Null: the folder is in no work tree. */
  static async open(git: Git, folder: string): Promise<Repository | null> {
    const real = realpathSync(folder);
    const found = await git.find(real);
    if (found === null) return null;
    const top = realpathSync(found.top);
    // `core.worktree` may name any folder.
    return isAtOrWithin(top, real) ? new Repository(git, top, found.gitDir) : null;
  }

  /** What git prints, of this git directory and work tree, without a network. @throws {HumanError} with git's own words. */
  run(args: readonly string[], options: OfflineOptions = {}): Promise<string> {
    return this.git.run(this, args, options);
  }

  close(): void {
    this.reader.close();
  }

  /** The full hash of a ref. @throws {HumanError} when there is no such commit. */
  async commitOf(ref: string): Promise<string> {
    const found = await this.findCommit(ref);
    if (found === null)
      throw new HumanError('git/ref', `There is no commit "${ref}" in this repository.`, 'Name a branch, a tag or a commit.');
    return found;
  }

  /** Null: there is no such commit. */
  findCommit(ref: string): Promise<string | null> {
    return this.findObject(`${ref}^{commit}`);
  }

  /** The hash of what a revision such as `COMMIT:PATH` names; null: there is no such object. */
  async findObject(revision: string): Promise<string | null> {
    try {
      return (await this.run(['rev-parse', '--verify', '--quiet', '--end-of-options', revision])).trim();
    } catch (error) {
      if (isHumanError(error) && error.code === 'git/failed') return null;
      throw error;
    }
  }

  /** From the top, with forward slashes; of a prompt's id, its file. A file that is gone from disk is named by its folder. */
  pathOf(prompt: string): string {
    const file = fileOfPrompt(prompt);
    const folder = path.dirname(file);
    return slashedPath(this.top, path.join(realpathSync(folder), path.basename(file)));
  }

  /** The text of a file, by its path from the top; null: it is not there. */
  textAt(commit: string, file: string): Promise<string | null> {
    return this.reader.read(commit, file);
  }

  /** The text of an object by its hash; null: it is not there. */
  object(hash: string): Promise<string | null> {
    return this.reader.object(hash);
  }

  /** The bytes of a file by its hash; null: it is not there. */
  bytes(hash: string): Promise<Buffer | null> {
    return this.reader.bytes(hash);
  }

  /** A prompt and its partials at a commit. `file`: its path from the top, there. `today`: its id in the work tree. Null: it is not there. */
  async promptAt(commit: string, file: string, workspace: Workspace, today: string): Promise<PromptSource | null> {
    const text = await this.textAt(commit, file);
    if (text === null) return null;
    const root = realpathSync(workspace.root);
    const read = (name: string): Promise<string | null> => this.textAt(commit, slashedPath(this.top, name));
    const loader = new PromptSources(
      { ...workspace, root },
      {
        read: async (name) => (await read(name)) ?? '',
        has: async (name) => isWithin(root, name) && (await read(name)) !== null,
      },
      this.caseNames,
    );
    const { name } = placeOfPrompt(today);
    try {
      return await loader.source(
        idOfPrompt({ file: path.join(this.top, file), name }),
        text,
        path.resolve(root, shownPath(workspace.root, today)),
      );
    } catch (error) {
      // The file was there, and this prompt was not in it.
      if (isHumanError(error) && error.code === 'code/no-prompt') return null;
      throw error;
    }
  }
}
