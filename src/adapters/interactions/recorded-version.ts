/** The prompt as it was when it answered, from git. */
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { findModel, type ResolvedModel } from '../../core/config/resolve-model.ts';
import { capturedModel } from '../../core/feedback/interactions/captured-request.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { isVersion, versionNamed } from '../../core/versions/named-version.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Repository } from '../git/repository.ts';
import { promptHistory } from '../git/history.ts';
import { targetsAt } from '../git/target-at.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { Workspace } from '../workspace/root.ts';

/** Versions of a prompt that are looked through. */
const LOOKED = 500;

export interface RecordedVersion {
  /** As people say it: a commit, or the working tree. */
  readonly name: string;
  readonly target: RunTarget;
}

/** Finds versions of prompts; each prompt's history and each commit is read once. */
export class RecordedVersions {
  private readonly histories = new Map<string, ReturnType<typeof promptHistory>>();
  private readonly targets = new Map<string, Promise<RunTarget | null>>();

  /** `repository`: null: the workspace is in no repository. */
  constructor(
    private readonly repository: Repository | null,
    private readonly workspace: Workspace,
  ) {}

  /** Null: the record names none, or none here has it. @throws {HumanError} when it cannot be read there. */
  async of({ prompt }: Pick<Interaction, 'prompt'>, loaded: LoadedPrompt): Promise<RecordedVersion | null> {
    if (prompt === null) return null;
    if (isVersion(prompt, loaded.target.version)) return { name: 'the working tree', target: loaded.target };
    const { repository, workspace } = this;
    if (repository === null) return null;
    const history = this.histories.get(loaded.file) ?? promptHistory(repository, loaded.file, workspace, LOOKED);
    this.histories.set(loaded.file, history);
    const found = versionNamed(prompt, (await history).versions);
    if (found === null) return null;
    const key = `${loaded.file}\u0000${found.commit.hash}`;
    const target = this.targets.get(key) ?? targetsAt(repository, found.commit.hash, workspace).then((at) => at.targetOf(loaded));
    this.targets.set(key, target);
    const known = await target;
    return known === null ? null : { name: found.commit.hash.slice(0, 8), target: known };
  }
}

/** The captured model where the full name of one is known, else that of the prompt. Null: neither names one. */
export function recordedModel(
  { model }: Pick<Interaction, 'model'>,
  document: Pick<PromptDocument, 'path' | 'model'>,
  config: Pick<GoldsetConfig, 'model'>,
): ResolvedModel | null {
  const own = findModel({ given: null, document, config });
  const id = capturedModel(model, own?.id ?? null);
  return id === null || id === own?.id ? own : { id, source: 'given' };
}
