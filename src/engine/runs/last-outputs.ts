/** The last output of each golden case: of the newest run that has one. Part of the engine's bundle; knows no editor. */
import type { Result } from '../../core/results/result.ts';
import type { RunArchive } from './run-archive.ts';

/** Runs that are looked at: what they do not have did not run for a while. */
const MOST_RUNS = 8;

export interface LastOutput {
  readonly verdict: Result['verdict'];
  readonly text: string;
  /** What answered, as results name it. */
  readonly model: string;
  /** The prompt had another text then. */
  readonly isOlder: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
}

export class LastOutputs {
  constructor(private readonly archive: Pick<RunArchive, 'list' | 'storedFile' | 'read'>) {}

  /** By case. `versions`: of the prompts as they are now, by shown path. `isWanted`: whether the answer is still needed. In Restricted Mode no run is read. */
  async of(root: string, versions: ReadonlyMap<string, string>, isWanted: () => boolean): Promise<Map<string, LastOutput>> {
    const found = new Map<string, LastOutput>();
    const prompts = [...versions.keys()];
    if (prompts.length === 0) return found;
    const runs = await this.archive.list(root, prompts, []);
    for (const { id, startedAt } of runs.slice(0, MOST_RUNS)) {
      const file = this.archive.storedFile(root, id);
      if (file === null || !isWanted()) continue;
      await this.addRun(file, startedAt, versions, found, isWanted);
    }
    return found;
  }

  /** What an earlier run says of a case does not count where a newer one has it. */
  private async addRun(
    file: string,
    startedAt: string,
    versions: ReadonlyMap<string, string>,
    found: Map<string, LastOutput>,
    isWanted: () => boolean,
  ): Promise<void> {
    const results = new Map<string, Result>();
    const { head } = await this.archive.read(
      file,
      (result) => {
        if (!found.has(result.case)) results.set(`${result.candidate}\n${result.case}\n${result.repeat}`, result);
      },
      isWanted,
    );
    const heads = new Map((head?.candidates ?? []).map((candidate) => [candidate.id, candidate]));
    for (const { candidate, case: id, verdict, output, error } of results.values()) {
      const answered = heads.get(candidate);
      const version = answered === undefined ? undefined : versions.get(answered.prompt.path);
      if (answered === undefined || version === undefined) continue;
      const known = found.get(id);
      const isOlder = answered.prompt.version !== version;
      // Of one run, an output of the prompt as it is now goes before one of a version that it was compared with, and a failure before a pass.
      if (known !== undefined && (known.startedAt !== startedAt || isOlder || (!known.isOlder && known.verdict !== 'pass'))) continue;
      found.set(id, { verdict, text: output ?? error?.message ?? '', model: answered.model, isOlder, startedAt });
    }
  }
}
