/** Interactions of a workspace for views and actions. Part of the engine's bundle; knows no editor. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { FoundPage, Inbox } from '../../adapters/storage/interactions/interaction-desk.ts';
import { InteractionFiles } from '../../adapters/storage/interactions/interaction-files.ts';
import type { InteractionKey } from '../../adapters/storage/interactions/whole-interactions.ts';
import { findPrompts } from '../../adapters/workspace/find-prompts.ts';
import { promptNamed } from '../../adapters/workspace/named-prompt.ts';
import type { LoadedPrompt } from '../../adapters/workspace/prompt-files.ts';
import type { ReadText } from '../../adapters/workspace/prompt-source.ts';
import { shownPath } from '../../adapters/workspace/root.ts';
import { ConfigurationError, HumanError } from '../../core/errors.ts';
import { caseFrom, caseLike, problemOfCase } from '../../core/feedback/case-from-interaction.ts';
import type { InteractionFilter } from '../../core/feedback/interaction-filter.ts';
import { joined } from '../../core/feedback/interaction-query.ts';
import { CORRECTION, type FollowUp, type Interaction, type Triage } from '../../core/feedback/interaction.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import type { ShownInteraction } from '../../protocol/interactions.ts';
import { defaultGolden, type CaseWriter, type GoldenEdit } from '../results/case-writer.ts';
import { showInteraction } from './show-interaction.ts';

type Loaded = LoadedPrompt & { readonly root: string };

export interface WholeHere {
  /** With all that became known of it. */
  readonly interaction: Interaction;
  /** Why it was dismissed, or which case it became. */
  readonly reason: string | null;
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
  readonly loaded: Loaded;
  readonly cases: readonly CasePlan[];
}

export class InteractionEngine {
  constructor(
    private readonly evaluator: WorkerEvaluator,
    private readonly writer: CaseWriter,
    private readonly readText: ReadText,
    /** Nothing is written where nobody trusts the folder. */
    private readonly mayWrite: () => boolean,
  ) {}

  /** Undefined: nobody waits for it any more. */
  async inbox(root: string, rows: number, signal?: AbortSignal): Promise<Inbox | undefined> {
    const answer = await this.evaluator.interactions({ root, isKept: this.mayWrite(), ask: { kind: 'inbox', rows } }, signal);
    return answer?.kind === 'inbox' ? answer : undefined;
  }

  async find(root: string, filter: InteractionFilter, from: number, to: number, signal?: AbortSignal): Promise<FoundPage | undefined> {
    const answer = await this.evaluator.interactions({ root, isKept: this.mayWrite(), ask: { kind: 'find', filter, from, to } }, signal);
    return answer?.kind === 'found' ? answer : undefined;
  }

  /** @throws {HumanError} when it is not stored any more. */
  async whole(root: string, key: InteractionKey, signal?: AbortSignal): Promise<WholeHere> {
    const [found] = await this.wholes(root, [key], signal);
    if (found === undefined) throw gone(key.id);
    return found;
  }

  /** In their order, all read at once. @throws {HumanError} when one is not stored any more. */
  private async wholes(root: string, keys: readonly InteractionKey[], signal?: AbortSignal): Promise<WholeHere[]> {
    const answer = await this.evaluator.interactions({ root, isKept: this.mayWrite(), ask: { kind: 'whole', keys } }, signal);
    if (answer?.kind !== 'whole') return [];
    const prompts = (await findPrompts([], root)).map((file) => shownPath(root, file));
    return answer.wholes.map((whole, i) => {
      if (whole === null) throw gone(keys[i]?.id ?? '');
      const interaction = joined(whole.interaction, whole.followUps);
      const named = interaction.prompt === null ? null : promptNamed(interaction.prompt.name, prompts);
      return {
        interaction,
        reason: whole.followUps.findLast(({ triage }) => triage !== null)?.reason ?? null,
        promptFile: named === null ? null : path.resolve(root, named),
      };
    });
  }

  /** As the page shows it; null: it is not stored any more. */
  async show(
    root: string,
    key: InteractionKey,
    load: (file: string) => Promise<Loaded>,
    signal: AbortSignal,
  ): Promise<ShownInteraction | null> {
    const whole = await this.whole(root, key, signal).catch((error: unknown) => {
      if (error instanceof HumanError && error.code === 'interaction/gone') return null;
      throw error;
    });
    if (whole === null) return null;
    const { promptFile } = whole;
    const inputs = promptFile === null ? null : inputsOf(await load(promptFile));
    return showInteraction(key, whole, promptFile === null ? null : shownPath(root, promptFile), inputs);
  }

  /** What the output should have been, in a person's words. */
  async correct(root: string, id: string, text: string): Promise<void> {
    const time = new Date().toISOString();
    const by = await this.writer.person(root);
    const said = { kind: 'explicit', name: CORRECTION, value: text, annotator: 'human', by, time, note: null } as const;
    this.append(root, [{ ...followUp(id, time), signals: [said] }]);
  }

  /** `reasons`: by id of the interaction. */
  triage(root: string, triage: Triage, reasons: ReadonlyMap<string, string | null>): void {
    const time = new Date().toISOString();
    this.append(
      root,
      [...reasons].map(([id, reason]) => ({ ...followUp(id, time), triage, reason })),
    );
  }

  private append(root: string, followUps: readonly FollowUp[]): void {
    try {
      new InteractionFiles(root).append(...followUps.map((item) => ({ followUp: item })));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      throw new HumanError('interaction/not-written', `It cannot be written down: ${error.message}`, 'Is the disk full or read-only?');
    }
  }

  /** The cases to make, by prompt. `load`: of a prompt's file, as the editor has it. @throws {HumanError} when a prompt is not found. */
  async plan(root: string, keys: readonly InteractionKey[], load: (file: string) => Promise<Loaded>): Promise<GoldenPlan[]> {
    const byFile = new Map<string, Interaction[]>();
    for (const { interaction, promptFile } of await this.wholes(root, keys)) {
      if (promptFile === null) throw noPrompt(interaction);
      byFile.set(promptFile, [...(byFile.get(promptFile) ?? []), interaction]);
    }
    const day = new Date().toISOString().slice(0, 10);
    const plans: GoldenPlan[] = [];
    for (const [file, interactions] of byFile) {
      const loaded = await load(file);
      const taken = new Set(loaded.target.cases.map(({ id }) => id));
      const known: Pick<NewCase, 'id' | 'vars'>[] = [...loaded.target.cases];
      const cases = interactions.map((interaction): CasePlan => {
        const problem = problemOfCase(interaction, inputsOf(loaded));
        const added = caseFrom(interaction, taken, day, problem);
        const like = caseLike(added.vars, known);
        taken.add(added.id);
        known.push(added);
        return { interaction: interaction.id, added, like, problem };
      });
      plans.push({ loaded, cases });
    }
    return plans;
  }

  /** One edit of the golden set. */
  async edit({ loaded }: GoldenPlan, added: readonly NewCase[]): Promise<GoldenEdit> {
    const file = loaded.goldenFile ?? defaultGolden(loaded.file);
    const text = existsSync(file) ? await this.readText(file) : '';
    const edits = await this.evaluator.editGolden({ path: shownPath(loaded.root, file), text, change: { add: added } });
    return { file, text, edits, case: added.map(({ id }) => id).join(', ') };
  }
}

const followUp = (interaction: string, time: string): FollowUp => ({
  of: { interaction, response: null, trace: null, conversation: null },
  time,
  signals: [],
  chunks: [],
  action: null,
  triage: null,
  reason: null,
});

const gone = (id: string): HumanError =>
  new HumanError('interaction/gone', `The interaction ${id} is not stored any more.`, 'Refresh the list of interactions.');

const noPrompt = ({ id, prompt }: Interaction): HumanError =>
  prompt === null
    ? new ConfigurationError(
        'interaction/no-prompt',
        `The interaction ${id} does not say which prompt it is of.`,
        'Let the application name it: `prompt.name`, or `gen_ai.prompt.name`.',
      )
    : new ConfigurationError(
        'interaction/no-prompt',
        `No prompt in this workspace is called ${prompt.name}, or several are.`,
        'Name it by its path below the root, such as triage/triage.prompt.',
      );

/** Variables that the prompt reads and has no default for. */
const inputsOf = ({ reading, target }: Loaded): string[] => {
  const { defaults } = target.document.input;
  const names = new Set(reading.analysis.variables.filter(({ use }) => use !== 'condition').map(({ name }) => name));
  return [...names].filter((name) => !Object.hasOwn(defaults, name));
};
