/** `goldset golden add`: answers of production become golden cases. `goldset golden import` is in ../golden/golden-import.ts. */
import path from 'node:path';
import { readText } from '../../adapters/bounded-file.ts';
import { Git } from '../../adapters/git/git.ts';
import { storeFeedback } from '../../adapters/capture/store-feedback.ts';
import type { InteractionJob, ListedInteraction } from '../../adapters/interactions/interaction-reader.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';
import {
  editOf,
  hasJudgeModel,
  PER_GROUP,
  planCases,
  withPrompts,
  type CasePlan,
  type RootedPrompt,
  type InteractionInWorkspace,
} from '../../adapters/interactions/plan-cases.ts';
import { promptNamed } from '../../adapters/workspace/prompt-by-name.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { readFilter } from '../../core/feedback/interactions/filter-text.ts';
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { followUpOn } from '../../core/feedback/interactions/follow-up.ts';
import { recordsOf } from '../interactions/copied-records.ts';
import { CRITERIA, type Criterion } from '../../core/feedback/interactions/case-expectation.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { Repository } from '../../adapters/git/repository.ts';
import { RecordedVersions } from '../../adapters/interactions/recorded-version.ts';
import { causesOf, replayed } from '../golden/golden-trials.ts';
import type { Arguments } from '../arguments.ts';
import { namedGolden, promptLoader, promptOfTarget, writeGoldenFile, type LoadPrompt } from '../golden/golden-target.ts';
import { withSession, type Session } from '../session.ts';
import { stderr, stdout } from '../output.ts';
import { importCases } from '../golden/golden-import.ts';

/** Interactions that are taken at once when nobody says how many. */
const MOST = 100;

export async function goldenCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  if (args.paths[0] === 'import') return importCases(args, evaluator);
  if (args.paths.length !== 1 || args.paths[0] !== 'add')
    throw new ConfigurationError(
      'usage',
      'Name an action: goldset golden add --from FILTER --to SET, or goldset golden import FILE --to SET',
      'See: goldset help golden',
    );
  const typed = readFilter(args.texts('from'));
  if ('problem' in typed) throw new ConfigurationError('usage', typed.problem, 'See: goldset help golden');
  // A slip is told before anything is read or sent.
  criterionOf(args.text('criterion'));
  const to = args.text('to');
  return withSession(
    { ...args, paths: to === null ? [] : [path.dirname(to)] },
    evaluator,
    async (session) => {
      const most = args.count('limit', MOST);
      const records = await recordsOf(args, session, typed, most);
      const job = { root: records, golden: session.workspace.root, declared: session.workspace.config.signals, isKept: true };
      const filter = await withStoredName(typed.filter, job, evaluator);
      const found = await evaluator.interactions({ ...job, query: { kind: 'find', filter, from: 0, to: most } });
      const rows = found?.kind === 'found' ? found.rows.filter(({ key }) => typed.id === null || key.id === typed.id) : [];
      if (rows.length === 0) return say('No stored interactions match this filter. --from all selects every one; see: goldset help golden');
      if (found?.kind === 'found' && found.total > most)
        stderr.write(`More interactions match; using the newest ${count(most)} (--limit).\n`);
      const load = promptLoader(session);
      const target = to === null ? null : await promptOfTarget(path.resolve(session.cwd, to), session, load);
      return addCases(args, session, records, await wholes(records, rows, session), target, load);
    },
    { data: null },
  );
}

/** A prompt may be named as people name it; applications mostly record its path. */
export async function withStoredName(
  filter: InteractionFilter,
  job: Omit<InteractionJob, 'query'>,
  evaluator: WorkerEvaluator,
): Promise<InteractionFilter> {
  if (filter.prompt === null) return filter;
  const inbox = await evaluator.interactions({ ...job, query: { kind: 'inbox', rows: 0 } });
  const names = inbox?.kind === 'inbox' ? Object.keys(inbox.seen.prompt) : [];
  return { ...filter, prompt: promptNamed(filter.prompt, names) ?? filter.prompt };
}

async function wholes(
  records: string,
  rows: readonly ListedInteraction[],
  { evaluator, workspace }: Session,
): Promise<InteractionInWorkspace[]> {
  const answer = await evaluator.interactions({
    root: records,
    declared: workspace.config.signals,
    isKept: true,
    query: { kind: 'records', keys: rows.map(({ key }) => key) },
  });
  const stored = answer?.kind === 'records' ? answer.records.filter((whole) => whole !== null) : [];
  return withPrompts(workspace.root, stored);
}

/** `target`: the prompt that they are for; null: each has its own. */
async function addCases(
  args: Arguments,
  session: Session,
  records: string,
  all: readonly InteractionInWorkspace[],
  target: string | null,
  load: LoadPrompt,
): Promise<number> {
  const { evaluator, workspace } = session;
  // Where the application names no prompt, the one that is meant is taken.
  const given =
    target === null
      ? all
      : all.map((whole) => (whole.promptFile === null ? { ...whole, promptFile: target, isChosen: true as const } : whole));
  const own = target === null ? given : given.filter(({ promptFile }) => promptFile === target);
  const placed = own.filter(({ promptFile }) => promptFile !== null);
  if (placed.length > 0 && placed.length < own.length)
    stderr.write(`${count(own.length - placed.length)} skipped: no prompt here has the name they record (choose one with --to).\n`);
  if (own.length < given.length) stderr.write(`${count(given.length - own.length)} skipped: answered by another prompt.\n`);
  let made = 0;
  const hasJudge = hasJudgeModel(workspace.config);
  const found = placed.length > 0 ? placed : own;
  const repository = await Repository.open(new Git(), workspace.root);
  const versions = new RecordedVersions(repository, workspace);
  const planning = {
    load,
    evaluator,
    now: Date.now(),
    hasJudge,
    title: workspace.config.title,
    declared: workspace.config.signals,
    perGroup: args.count('per-group', PER_GROUP),
    criterion: criterionOf(args.text('criterion')),
    causes: await causesOf(
      args,
      session,
      found.map(({ interaction }) => interaction),
      hasJudge,
    ),
    recordedTarget: async (interaction: Interaction, loaded: RootedPrompt) => (await versions.of(interaction, loaded))?.target ?? null,
  };
  for (const plan of await planCases(found, planning)) {
    const isWanted = ({ like, fullGroup }: CasePlan): boolean => (like === null || args.flag('with-duplicates')) && fullGroup === null;
    const wanted = plan.cases.filter(isWanted);
    const file = plan.loaded.file === target ? namedGolden(args.text('to'), session) : undefined;
    const chosen = await replayed(plan, wanted, file, versions, args, session);
    for (const { interaction, like, fullGroup } of plan.cases.filter((item) => !wanted.includes(item)))
      stderr.write(
        fullGroup === null
          ? `${interaction} skipped: the case ${like ?? ''} has the same variables (add it with --with-duplicates).\n`
          : `${interaction} skipped: the group ${fullGroup} has enough cases that ask almost the same (--per-group).\n`,
      );
    if (chosen.length === 0) continue;
    const edit = await editOf(plan, chosen, evaluator, (file) => readText(file), file);
    if (!args.flag('dry-run')) await write(edit, workspace.root, records, chosen);
    made += chosen.length;
    stdout.write(`${shownPath(workspace.root, edit.file)}\n${chosen.map(caseText).join('')}`);
  }
  repository?.close();
  return say(`${quantity(made, 'case')} ${args.flag('dry-run') ? 'would be added' : 'added'}.`);
}

/** The set first: an interaction counts as a case when it is one. */
async function write(edit: GoldenEdit, root: string, records: string, chosen: readonly CasePlan[]): Promise<void> {
  writeGoldenFile(edit, root);
  const time = new Date().toISOString();
  const became = chosen.map(({ interaction, added }) => followUpOn(interaction, time, { triage: 'case', reason: added.id }));
  await storeFeedback(records, became, new Git());
}

/** How outputs are compared, by a person's choice; null: as each correction suggests. @throws {ConfigurationError} */
function criterionOf(given: string | null): Criterion | null {
  if (given === null) return null;
  const known = CRITERIA.find((name) => name === given);
  if (known !== undefined) return known;
  const rubric = /^rubric:\s*(\S.*)$/s.exec(given)?.[1];
  if (rubric !== undefined) return { rubric };
  throw new ConfigurationError('usage', `--criterion must be ${CRITERIA.join(', ')} or "rubric: TEXT".`, 'See: goldset help golden');
}

const caseText = ({ interaction, added, problem }: CasePlan): string =>
  `  ${added.id}  from ${interaction}, ${added.kind ?? added.status ?? 'verified'}${added.reproduces === true ? ', reproduces' : added.reproduces === false ? ', does not reproduce' : ''}${problem === null ? '' : `: ${problem}`}\n`;

function say(sentence: string): number {
  stdout.write(`${sentence}\n`);
  return 0;
}
