/** What a run is compared with: prompts at a git ref, or an earlier run. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import type { SideInput } from '../../core/compare/side.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { PlannedTarget } from '../../core/run/plan.ts';
import { Git } from '../../adapters/git/git.ts';
import { Repository } from '../../adapters/git/repository.ts';
import { keepRun, keptRuns } from '../../adapters/storage/kept-runs.ts';
import { JOURNAL_SUFFIX, RUN_ID, storedJournal } from '../../adapters/storage/run-files.ts';
import { journalNamed, storedSides } from '../../adapters/storage/stored-side.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import { targetsAt, type RefTargets } from '../../adapters/git/target-at.ts';
import { stderr } from '../output.ts';
import type { Session } from '../session.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { quantity } from '../../core/display/figures.ts';

/** One side of a comparison, prompt by prompt. Null: it does not have this prompt. */
export interface Side {
  readonly name: string;
  targetOf(loaded: LoadedPrompt): Promise<PlannedTarget | SideInput | null>;
}

export type OpenClients = (loaded: LoadedPrompt, target: RunTarget) => Promise<readonly ModelClient[]>;

/** @throws {ConfigurationError} when the workspace is in no git repository. */
export async function repositoryOf(root: string): Promise<Repository> {
  const repository = await Repository.open(new Git(), root);
  if (repository === null)
    throw new ConfigurationError(
      'git/none',
      `${root} is not in a git repository, so there is no earlier version.`,
      'Compare with a run, or create a repository with git init.',
    );
  return repository;
}

/** `working` is the working tree, `model:ID` the working tree with this model, a run's id or file that run, all else a git ref. */
export async function sideNamed(name: string, session: Session, openClients: OpenClients): Promise<Side> {
  const { cwd, workspace, models } = session;
  if (name === 'working')
    return { name, targetOf: async (loaded) => ({ target: loaded.target, clients: await openClients(loaded, loaded.target) }) };
  if (name.startsWith('model:')) {
    const id = name.slice('model:'.length);
    return { name, targetOf: async ({ target }) => ({ target, clients: [await models.open(id, cwd, true)] }) };
  }
  const journal = journalNamed(name, workspace.root, cwd);
  if (journal !== null) {
    const side = storedSide(name, journal);
    // A run that something is compared with outlives the others.
    keepBaseline(workspace.root, journal);
    return side;
  }
  const at: RefTargets = await targetsAt(await repositoryOf(workspace.root), name, workspace);
  return {
    name,
    targetOf: async (loaded) => {
      const target = await at.targetOf(loaded);
      return target === null ? null : { target, clients: await openClients(loaded, target) };
    },
  };
}

/** A run of this workspace, however it was named. A name that a person gave it stays. What cannot be written is no reason not to compare. */
function keepBaseline(root: string, journal: string): void {
  const id = path.basename(journal).replace(JOURNAL_SUFFIX, '');
  const stored = RUN_ID.test(id) ? storedJournal(root, id) : null;
  if (stored === null || realpathSync(stored) !== realpathSync(journal) || keptRuns(root).reasons.has(id)) return;
  try {
    keepRun(root, id, 'baseline', new Date());
  } catch (error) {
    stderr.write(`The run ${id} cannot be marked as a baseline, so it may be deleted like every other: ${messageOf(error)}\n`);
  }
}

function storedSide(name: string, journal: string): Side {
  const sides = storedSides(journal);
  return {
    name,
    targetOf: ({ target: { document } }) => Promise.resolve(onlySide(sides, document.path, path.basename(journal))),
  };
}

/** @throws {ConfigurationError} when the run has several candidates of the prompt. */
export function onlySide(sides: readonly SideInput[], prompt: string, run: string): SideInput | null {
  const own = sides.filter(({ head }) => head.prompt.path === prompt);
  if (own.length > 1)
    throw new ConfigurationError(
      'compare/several',
      `${run} has ${quantity(own.length, 'candidate')} for ${prompt}, so the baseline is ambiguous.`,
      'Compare with a run that used one model and one set of parameters.',
    );
  return own[0] ?? null;
}
