/** What commands share: the worker, the models, the environment, and how they end. */
import path from 'node:path';
import { ConfigurationError, isConfigurationError } from '../core/problems/errors.ts';
import { parseModelId } from '../core/model-id.ts';
import { openBaseSettings, USE_HEAD, type BaseSettings } from '../adapters/git/base-settings.ts';
import { Repository } from '../adapters/git/repository.ts';
import { isCheckedOut } from '../adapters/git/work-tree.ts';
import { Git } from '../adapters/git/git.ts';
import { systemClock } from '../adapters/clock.ts';
import type { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import type { KeySource } from '../adapters/models/keys.ts';
import { readableEnvironment } from '../adapters/models/readable-environment.ts';
import { WorkspaceJudges, type JudgeSources } from '../adapters/models/workspace-judges.ts';
import { BuildFunctions } from '../adapters/process/build-functions.ts';
import { transpiler } from '../adapters/process/javascript-import.ts';
import { ProcessCodeRunner } from '../adapters/process/code-runner.ts';
import type { CodeRunner } from '../core/grade/code-assertion.ts';
import type { Judges } from '../core/judge/judges-port.ts';
import { CodeTrust } from '../adapters/trust/code-trust.ts';
import { modelOpener, type ModelOpener } from '../adapters/models/open-model.ts';
import { findRoot, folderOf, openWorkspace, type Workspace } from '../adapters/workspace/root.ts';
import type { Arguments } from './arguments.ts';
import { isTrusting } from './run/run-modes.ts';
import { settleDataFolder, type DataFolderUse } from './trust/data-folder-question.ts';
import { environmentKeys } from './environment/environment-keys.ts';
import { requireOwner } from './trust/owner.ts';

export interface Session {
  readonly cwd: string;
  readonly workspace: Workspace;
  /** What judges a change instead of its own settings; null: its own do. */
  readonly base: BaseSettings | null;
  readonly evaluator: WorkerEvaluator;
  readonly models: ModelOpener;
  readonly judges: Judges;
  /** Null: no code assertion runs. */
  readonly code: CodeRunner | null;
  /** Calls the functions that build prompts. */
  readonly builds: BuildFunctions;
  /** What of the workspace may be executed. */
  readonly trust: CodeTrust;
  readonly keys: KeySource;
}

export interface SessionUse {
  /** What the command does with the data folder of the workspace; null: another workspace's is used. Absent: it needs it. */
  readonly data?: DataFolderUse | null;
  /** The command sends and executes nothing. */
  readonly readsOnly?: boolean;
}

/** Opens a session on the workspace of the first path. */
export async function withSession<T>(
  args: Arguments,
  evaluator: WorkerEvaluator,
  work: (session: Session) => Promise<T>,
  { data = 'needed', readsOnly = false }: SessionUse = {},
): Promise<T> {
  const cwd = process.cwd();
  // The workspace is that of the first path.
  const start = folderOf(path.resolve(cwd, args.paths[0] ?? '.'));
  await requireOwner(findRoot(start), args, readsOnly);
  const { workspace: opened, base } = await withSettingsFrom(args.text('settings-from'), await openWorkspace(start), start);
  // What a change could read of the environment of who judges it is nothing.
  const workspace = base === null ? { ...opened, environment: readableEnvironment(opened.config) } : opened;
  let session: Session | null = null;
  try {
    if (data !== null) await settleDataFolder(workspace.root, data);
    session = openSession(args, evaluator, cwd, workspace, base);
    return await work(session);
  } finally {
    session?.builds.dispose();
    base?.close();
  }
}

function openSession(args: Arguments, evaluator: WorkerEvaluator, cwd: string, workspace: Workspace, base: BaseSettings | null): Session {
  const { root, settingsRoot = root, config } = workspace;
  const keys = environmentKeys(args, config);
  const trust = new CodeTrust(root, settingsRoot, isTrusting(args));
  const models = onlyProvidersOf(
    base,
    modelOpener({
      root,
      settingsRoot,
      config,
      keys,
      matcher: evaluator,
      clock: systemClock,
      mayRunPrograms: () => true,
      permit: trust.permit,
      isFrozen: args.text('cache') === 'frozen',
      ...(args.text('timeout') === null ? {} : { deadlineMs: args.count('timeout', 300) * 1000 }),
    }),
  );
  const load: JudgeSources['load'] = (of, file) => evaluator.load({ workspace: of, file, unsaved: {}, most: 0 });
  const judging = { ...workspace, root: settingsRoot };
  const judges = new WorkspaceJudges({ workspace: judging, models, load, builtIn: path.join(__dirname, '..', 'judges') });
  const code = new ProcessCodeRunner(settingsRoot, config.code, trust.permit);
  // Of a change that a base judges, the function is that of the base too: a change executes nothing of its own.
  const builds = new BuildFunctions(settingsRoot, config.code, trust.permit, transpiler());
  evaluator.useBuilds(builds);
  return { cwd, workspace, base, evaluator, models, judges, keys, trust, code, builds };
}

/** What a change may not decide is that of `ref`; null: the working tree decides. */
async function withSettingsFrom(
  ref: string | null,
  workspace: Workspace,
  start: string,
): Promise<{ readonly workspace: Workspace; readonly base: BaseSettings | null }> {
  if (ref === null) return { workspace, base: null };
  const repository = await Repository.open(new Git(), workspace.root);
  if (repository === null)
    throw new ConfigurationError(
      'git/none',
      `${workspace.root} is not in a git repository, so there are no settings at ${ref}.`,
      'Omit --settings-from.',
    );
  try {
    // The files of HEAD are those of the work tree, together with what is installed or built there.
    if (await isCheckedOut(repository, ref)) return { workspace, base: null };
    return await openBaseSettings(repository, ref, workspace, start);
  } finally {
    repository.close();
  }
}

/** A model of a provider that only the change has cannot be opened, with the way out. */
function onlyProvidersOf(base: BaseSettings | null, models: ModelOpener): ModelOpener {
  if (base === null) return models;
  const explained = async <T>(id: string, open: Promise<T>): Promise<T> => {
    try {
      return await open;
    } catch (error) {
      const provider = [parseModelId(id)?.provider ?? '', id]
        .map((name) => name.toLowerCase())
        .find((name) => base.headConfig.providers.has(name));
      if (!isConfigurationError(error) || provider === undefined || base.config.providers.has(provider)) throw error;
      throw new ConfigurationError(
        'settings/new-provider',
        `There is no provider "${provider}" at ${base.ref}; only this change has it.`,
        USE_HEAD,
      );
    }
  };
  return {
    open: (id, from) => explained(id, models.open(id, from)),
    openEmbeddings: (id) => explained(id, models.openEmbeddings(id)),
    warmUp: (ids) => models.warmUp(ids),
  };
}
