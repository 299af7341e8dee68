/** What commands share: the worker, the models, the environment, and how they end. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError } from '../core/errors.ts';
import { EMPTY_CONFIG, readGoldsetYaml } from '../core/config/goldset-yaml.ts';
import { Repository } from '../adapters/git/committed-prompt.ts';
import { Git } from '../adapters/git/git.ts';
import { systemClock } from '../adapters/clock.ts';
import type { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import type { KeySource } from '../adapters/models/keys.ts';
import { WorkspaceJudges, type JudgeSources } from '../adapters/models/workspace-judges.ts';
import { ProcessCodeRunner } from '../adapters/process/code-runner.ts';
import type { CodeRunner } from '../core/grade/code-assertion.ts';
import type { Judges } from '../core/judge/judges-port.ts';
import { modelOpener, type ModelOpener } from '../adapters/models/open-model.ts';
import { findRoot, openWorkspace, type Workspace } from '../adapters/workspace/root.ts';
import type { Arguments } from './arguments.ts';
import { requireOwner } from './owner.ts';

export interface Session {
  readonly cwd: string;
  readonly workspace: Workspace;
  readonly evaluator: WorkerEvaluator;
  readonly models: ModelOpener;
  readonly judges: Judges;
  readonly code: CodeRunner;
  readonly keys: KeySource;
  /** Origins that the user lets any key go to. */
  readonly allowedOrigins: readonly string[];
}

/** Opens a session on the workspace of the first path. */
export async function withSession<T>(
  args: Arguments,
  evaluator: WorkerEvaluator,
  work: (session: Session) => Promise<T>,
  { readsOnly = false }: { readonly readsOnly?: boolean } = {},
): Promise<T> {
  const cwd = process.cwd();
  await requireOwner(findRoot(startOf(args.paths[0], cwd)), args, readsOnly);
  const workspace = await withProvidersFrom(args.text('providers-from'), await openWorkspace(startOf(args.paths[0], cwd)));
  const keys = environmentKeys(await environment(args.text('env-file')));
  const allowedOrigins = args.texts('allow-origin').map(originOf);
  const models = modelOpener({
    root: workspace.root,
    config: workspace.config,
    keys,
    matcher: evaluator,
    clock: systemClock,
    allowedOrigins,
    mayRunPrograms: () => true,
    isFrozen: args.text('cache') === 'frozen',
    ...(args.text('timeout') === null ? {} : { deadlineMs: args.count('timeout', 300) * 1000 }),
  });
  const load: JudgeSources['load'] = (of, file) => evaluator.load({ workspace: of, file, unsaved: {}, most: 0 });
  const judges = new WorkspaceJudges({ workspace, models, load, builtIn: path.join(__dirname, '..', 'judges') });
  return work({
    cwd,
    workspace,
    evaluator,
    models,
    judges,
    keys,
    allowedOrigins,
    code: new ProcessCodeRunner(workspace.root, workspace.config.code),
  });
}

/** What a change may not decide: where keys are sent. `ref` null: the working tree's own providers. */
async function withProvidersFrom(ref: string | null, workspace: Workspace): Promise<Workspace> {
  if (ref === null) return workspace;
  const repository = await Repository.open(new Git(), workspace.root);
  if (repository === null) return workspace;
  try {
    const commit = await repository.commitOf(ref);
    const text = await repository.textAt(commit, repository.pathOf(path.join(workspace.root, 'goldset.yaml')));
    const { providers } = text === null ? EMPTY_CONFIG : readGoldsetYaml('goldset.yaml', text).config;
    return { ...workspace, config: { ...workspace.config, providers } };
  } finally {
    repository.close();
  }
}

/** The workspace is that of the first path. */
function startOf(given: string | undefined, cwd: string): string {
  const file = path.resolve(cwd, given ?? '.');
  return existsSync(file) && path.extname(file) !== '' ? path.dirname(file) : file;
}

async function environment(file: string | null): Promise<NodeJS.ProcessEnv> {
  if (file === null) return process.env;
  if (!existsSync(file)) throw new ConfigurationError('env/missing', `Environment file not found: ${file}.`, 'Check --env-file.');
  return { ...parseEnv(await readFile(file, 'utf8')), ...process.env };
}

function environmentKeys(variables: NodeJS.ProcessEnv): KeySource {
  return {
    keyForOrigin: () => Promise.resolve(null),
    variable: (name) => {
      const value = variables[name]?.trim();
      return value === undefined || value === '' ? null : value;
    },
  };
}

function originOf(text: string): string {
  if (!URL.canParse(text))
    throw new ConfigurationError('usage', `--allow-origin must be an address such as https://models.example.com, not "${text}".`);
  return new URL(text).origin;
}
