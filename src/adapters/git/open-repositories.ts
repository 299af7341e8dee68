/** The repositories of a process that looks into them again and again: one for each work tree, so that each has one process of git. */
import { Repository } from './committed-prompt.ts';
import type { Git } from './git.ts';

export class OpenRepositories {
  private byFolder = new Map<string, Promise<Repository | null>>();
  private byTree = new Map<string, Repository>();

  constructor(private readonly git: Git) {}

  /** Null: the folder is in no work tree. What fails is tried again the next time. @throws {HumanError} when git cannot run. */
  of(folder: string): Promise<Repository | null> {
    const known = this.byFolder.get(folder);
    if (known !== undefined) return known;
    const { byFolder, byTree } = this;
    const opened = Repository.open(this.git, folder).then((repository) => {
      if (repository === null) return null;
      const key = `${repository.top}\0${repository.gitDir}`;
      const shared = byTree.get(key) ?? repository;
      byTree.set(key, shared);
      return shared;
    });
    byFolder.set(folder, opened);
    opened.catch(() => byFolder.delete(folder));
    return opened;
  }

  /** Repositories may have been made or removed. What still reads from one ends its process when it has its answer. */
  async forget(): Promise<void> {
    const { byFolder, byTree } = this;
    this.byFolder = new Map();
    this.byTree = new Map();
    await Promise.allSettled(byFolder.values());
    for (const repository of byTree.values()) repository.close();
  }
}
