/** The plan of `goldset run`: what its arguments, goldset.yaml and the prompts ask for. */
import path from 'node:path';
import picomatch from 'picomatch';
import { ConfigurationError, messageOf } from '../../core/problems/errors.ts';
import { caseProblems } from '../../core/prompt/case-problems.ts';
import { parameterFromText } from '../../core/prompt/formats/parameters.ts';
import type { Parameters } from '../../core/prompt/document.ts';
import { countSamples, type Plan, type PlannedTarget } from '../../core/run/plan.ts';
import type { SideInput } from '../../core/compare/side.ts';
import { columnTargets, distinctColumns } from '../../core/prompt/columns.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { planRun, repeatsOf, runsWith, type ComparedTarget } from '../../core/run/plan-run.ts';
import { PROMPT_HINT } from '../../adapters/workspace/find-prompts.ts';
import { promptsAt } from './prompt-search.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { Arguments } from '../arguments.ts';
import { resolveModel } from '../../core/config/resolve-model.ts';
import { isOfAnotherTool, refuseBrokenPrompt } from '../../core/prompt/refuse-broken.ts';
import { withErrorCells } from '../../core/prompt/promptfoo/error-cells.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import type { BaseSettings } from '../../adapters/git/base-settings.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { settleBuilt } from './built-prompts.ts';
import { withGeneratedTests } from './generated-tests.ts';
import { sideNamed, type OpenClients } from './baseline.ts';
import { ChangeJudge, type JudgedChange, type SelectCases } from './judged-by-base.ts';
import { promptsChangedSince } from './changed-since.ts';
import type { Session } from '../session.ts';
import { sha256 } from '../../adapters/hash.ts';
import type { Shard } from '../../core/results/shard.ts';
import { stderr } from '../output.ts';
import { quantity } from '../../core/display/figures.ts';

/** What to do about a problem that does not say it. */
export const SEE_ALL = 'See all problems: goldset check';

export interface LoadedPlan {
  readonly plan: Plan;
  /** How the change is judged beside its own cases, prompt by prompt; empty without `--settings-from`. */
  readonly changes: readonly JudgedChange[];
  /** Everything that the plan was read from. */
  readonly files: readonly string[];
}

/** @throws {ConfigurationError} when there is nothing to run, or something cannot be run as written. */
export async function makePlan(args: Arguments, session: Session, select: SelectCases = (target) => target): Promise<LoadedPlan> {
  const { cwd, evaluator, models, workspace } = session;
  // A spending limit, a price or a gate that cannot be read cannot be enforced.
  refuseBrokenSettings(workspace, SEE_ALL);
  const files = await promptsAt(args.paths, cwd);
  const targets: ComparedTarget[] = [];
  const chosen = modelsOf(args, session);
  const loads = files.map((file) => evaluator.load({ workspace, file, unsaved: {}, most: null }));
  const [read] = await Promise.all([Promise.all(loads), models.warmUp(chosen)]);
  const everything = await settleBuilt(await withGeneratedTests(read, args, session), args, session);
  const since = args.text('changed-since');
  const allLoaded = since === null ? everything : await promptsChangedSince(since, everything, session);
  const given = parameterSets(args.texts('param'));
  const parameters = given.length > 0 || !args.flag('matrix') ? given : workspace.config.matrix.parameters;
  const baseline = args.text('baseline');
  // The older side has the model that it had.
  const ofBase = session.base === null ? session : withModelOf(session.base, session);
  const clientsOf: OpenClients = (loaded, target) => openClients(args, ofBase, { ...loaded, target });
  const judge = session.base === null ? null : new ChangeJudge(session.base, session, select);
  const changes: JudgedChange[] = [];
  const before = baseline === null ? null : await sideNamed(baseline, session, clientsOf);
  const said = new Set<string>();
  for (const read of withErrorCells(allLoaded)) {
    const { document } = read.target;
    if (files.length > 1 && isOfAnotherTool(document)) {
      stderr.write(`${document.path} is left out: ${document.unread?.message ?? ''}\n`);
      continue;
    }
    checkPrompt(read, said);
    const chosen = { ...read, target: select(read.target, workspace.config) };
    const change = (await judge?.judged(chosen)) ?? null;
    if (change !== null) changes.push(change);
    const { own: loaded, byBase, base } = change ?? { own: chosen, byBase: null, base: null };
    if (loaded.target.cases.length > 0) {
      const comparedWith = before === null ? null : await before.targetOf(loaded);
      if (before !== null && comparedWith === null)
        stderr.write(`${loaded.target.document.path} is new since ${before.name}, so only its critical cases can fail the run.\n`);
      for (const target of chosenColumns(args, session, loaded.target)) {
        const own = { target, clients: await openClients(args, session, { ...loaded, target }) };
        targets.push({ ...own, comparedWith: await sameColumn(comparedWith, target, (old) => clientsOf(loaded, old)) });
      }
    } else stderr.write(`${loaded.target.document.path} has no golden cases: nothing to run.\n`);
    if (byBase !== null && base !== null) {
      const own = { target: byBase.target, clients: await openClients(args, session, byBase) };
      targets.push({ ...own, comparedWith: before === null ? null : { target: base, clients: await clientsOf(byBase, base) } });
    }
  }
  const plan = planRun({
    targets,
    parameters,
    repeats: args.count('repeat', repeatsOf(targets, workspace.config.gate.repeats)),
    selection: { matches: caseMatcher(args.texts('case')), tags: args.texts('tag'), shard: shardOf(args.text('shard')) },
    hash: sha256,
  });
  for (const note of retrievalNotes(targets)) stderr.write(`${note}\n`);
  if (countSamples(plan) === 0 && since === null && plan.shard === null) {
    throw new ConfigurationError(
      'run/nothing',
      'No golden cases to run.',
      files.length === 0 ? PROMPT_HINT : 'Add cases beside the prompt (NAME.golden.yaml), or check --case and --tag.',
    );
  }
  const settings = [
    path.join(workspace.root, 'goldset.yaml'),
    ...(workspace.config.prices === null ? [] : [path.resolve(workspace.root, workspace.config.prices)]),
  ];
  const scripts = plan.candidates.flatMap(({ candidate: { client } }) =>
    client.source === 'scripted' ? [client.origin.slice('scripted:'.length)] : [],
  );
  return {
    plan,
    changes,
    files: [...new Set([...allLoaded.flatMap(filesOf), ...settings, ...scripts])],
  };
}

/** The same session with the default model of the base. */
/** What is said of cases that check what a pipeline retrieves, where a model is to answer. */
function retrievalNotes(targets: readonly ComparedTarget[]): string[] {
  return targets.flatMap(({ target: { cases, document }, clients }) => {
    const left = cases.filter((item) => !clients.some((client) => runsWith(item, client)));
    if (left.length === 0) return [];
    return [`${document.path}: ${quantity(left.length, 'retrieval case')} left out: only a pipeline retrieves (--model PIPELINE).`];
  });
}

/** The columns of a promptfoo config, or the one prompt with the models that were chosen. */
const chosenColumns = (args: Arguments, session: Session, target: RunTarget): RunTarget[] =>
  modelsOf(args, session).length > 0 ? [target] : distinctColumns(target);

/** The older side of one column of several: that of the same model, else all that it is. */
async function sameColumn<T extends PlannedTarget | SideInput>(
  older: T | null,
  { document }: RunTarget,
  clientsOf: (target: RunTarget) => Promise<PlannedTarget['clients']>,
): Promise<T | PlannedTarget | null> {
  if (older === null || !('target' in older) || older.target.document.columns === undefined) return older;
  const same = columnTargets(older.target).find((column) => column.document.model?.id === document.model?.id);
  return same === undefined ? older : { target: same, clients: await clientsOf(same) };
}

const withModelOf = ({ config }: BaseSettings, session: Session): Session => ({
  ...session,
  workspace: { ...session.workspace, config: { ...session.workspace.config, model: config.model } },
});

const filesOf = ({ files, goldenFile }: LoadedPrompt): string[] => [...files, ...(goldenFile === null ? [] : [goldenFile])];

/**
 * Refuses a broken prompt, and says on stderr what is wrong with single golden cases. `said`: what was said of other prompts, which is not
 * said again: those of one config share their cases. @throws {ConfigurationError}
 */
export function checkPrompt(loaded: LoadedPrompt, said = new Set<string>()): void {
  refuseBrokenPrompt(loaded, { hint: SEE_ALL });
  const { reading, diagnostics, target } = loaded;
  for (const item of diagnostics) {
    if (item.severity !== 'error' && !isAboutSending(item.code)) continue;
    const line = `${item.path}: ${item.message}\n`;
    const place = `${item.range?.start ?? ''} ${line}`;
    if (!said.has(place)) stderr.write(line);
    said.add(place);
  }
  const [missing, ...more] = caseProblems(reading, target.cases).filter((item) => item.code === 'golden/missing-variable');
  if (missing) stderr.write(`${missing.path}: ${missing.message}${more.length > 0 ? ` ${more.length} more: goldset check` : ''}\n`);
}

/** What is sent is not all that the application sends, or not what the text seems to say. */
const isAboutSending = (code: string): boolean => code === 'prompt/defined-in-code' || code === 'prompt/other-syntax';

/** --model, or the matrix; none: the prompts' own. */
function modelsOf(args: Arguments, { workspace }: Session): readonly string[] {
  const chosen = args.texts('model');
  if (chosen.length > 0 || !args.flag('matrix')) return chosen;
  const { models, parameters } = workspace.config.matrix;
  if (models.length === 0 && parameters.length === 0)
    throw new ConfigurationError(
      'matrix/none',
      'goldset.yaml has no `matrix`.',
      'Add it: matrix: { models: […], parameters: [{ temperature: 0 }] }, or repeat --model and --param.',
    );
  return models;
}

/** --model beats the matrix, the matrix beats the prompt, the prompt beats goldset.yaml. */
export async function openClients(
  args: Arguments,
  session: Session,
  { file, target }: Pick<LoadedPrompt, 'file' | 'target'>,
): Promise<Awaited<ReturnType<Session['models']['open']>>[]> {
  const { cwd, models, workspace } = session;
  const { document } = target;
  const chosen = modelsOf(args, session);
  const places = { file, root: workspace.root, given: args.texts('model').length > 0 ? cwd : workspace.root };
  return Promise.all(
    (chosen.length > 0 ? chosen : [null]).map((given) => {
      const model = resolveModel(
        { given, document, config: workspace.config },
        'Add `model: provider:model` to it or to goldset.yaml, or pass --model.',
      );
      return models.open(model.id, modelFolder(model, places), model.source === 'given' && args.texts('model').length > 0);
    }),
  );
}

/** `2/5` */
function shardOf(text: string | null): Shard | null {
  if (text === null) return null;
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!(index >= 1 && index <= count))
    throw new ConfigurationError('usage', `--shard must be I/N with I from 1 to N, such as 2/5, not "${text}".`);
  return { index, count };
}

function caseMatcher(globs: readonly string[]): ((text: string) => boolean) | null {
  if (globs.length === 0) return null;
  const matchers = globs.map((glob) => picomatch(glob, { dot: true, bash: true }));
  return (text) => matchers.some((matches, i) => matches(text) || text === globs[i]);
}

/** `--param temperature=0,0.7 --param seed=1,2` makes four candidates. */
function parameterSets(texts: readonly string[]): Parameters[] {
  return texts.reduce<Parameters[]>(
    (sets, text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new ConfigurationError('usage', `--param must be NAME=VALUE, not "${text}".`);
      const name = text.slice(0, at);
      const values = splitValues(text.slice(at + 1));
      return sets.flatMap((set) => values.map((value) => ({ ...set, ...readParameter(name, value) })));
    },
    texts.length > 0 ? [{}] : [],
  );
}

/** Commas separate values, but not inside JSON. */
const splitValues = (text: string): string[] => (/^[[{"]/.test(text.trim()) ? [text] : text.split(','));

function readParameter(name: string, text: string): Parameters {
  try {
    return Object.fromEntries([parameterFromText(name, text.trim())]);
  } catch (error) {
    throw new ConfigurationError('usage', `--param: ${messageOf(error)}.`);
  }
}
