/** Interactions of a workspace for views and actions. Part of the engine's bundle; knows no editor. */
import type { RetentionThread } from '../../adapters/evaluation/retention-thread.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { FoundPage, Inbox, InteractionJob } from '../../adapters/interactions/interaction-reader.ts';
import { storeFeedback } from '../../adapters/capture/store-feedback.ts';
import type { Git } from '../../adapters/git/git.ts';
import { personIn } from '../../adapters/git/person.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { GoldenEdit } from '../../adapters/workspace/golden-edit.ts';
import {
  editOf,
  inputsOf,
  hasJudgeModel,
  planCases,
  withPrompts,
  type CasePlan,
  type CasePlanning,
  type GoldenPlan,
  type RootedPrompt,
  type InteractionInWorkspace,
} from '../../adapters/interactions/plan-cases.ts';
import { isPartlyWritten } from '../../adapters/partly-written.ts';
import type { ReadText } from '../../adapters/workspace/prompt-reads.ts';
import { findRoot, openWorkspace, shownPath } from '../../adapters/workspace/root.ts';
import type { DeclaredSignals } from '../../core/config/declared-signals.ts';
import { HumanError, isHumanError } from '../../core/problems/errors.ts';
import { followUpOn } from '../../core/feedback/interactions/follow-up.ts';
import type { InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { needsCause, type CaseCause } from '../../core/feedback/interactions/case-from-interaction.ts';
import { CORRECTION, type FollowUp, type Interaction, type Triage } from '../../core/feedback/interactions/interaction.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import type { ShownInteraction } from '../../protocol/interactions.ts';
import { interactionCost } from './interaction-cost.ts';
import { showInteraction } from './show-interaction.ts';

/** What signals mean, as goldset.yaml says now. */
const declaredIn = async (root: string): Promise<DeclaredSignals> => (await openWorkspace(root)).config.signals;

/** A store of copies lies in its workspace, whose golden sets have the cases. */
async function jobOf(root: string): Promise<Omit<InteractionJob, 'query'>> {
  const workspace = await openWorkspace(root);
  return { root, golden: workspace.root, declared: workspace.config.signals, isKept: true };
}

export class InteractionEngine {
  constructor(
    private readonly evaluator: WorkerEvaluator,
    private readonly retention: RetentionThread,
    private readonly git: Git,
    private readonly readText: ReadText,
    /** False in Restricted Mode, where `.goldset/` is neither read nor written. */
    private readonly isTrusted: () => boolean,
  ) {}

  /** Undefined: nobody waits for it any more. */
  async inbox(root: string, rows: number, signal?: AbortSignal): Promise<Inbox | undefined> {
    if (!this.isTrusted()) return EMPTY_INBOX;
    const answer = await this.evaluator.interactions({ ...(await jobOf(root)), query: { kind: 'inbox', rows } }, signal);
    return answer?.kind === 'inbox' ? answer : undefined;
  }

  async find(root: string, filter: InteractionFilter, from: number, to: number, signal?: AbortSignal): Promise<FoundPage | undefined> {
    if (!this.isTrusted()) return { kind: 'found', from, total: 0, isDone: true, rows: [], refused: EMPTY_INBOX.refused };
    const answer = await this.evaluator.interactions({ ...(await jobOf(root)), query: { kind: 'find', filter, from, to } }, signal);
    return answer?.kind === 'found' ? answer : undefined;
  }

  /** @throws {HumanError} when it is not stored any more. */
  async read(root: string, key: InteractionKey, signal?: AbortSignal): Promise<InteractionInWorkspace> {
    const [found] = await this.readAll(root, [key], signal);
    if (found === undefined) throw gone(key.id);
    return found;
  }

  /** In their order, all read at once. @throws {HumanError} when one is not stored any more. */
  private async readAll(root: string, keys: readonly InteractionKey[], signal?: AbortSignal): Promise<InteractionInWorkspace[]> {
    requireTrusted(this.isTrusted());
    const answer = await this.evaluator.interactions({ ...(await jobOf(root)), query: { kind: 'records', keys } }, signal);
    if (answer?.kind !== 'records') return [];
    return withPrompts(
      findRoot(root),
      answer.records.map((whole, i) => {
        if (whole === null) throw gone(keys[i]?.id ?? '');
        return whole;
      }),
    );
  }

  /** As the page shows it; null: it is not stored any more. */
  async show(
    root: string,
    key: InteractionKey,
    load: (file: string) => Promise<RootedPrompt>,
    signal: AbortSignal,
  ): Promise<ShownInteraction | null> {
    const whole = await this.read(root, key, signal).catch((error: unknown) => {
      if (isHumanError(error) && error.code === 'interaction/gone') return null;
      throw error;
    });
    if (whole === null) return null;
    const { promptFile } = whole;
    const inputs = promptFile === null ? null : inputsOf(await load(promptFile));
    const shown = showInteraction(
      key,
      whole,
      promptFile === null ? null : shownPath(findRoot(root), promptFile),
      inputs,
      await declaredIn(root),
    );
    return { ...shown, ...(await interactionCost(findRoot(root), whole.interaction)) };
  }

  /** What the output should have been, in a person's words. */
  async correct(root: string, id: string, text: string): Promise<void> {
    const time = new Date().toISOString();
    const { name: by } = await personIn(root, this.git);
    const said = { kind: 'explicit', name: CORRECTION, value: text, annotator: 'human', by, time, note: null } as const;
    await this.store(root, [followUpOn(id, time, { signals: [said] })]);
  }

  /** `reasons`: by id of the interaction. */
  async triage(root: string, triage: Triage, reasons: ReadonlyMap<string, string | null>): Promise<void> {
    const time = new Date().toISOString();
    await this.store(
      root,
      [...reasons].map(([id, reason]) => followUpOn(id, time, { triage, reason })),
    );
  }

  private async store(root: string, followUps: readonly FollowUp[]): Promise<void> {
    requireTrusted(this.isTrusted());
    try {
      await storeFeedback(root, followUps, this.git);
    } catch (error) {
      if (isHumanError(error) || !(isPartlyWritten(error) || (error instanceof Error && 'code' in error))) throw error;
      throw new HumanError(
        'interaction/not-written',
        `The change cannot be saved: ${error.message}`,
        'Check that the disk is not full or read-only.',
      );
    }
  }

  /** Deletes what goldset.yaml does not let be kept; gives what could not be deleted, as sentences. */
  async retain(root: string): Promise<readonly string[]> {
    requireTrusted(this.isTrusted());
    const { config } = await openWorkspace(root);
    return (await this.retention.retain({ root, limits: config.capture, now: Date.now() })).problems;
  }

  /** Those of which only a person or a judge can say whether their passages support the correction. */
  async withoutCause(root: string, keys: readonly InteractionKey[]): Promise<Interaction[]> {
    return (await this.readAll(root, keys)).map(({ interaction }) => interaction).filter(needsCause);
  }

  /**
   * The cases to make, by prompt. `causes`: what a person said of them. `load`: of a prompt's file, as the editor has it. `recordedTarget`: the
   * prompt as it was when it answered.
   * @throws {HumanError} when a prompt is not found.
   */
  async plan(
    root: string,
    keys: readonly InteractionKey[],
    causes: ReadonlyMap<string, CaseCause>,
    load: (file: string) => Promise<RootedPrompt>,
    recordedTarget: NonNullable<CasePlanning['recordedTarget']>,
  ): Promise<GoldenPlan[]> {
    const { config } = await openWorkspace(root);
    return planCases(await this.readAll(root, keys), {
      ...{ load, evaluator: this.evaluator, now: Date.now(), causes, recordedTarget },
      ...{ hasJudge: hasJudgeModel(config), title: config.title, declared: config.signals },
    });
  }

  /** One edit of the golden set. */
  edit(plan: GoldenPlan, chosen: readonly CasePlan[]): Promise<GoldenEdit> {
    return editOf(plan, chosen, this.evaluator, this.readText);
  }
}

const EMPTY_INBOX: Inbox = {
  kind: 'inbox',
  stored: 0,
  open: 0,
  isWhole: true,
  refused: { count: 0, first: null },
  prompts: [],
  seen: { prompt: {}, version: {}, model: {}, action: {}, signal: {} },
};

const gone = (id: string): HumanError =>
  new HumanError('interaction/gone', `The interaction ${id} is no longer stored.`, 'Refresh the list of interactions.');
