/** Repositories inside a repository: a prompt in a submodule has that repository's history, at the commit that the outer one names. */
import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isAtOrWithin, slashedPath } from '../within.ts';
import { Repository } from './repository.ts';

/** A repository, and which of its commits an outer commit stands for. */
export interface CommitOf {
  readonly repository: Repository;
  readonly commit: string;
}

export class Submodules {
  private readonly opened = new Map<string, Promise<Repository | null>>();

  /** `outer`: the repository of the workspace; who opened it closes it. */
  constructor(private readonly outer: Repository) {}

  /** The repository whose history a file has: the innermost one. */
  async repositoryOf(file: string): Promise<Repository> {
    const innermost = this.foldersOf(file).at(-1);
    return innermost === undefined ? this.outer : ((await this.open(innermost)) ?? this.outer);
  }

  /** Where a file is looked up for a commit of the outer repository. Null: the outer commit has no such submodule. */
  async commitOf(commit: string, file: string): Promise<CommitOf | null> {
    let place: CommitOf = { repository: this.outer, commit };
    for (const folder of this.foldersOf(file)) {
      const repository = await this.open(folder);
      if (repository === null) continue;
      // Of a submodule, the tree holds the commit in place of a folder.
      const inner = await place.repository.findObject(`${place.commit}:${slashedPath(place.repository.top, repository.top)}`);
      if (inner === null || (await repository.findCommit(inner)) === null) return null;
      place = { repository, commit: inner };
    }
    return place;
  }

  async close(): Promise<void> {
    for (const repository of this.opened.values()) (await repository)?.close();
    this.opened.clear();
  }

  /** Folders below the outer top, outermost first, that hold the file and a git directory of their own. */
  private foldersOf(file: string): string[] {
    const folders: string[] = [];
    const { top } = this.outer;
    for (let folder = realpathSync(path.dirname(file)); folder !== top && isAtOrWithin(top, folder); folder = path.dirname(folder))
      if (lstatSync(path.join(folder, '.git'), { throwIfNoEntry: false }) !== undefined) folders.unshift(folder);
    return folders;
  }

  private open(folder: string): Promise<Repository | null> {
    const known = this.opened.get(folder) ?? Repository.open(this.outer.git, folder);
    this.opened.set(folder, known);
    return known;
  }
}
