/** Golden cases of interactions, before they are written: the same for the editor and the command line. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../core/config/declared-signals.ts';
import type { GoldsetConfig } from '../../core/config/goldset-yaml.ts';
import { ConfigurationError, isHumanError, type HumanError } from '../../core/problems/errors.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import { labelsOf, type Criterion } from '../../core/feedback/interactions/case-expectation.ts';
import { caseFrom, caseLike, type CaseCause } from '../../core/feedback/interactions/case-from-interaction.ts';
import { decisionsIn, type TriageDecision } from '../../core/feedback/interactions/follow-up.ts';
import { joined, withoutLostCase } from '../../core/feedback/interactions/interaction-query.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { titleOf } from '../../core/feedback/interactions/interaction-title.ts';
import { passagesOf } from '../../core/feedback/interactions/passages.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import { askedText, NearGroups } from '../../core/golden/near-duplicates.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { casesIn } from './golden-cases.ts';
import { recoverInputs, type RecoveredInputs } from './recover-inputs.ts';
import { mediaVariables } from '../../core/prompt/media-variables.ts';
import type { InteractionWithFollowUps } from './interactions-with-follow-ups.ts';
import { findPrompts } from '../workspace/find-prompts.ts';
import { defaultGolden } from '../../core/prompt/formats/prompt-name.ts';
import type { GoldenEdit, GoldenEditJob, GoldenEditor } from '../workspace/golden-edit.ts';
import { promptNamed } from '../workspace/prompt-by-name.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { ReadText } from '../workspace/prompt-reads.ts';
import { shownPath } from '../workspace/root.ts';

export type RootedPrompt = LoadedPrompt & { readonly root: string };

export interface InteractionInWorkspace {
  /** With all that became known of it. */
  readonly interaction: Interaction;
  /** Why it was dismissed, or which case it became. */
  readonly reason: string | null;
  /** What each person decided, the newest first. */
  readonly decisions: readonly TriageDecision[];
  /** The prompt's file; null: none is called so. */
  readonly promptFile: string | null;
  /** A person named the prompt; the record does not. */
  readonly isChosen?: true;
}

/** A case that is to be made, and what speaks against it. */
export interface CasePlan {
  readonly interaction: string;
  /** With all that became known of it. */
  readonly whole: Interaction;
  readonly added: NewCase;
  /** The id of a case with the same variables. */
  readonly like: string | null;
  /** The group of cases that ask almost the same, which is full; null: there is room. */
  readonly fullGroup: string | null;
  readonly problem: string | null;
  /** Variables that were read from its messages. */
  readonly recovered: readonly string[];
  /** Ids of cases that are there and belong to its group now. */
  readonly joins: readonly string[];
}

/** Cases that ask almost the same and are enough. */
export const PER_GROUP = 3;

export interface CasePlanning {
  /** Of a prompt's file, as the editor has it. */
  load(file: string): Promise<RootedPrompt>;
  readonly evaluator: Pick<Evaluator, 'render'>;
  /** ms since 1970. */
  readonly now: number;
  readonly hasJudge: boolean;
  /** The variable that goldset.yaml shows in lists; absent: the first declared input. */
  readonly title?: string | null;
  /** How outputs are compared; absent: as each correction suggests. */
  readonly criterion?: Criterion | null;
  /** What signals mean, as goldset.yaml declares it; absent: nothing is declared. */
  readonly declared?: DeclaredSignals;
  /** By id of the interaction: whether its passages are why its answer was wrong. */
  readonly causes?: ReadonlyMap<string, CaseCause>;
  /** The prompt as it was when it answered; null: not known. Absent: the prompt as it is. */
  recordedTarget?(interaction: Interaction, loaded: RootedPrompt): Promise<RunTarget | null>;
  /** Absent: `PER_GROUP`. */
  readonly perGroup?: number;
}

export interface GoldenPlan {
  readonly loaded: RootedPrompt;
  readonly cases: readonly CasePlan[];
}

/** With the files of their prompts below the root. */
export async function withPrompts(root: string, wholes: readonly InteractionWithFollowUps[]): Promise<InteractionInWorkspace[]> {
  const prompts = (await findPrompts([], root)).map((file) => shownPath(root, file));
  const known = wholes.map((whole) => {
    const interaction = joined(whole.interaction, whole.followUps);
    return { whole, interaction, reason: whole.followUps.findLast(({ triage }) => triage !== null)?.reason ?? null };
  });
  const hasCase = casesIn(
    root,
    known.flatMap(({ interaction: { id, triage }, reason }) => (triage === 'case' ? [{ id, case: reason }] : [])),
  );
  return known.map(({ whole, interaction: all, reason: said }) => {
    const { triage, reason } = withoutLostCase({ id: all.id, triage: all.triage, reason: said }, hasCase);
    const interaction = { ...all, triage };
    const named = interaction.prompt === null ? null : promptNamed(interaction.prompt.name, prompts);
    return {
      interaction,
      reason,
      decisions: decisionsIn(whole.followUps),
      promptFile: named === null ? null : path.resolve(root, named),
    };
  });
}

/** The cases to make, by prompt. @throws {HumanError} when a prompt is not found. */
export async function planCases(wholes: readonly InteractionInWorkspace[], planning: CasePlanning): Promise<GoldenPlan[]> {
  const byFile = new Map<string, InteractionInWorkspace[]>();
  for (const whole of wholes) {
    if (whole.promptFile === null) throw noPrompt(whole.interaction);
    byFile.set(whole.promptFile, [...(byFile.get(whole.promptFile) ?? []), whole]);
  }
  const plans: GoldenPlan[] = [];
  for (const [file, own] of byFile) {
    const loaded = await planning.load(file);
    plans.push({ loaded, cases: await plannedCases(loaded, own, planning) });
  }
  return plans;
}

async function plannedCases(loaded: RootedPrompt, wholes: readonly InteractionInWorkspace[], planning: CasePlanning): Promise<CasePlan[]> {
  const { causes, criterion = null, hasJudge, perGroup = PER_GROUP, now, title = null, declared = NO_DECLARED_SIGNALS } = planning;
  const day = new Date(now).toISOString().slice(0, 10);
  const { cases } = loaded.target;
  const taken = new Set(cases.map(({ id }) => id));
  const known: Pick<NewCase, 'id' | 'vars' | 'messages'>[] = [...cases];
  const labels = labelsOf(cases);
  const groups = new NearGroups();
  for (const item of cases) groups.add(item.id, item.group, askedText(item, passagesOf({ chunks: [], variables: item.vars }).variables));
  const plans: CasePlan[] = [];
  for (const { interaction, isChosen = false } of wholes) {
    const recorded = interaction.messages.length === 0 ? null : ((await planning.recordedTarget?.(interaction, loaded)) ?? null);
    const inputs = await inputsFor(interaction, loaded, { isChosen, evaluator: planning.evaluator, recorded });
    const { problem, recovered } = inputs;
    const named = caseFrom(interaction, taken, day, {
      problem,
      inputs,
      criterion,
      labels,
      hasJudge,
      cause: causes?.get(interaction.id) ?? null,
      declared,
    });
    const made = { ...named, description: descriptionOf(interaction, loaded, title) };
    const media = mediaVariables(loaded.reading, loaded.partials, Object.keys(made.vars));
    const like = caseLike(made.vars, known, made.messages);
    const asked = askedText(made, passagesOf({ chunks: interaction.chunks, variables: made.vars }).variables);
    const { group, before, joins } = groups.placeOf(asked);
    const added = { ...made, ...(media.length === 0 ? {} : { mediaVariables: media }), ...(group === null ? {} : { group }) };
    const isFull = like === null && group !== null && before >= perGroup;
    taken.add(added.id);
    known.push(added);
    if (like === null && !isFull) {
      groups.add(added.id, group, asked);
      if (group !== null) groups.join(joins, group);
    }
    const stated = typeof made.metadata['problem'] === 'string' ? made.metadata['problem'] : null;
    const fullGroup = isFull ? group : null;
    plans.push({ interaction: interaction.id, whole: interaction, added, like, fullGroup, problem: stated, recovered, joins });
  }
  return plans;
}

/** The question, as lists show it. */
function descriptionOf(interaction: Interaction, { target }: LoadedPrompt, title: string | null): string | null {
  const declared = target.document.input.declared.map(({ name }) => name);
  return titleOf(interaction, title === null ? declared : [title, ...declared]).slice(0, 80) || null;
}

/** What is sent for a call: its variables, its conversation, what its tools answered. */
export interface InputsOptions {
  /** A person named the prompt; the record does not. */
  readonly isChosen: boolean;
  readonly evaluator: Pick<Evaluator, 'render'>;
  /** The prompt as it was when it answered; null: not known. */
  readonly recorded: Pick<RunTarget, 'document' | 'partials'> | null;
}

export function inputsFor(
  interaction: Interaction,
  loaded: RootedPrompt,
  { isChosen, evaluator, recorded }: InputsOptions,
): Promise<RecoveredInputs> {
  const { target, reading } = loaded;
  return recoverInputs({
    interaction,
    targets: [...(recorded === null ? [] : [recorded]), target],
    variables: reading.analysis.variables,
    // A prompt that asks whether it has a variable does without it.
    required: inputsOf(loaded).filter((name) => !reading.analysis.variables.some((item) => item.name === name && item.use === 'condition')),
    isNamed: !isChosen,
    evaluator,
  });
}

/** Whether a criterion can be graded here, as far as goldset.yaml says. */
export const hasJudgeModel = ({ judge }: Pick<GoldsetConfig, 'judge'>): boolean => judge.model !== null || judge.prompts.has('factuality');

/** One edit of the golden set. `file`: that set, where the prompt has none yet. @throws {HumanError} when the set cannot be edited. */
export async function editOf(
  { loaded }: Pick<GoldenPlan, 'loaded'>,
  chosen: readonly (NewCase | Pick<CasePlan, 'added' | 'joins'>)[],
  evaluator: GoldenEditor,
  readText: ReadText,
  file = loaded.goldenFile ?? defaultGolden(loaded.file),
): Promise<GoldenEdit> {
  const text = existsSync(file) ? await readText(file) : '';
  const shown = shownPath(loaded.root, file);
  const hasGroups = !file.endsWith('.csv') || text === '' || /^[^\n]*\bgroup\b/.test(text);
  const plans = chosen.map((item) => ('added' in item ? item : { added: item, joins: [] }));
  const add = plans.map(({ added }) => (hasGroups ? added : withoutGroup(added)));
  const own = new Set(loaded.target.cases.filter(({ source }) => source.path === shown).map(({ id }) => id));
  const set = plans.flatMap(({ added: { group }, joins }) =>
    group === undefined || !hasGroups
      ? []
      : joins.filter((id) => own.has(id)).map((id) => ({ case: id, field: ['group'] as const, value: group })),
  );
  const edit = (change: GoldenEditJob['change']): ReturnType<GoldenEditor['editGolden']> =>
    evaluator.editGolden({ path: shown, text, change });
  const edits = await (set.length === 0
    ? edit({ add })
    : edit({ cells: { set, remove: [], copy: [], add } }).catch((error: unknown) => {
        // Where the case that is there cannot be changed safely, it stays alone.
        if (isHumanError(error) && error.code === 'golden/not-written') return edit({ add });
        throw error;
      }));
  return { file, text, edits, case: add.map(({ id }) => id).join(', ') };
}

const withoutGroup = ({ group: _group, ...added }: NewCase): NewCase => added;

/** Variables that the prompt reads and has no default for. */
export function inputsOf({ reading, target }: LoadedPrompt): string[] {
  const { defaults } = target.document.input;
  const names = new Set(reading.analysis.variables.filter(({ use }) => use !== 'condition').map(({ name }) => name));
  return [...names].filter((name) => !Object.hasOwn(defaults, name));
}

const noPrompt = ({ id, prompt }: Interaction): HumanError =>
  prompt === null
    ? new ConfigurationError(
        'interaction/no-prompt',
        `The interaction ${id} does not name its prompt.`,
        'Set `prompt.name` or `gen_ai.prompt.name` in the application.',
      )
    : new ConfigurationError(
        'interaction/no-prompt',
        `The name ${prompt.name} does not match exactly one prompt in this workspace.`,
        'Use its path from the workspace root, such as triage/triage.prompt.',
      );
