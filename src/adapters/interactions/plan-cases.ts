/** Golden cases of interactions, before they are written: the same for the editor and the command line. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, HumanError } from '../../core/errors.ts';
import { caseFrom, caseLike, problemOfCase } from '../../core/feedback/interactions/case-from-interaction.ts';
import { decisionsIn, type TriageDecision } from '../../core/feedback/interactions/follow-up.ts';
import { joined } from '../../core/feedback/interactions/interaction-query.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { titleOf } from '../../core/feedback/interactions/interaction-title.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import { mediaVariables } from '../../core/prompt/media-variables.ts';
import type { InteractionWithFollowUps } from './interactions-with-follow-ups.ts';
import { findPrompts } from '../workspace/find-prompts.ts';
import { defaultGolden } from '../../core/prompt/formats/prompt-name.ts';
import type { GoldenEdit, GoldenEditor } from '../workspace/golden-edit.ts';
import { promptNamed } from '../workspace/prompt-by-name.ts';
import type { LoadedPrompt } from '../workspace/prompt-files.ts';
import type { ReadText } from '../workspace/prompt-source.ts';
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
}

/** A case that is to be made, and what speaks against it. */
export interface CasePlan {
  readonly interaction: string;
  readonly added: NewCase;
  /** The id of a case with the same variables. */
  readonly like: string | null;
  readonly problem: string | null;
}

export interface GoldenPlan {
  readonly loaded: RootedPrompt;
  readonly cases: readonly CasePlan[];
}

/** With the files of their prompts below the root. */
export async function withPrompts(root: string, wholes: readonly InteractionWithFollowUps[]): Promise<InteractionInWorkspace[]> {
  const prompts = (await findPrompts([], root)).map((file) => shownPath(root, file));
  return wholes.map((whole) => {
    const interaction = joined(whole.interaction, whole.followUps);
    const named = interaction.prompt === null ? null : promptNamed(interaction.prompt.name, prompts);
    return {
      interaction,
      reason: whole.followUps.findLast(({ triage }) => triage !== null)?.reason ?? null,
      decisions: decisionsIn(whole.followUps),
      promptFile: named === null ? null : path.resolve(root, named),
    };
  });
}

/**
 * The cases to make, by prompt. `load`: of a prompt's file, as the editor has it. `now`: ms since 1970. `title`: of goldset.yaml.
 * @throws {HumanError} when a prompt is not found.
 */
export async function planCases(
  wholes: readonly InteractionInWorkspace[],
  load: (file: string) => Promise<RootedPrompt>,
  now: number,
  title: string | null = null,
): Promise<GoldenPlan[]> {
  const byFile = new Map<string, Interaction[]>();
  for (const { interaction, promptFile } of wholes) {
    if (promptFile === null) throw noPrompt(interaction);
    byFile.set(promptFile, [...(byFile.get(promptFile) ?? []), interaction]);
  }
  const day = new Date(now).toISOString().slice(0, 10);
  const plans: GoldenPlan[] = [];
  for (const [file, interactions] of byFile) {
    const loaded = await load(file);
    const taken = new Set(loaded.target.cases.map(({ id }) => id));
    const known: Pick<NewCase, 'id' | 'vars'>[] = [...loaded.target.cases];
    const cases = interactions.map((interaction): CasePlan => {
      const problem = problemOfCase(interaction, inputsOf(loaded));
      const named = caseFrom(interaction, taken, day, problem);
      const made = { ...named, description: descriptionOf(interaction, loaded, title) };
      const media = mediaVariables(loaded.reading, loaded.partials, Object.keys(made.vars));
      const added = media.length === 0 ? made : { ...made, mediaVariables: media };
      const like = caseLike(added.vars, known);
      taken.add(added.id);
      known.push(added);
      return { interaction: interaction.id, added, like, problem };
    });
    plans.push({ loaded, cases });
  }
  return plans;
}

/** The question, as lists show it. */
function descriptionOf(interaction: Interaction, { target }: LoadedPrompt, title: string | null): string | null {
  const declared = target.document.input.declared.map(({ name }) => name);
  return titleOf(interaction, title === null ? declared : [title, ...declared]).slice(0, 80) || null;
}

/** One edit of the golden set. `file`: that set, where the prompt has none yet. @throws {HumanError} when the set cannot be edited. */
export async function editOf(
  { loaded }: Pick<GoldenPlan, 'loaded'>,
  added: readonly NewCase[],
  evaluator: GoldenEditor,
  readText: ReadText,
  file = loaded.goldenFile ?? defaultGolden(loaded.file),
): Promise<GoldenEdit> {
  const text = existsSync(file) ? await readText(file) : '';
  const edits = await evaluator.editGolden({ path: shownPath(loaded.root, file), text, change: { add: added } });
  return { file, text, edits, case: added.map(({ id }) => id).join(', ') };
}

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
