/** A prompt as it was at a commit, to be run over the golden cases of today. */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { readGoldenSet } from '../../core/golden/read-golden.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { PromptDocument } from '../../core/prompt/document.ts';
import type { ReadCaseFile } from '../../core/golden/case-files.ts';
import { PENDING_TESTS } from '../../core/prompt/promptfoo/tests.ts';
import { refuseUnusable } from '../../core/prompt/refuse-broken.ts';
import type { Repository } from './repository.ts';
import { renamesSince } from './renames.ts';
import { Submodules } from './submodules.ts';
import { refuseLarge, withFiles } from '../workspace/case-file-reader.ts';
import { withHash } from '../workspace/golden-hash.ts';
import { findRoot, shownPath } from '../workspace/root.ts';
import { isWithin, slashedPath } from '../within.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { Workspace } from '../workspace/root.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';

export interface RefTargets {
  readonly ref: string;
  readonly commit: string;
  /** Null: the prompt did not exist there. */
  targetOf(loaded: LoadedPrompt): Promise<RunTarget | null>;
}

/** @throws {HumanError} when there is no such commit. */
export async function targetsAt(repository: Repository, ref: string, workspace: Workspace): Promise<RefTargets> {
  const commit = await repository.commitOf(ref);
  const submodules = new Submodules(repository);
  const renames = new Map([[repository.top, await renamesSince(repository, commit)]]);
  return {
    ref,
    commit,
    async targetOf({ file, target }) {
      if (target.document.template.kind === 'built') throw builtAt(target.document, ref);
      const place = await submodules.commitOf(commit, file);
      if (place === null) return null;
      const { repository: own, commit: ownCommit } = place;
      const renamed = renames.get(own.top) ?? (await renamesSince(own, ownCommit));
      renames.set(own.top, renamed);
      const now = own.pathOf(file);
      const source = await own.promptAt(ownCommit, renamed.get(now) ?? now, workspace, file);
      await submodules.close();
      if (source === null) return null;
      const { partials, version } = source;
      // The cases are those of today.
      const reading = { ...source.reading, diagnostics: source.reading.diagnostics.filter(({ code }) => code !== PENDING_TESTS) };
      refuseUnusable(reading, { called: `${target.document.path} at ${ref}` });
      // Cases and what judges them are those of today, on both sides.
      const document = { ...reading.document, path: target.document.path, embedded: target.document.embedded };
      const listVariables = reading.analysis.variables.filter((use) => use.use === 'iteration').map((use) => use.name);
      return { document, partials, listVariables, cases: target.cases, version, ref, golden: target.golden };
    },
  };
}

const builtAt = ({ path: shown }: PromptDocument, ref: string): ConfigurationError =>
  new ConfigurationError(
    'build/other-commit',
    `${shown} is built by a function, and Goldset does not execute the code of ${ref}.`,
    'Run the prompt at that commit, and compare with the run: goldset compare RUN working.',
  );

/** The prompt with the golden set of a commit. @throws {ConfigurationError} when it was not there. */
export async function withCasesFrom(repository: Repository, ref: string, loaded: LoadedPrompt): Promise<LoadedPrompt> {
  const { goldenFile, target } = loaded;
  if (goldenFile === null) return loaded;
  const commit = await repository.commitOf(ref);
  const at = repository.pathOf(goldenFile);
  const text = await repository.textAt(commit, (await renamesSince(repository, commit)).get(at) ?? at);
  const root = findRoot(path.dirname(loaded.file));
  const shown = shownPath(root, goldenFile);
  if (text === null) throw new ConfigurationError('golden/missing', `${shown} does not exist at ${ref}.`, 'Omit --cases-from.');
  const readThen: ReadCaseFile = async (name) => {
    const file = path.join(realpathSync(root), name);
    const then = isWithin(repository.top, file) ? await repository.textAt(commit, slashedPath(repository.top, file)) : null;
    return then === null ? null : refuseLarge(name, then);
  };
  const { cases, hash } = await withFiles(withHash(readGoldenSet(shown, text)), target.document.path, readThen);
  return { ...loaded, target: { ...target, cases: [...target.document.embedded.cases, ...cases], golden: hash } };
}
