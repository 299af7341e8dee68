/** Everything about versions that is not VS Code: part of the engine's bundle. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readTextSync } from '../../adapters/bounded-file.ts';
import type { Repository } from '../../adapters/git/repository.ts';
import { committedText, type CommittedText } from '../../adapters/git/committed-text.ts';
import { OpenRepositories } from '../../adapters/git/open-repositories.ts';
import type { Git } from '../../adapters/git/git.ts';
import type { PromptVersion } from '../../adapters/git/history.ts';
import { restoredFiles, type RestoredFile } from '../../adapters/git/restore.ts';
import type { AnalyseJob, WorkspacePromptAnalysis } from '../../adapters/analysis/prompt-analyst.ts';
import { promptVersions, type PromptVersions } from '../../adapters/git/prompt-versions.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { ScoreNotes } from '../../adapters/git/score-notes.ts';
import type { ScoreStore } from '../../adapters/storage/score-store.ts';
import { targetsAt, type RefTargets } from '../../adapters/git/target-at.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import { shownPath, type Workspace } from '../../adapters/workspace/root.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { isHumanError } from '../../core/problems/errors.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { Newest } from '../../core/collections/newest.ts';
import type { Score } from '../../core/versions/score.ts';
import { DEPLOYMENTS_FILE, withDeployment } from '../../core/versions/deployments.ts';

/** Versions whose analysis is kept. */
const KEPT_ECONOMICS = 2000;

export interface VersionEconomics {
  /** Of the input, that a warm call reads from the cache. */
  readonly cacheableShare: number | null;
  /** Tokens of the older version's prefix that this one made the provider forget. */
  readonly forgotten: number;
}

export interface ChangedPrompts {
  readonly changed: readonly LoadedPrompt[];
  readonly fresh: readonly string[];
  readonly problems: readonly string[];
}

export interface HistoryParts {
  readonly git: Git;
  readonly scores: ScoreStore;
  /** The scores of a workspace, with what is known today of the judges of this prompt. */
  readonly present: (root: string, of: LoadedPrompt) => Promise<readonly Score[]>;
  readonly workspaces: Workspaces;
  /** On the worker. */
  readonly analyse: (job: AnalyseJob) => Promise<WorkspacePromptAnalysis>;
}

export class PromptHistories {
  private readonly notes = new ScoreNotes();
  private readonly repositories: OpenRepositories;
  private readonly economics = new Newest<Promise<VersionEconomics>>(KEPT_ECONOMICS);

  constructor(private readonly parts: HistoryParts) {
    this.repositories = new OpenRepositories(parts.git);
  }

  /** Null: the folder is in no repository. */
  repositoryOf(folder: string): Promise<Repository | null> {
    return this.repositories.of(folder);
  }

  /** Repositories may have been made or removed. */
  forget(): Promise<void> {
    return this.repositories.forget();
  }

  /** The prompt as the newest commit has it; null: it is not there. */
  committedAtHead(file: string, workspace: Workspace): Promise<CommittedText | null> {
    return committedText(this.repositories, 'HEAD', file, workspace);
  }

  /** Null: the prompt is in no repository. */
  async versions(loaded: LoadedPrompt, limit: number): Promise<PromptVersions | null> {
    const workspace = await this.workspaceOf(loaded.file);
    const repository = await this.repositoryOf(path.dirname(loaded.file));
    return repository === null
      ? null
      : promptVersions(repository, loaded, workspace, {
          limit,
          local: await this.parts.present(workspace.root, loaded),
          noted: await this.notes.of(repository),
        });
  }

  async targetsAt(ref: string, file: string, workspace: Workspace): Promise<RefTargets | null> {
    const repository = await this.repositoryOf(path.dirname(file));
    return repository === null ? null : targetsAt(repository, ref, workspace);
  }

  /**
   * Which of the prompts have another version than at a ref. `fresh` and `problems` are paths and sentences of the prompts that cannot be
   * compared: those that the ref does not have, and those that cannot be read there. Prompts without golden cases are in no list.
   */
  async changesSince(ref: string, prompts: readonly LoadedPrompt[]): Promise<ChangedPrompts> {
    const found = { changed: new Array<LoadedPrompt>(), fresh: new Array<string>(), problems: new Array<string>() };
    const known = new Map<string, Promise<RefTargets | null>>();
    for (const loaded of prompts.filter(({ target }) => target.cases.length > 0)) {
      const shown = loaded.target.document.path;
      try {
        const workspace = await this.workspaceOf(loaded.file);
        const repository = await this.repositoryOf(path.dirname(loaded.file));
        const key = `${repository?.top ?? ''}\u0000${workspace.root}`;
        const targets = known.get(key) ?? targetsIn(repository, ref, workspace);
        known.set(key, targets);
        const before = await (await targets)?.targetOf(loaded);
        if (before == null) found.fresh.push(shown);
        else if (before.version !== loaded.target.version) found.changed.push(loaded);
      } catch (error) {
        if (!isHumanError(error)) throw error;
        found.problems.push(`${shown}: ${error.message}`);
      }
    }
    return found;
  }

  async textAt(file: string, commit: string, at: string): Promise<string> {
    const repository = await this.repositoryOf(path.dirname(file));
    return (await repository?.textAt(commit, at)) ?? '';
  }

  async restored(file: string, version: PromptVersion): Promise<RestoredFile[]> {
    const workspace = await this.workspaceOf(file);
    const repository = await this.repositoryOf(path.dirname(file));
    return repository === null ? [] : restoredFiles(repository, version.commit.hash, version.path, file, workspace);
  }

  /** What the provider caches of a version, and what it forgot since the older one. Kept: a version never changes. */
  economicsOf(file: string, version: PromptVersion, older: PromptVersion | null): Promise<VersionEconomics> {
    const key = `${file}\u0000${version.commit.hash}\u0000${older?.commit.hash ?? ''}`;
    const known = this.economics.get(key);
    if (known !== undefined) return known;
    const asked = this.analyseVersion(file, version, older);
    this.economics.set(key, asked);
    asked.catch(() => this.economics.delete(key));
    return asked;
  }

  private async analyseVersion(file: string, version: PromptVersion, older: PromptVersion | null): Promise<VersionEconomics> {
    const workspace = await this.workspaceOf(file);
    const repository = await this.repositoryOf(path.dirname(file));
    const source = repository === null ? null : await repository.promptAt(version.commit.hash, version.path, workspace, file);
    if (repository === null || source === null) return { cacheableShare: null, forgotten: 0 };
    const before = older === null ? null : await repository.promptAt(older.commit.hash, older.path, workspace, file);
    const unsaved = Object.fromEntries([
      [fileOfPrompt(file), source.text],
      ...Object.entries(source.reading.context.files).map(([part, text]) => [path.resolve(workspace.root, part), text]),
      ...source.partials.map((partial) => [path.resolve(workspace.root, partial.path), partial.text]),
    ]) as Record<string, string>;
    const previous =
      before === null
        ? null
        : { ref: older?.commit.hash.slice(0, 8) ?? '', text: before.text, partials: before.partials, context: before.reading.context };
    const { report } = await this.parts.analyse({ workspace, file, unsaved, models: [], previous, off: [] });
    const [model] = report.models;
    return {
      cacheableShare: model === undefined ? null : model.prefix.share,
      forgotten: model?.prefix.cacheable === true ? (model.prefix.invalidatedSince?.tokens ?? 0) : 0,
    };
  }

  /** `prompt-deployments.yaml` with the name moved: its path and its new text. */
  async deployed(prompt: string, name: string, version: PromptVersion): Promise<RestoredFile> {
    const { root } = await this.workspaceOf(prompt);
    const file = realPathToWrite(root, path.join(root, DEPLOYMENTS_FILE));
    const text = existsSync(file) ? readTextSync(file) : '';
    const deployment = { prompt: shownPath(root, prompt), name, version: version.version, commit: version.commit.hash };
    return { file, text: withDeployment(text, deployment) };
  }

  private workspaceOf(file: string): Promise<Workspace> {
    return this.parts.workspaces.open(path.dirname(file));
  }
}

/** Null: there is no repository, or it has no such commit. */
const targetsIn = async (repository: Repository | null, ref: string, workspace: Workspace): Promise<RefTargets | null> =>
  repository === null || (await repository.findCommit(ref)) === null ? null : targetsAt(repository, ref, workspace);
