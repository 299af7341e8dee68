/** The repositories of a process that looks into them again and again: one for each work tree, so that each has one process of git. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isAtOrWithin } from '../within.ts';
import { Repository } from './repository.ts';
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
    const opened = this.find(folder).then((repository) => {
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

  /** A folder of a repository that is open is found without a process of git. */
  private async find(folder: string): Promise<Repository | null> {
    const real = realpathSync(folder);
    const open = [...this.byTree.values()].find(({ top }) => belongsTo(top, real));
    return open ?? Repository.open(this.git, folder);
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

/** Whether git, which looks upwards from a folder, finds this work tree first: no other repository, and no other file system, is between them. */
function belongsTo(top: string, real: string): boolean {
  if (process.env['GIT_DIR'] !== undefined || process.env['GIT_WORK_TREE'] !== undefined || !isAtOrWithin(top, real)) return false;
  for (let folder = real; folder !== top; folder = path.dirname(folder)) if (existsSync(path.join(folder, '.git'))) return false;
  return statSync(real).dev === statSync(top).dev;
}
