/** What production says, summed up on a thread of its own: of many interactions the first time takes a while. Part of the engine's bundle. */
import { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import type { Workspaces } from '../adapters/workspace/workspaces.ts';
import type { DriftRead } from '../adapters/interactions/read-drift.ts';
import type { FailuresRead } from '../adapters/interactions/read-failures.ts';
import { INSIGHT_KINDS, type InsightsRead } from '../core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../core/feedback/insights/units/unit-alerts.ts';
import { requireTrusted } from './restricted-mode.ts';
import type { Grouping, UnitInsight } from '../core/feedback/insights/units/unit-insight.ts';

export interface InsightsAsked {
  readonly root: string;
  readonly by: Grouping;
  /** A day; null: all that is stored. */
  readonly since: string | null;
}

export interface InsightsFound extends InsightsRead {
  /** By version or by model, where that was asked for; null: the units are by type. */
  readonly parts: readonly UnitInsight[] | null;
}

export class InsightsEngine {
  private evaluator: WorkerEvaluator | null = null;

  constructor(
    private readonly worker: string,
    private readonly workspaces: Workspaces,
    /** False in Restricted Mode, where `.goldset/` is neither read nor written. */
    private readonly isTrusted: () => boolean,
  ) {}

  /** @throws {HumanError} when it was stopped, or another process does not come to an end with the same sums. */
  async read({ root, by, since }: InsightsAsked): Promise<InsightsFound> {
    requireTrusted(this.isTrusted());
    this.evaluator ??= new WorkerEvaluator(this.worker);
    const job = { root, workspace: await this.workspaces.open(root), since, rules: ALERT_RULES, lowScore: null };
    const read = await this.evaluator.insights({ ...job, kinds: INSIGHT_KINDS, by: 'type' });
    if (by === 'type') return { ...read, parts: null };
    const { insights } = await this.evaluator.insights({ ...job, kinds: ['units'], by });
    return { ...read, parts: insights.units };
  }

  /** Where to work. @throws {HumanError} when it was stopped, or goldset.yaml is broken. */
  async failures(root: string, since: string | null): Promise<FailuresRead> {
    requireTrusted(this.isTrusted());
    this.evaluator ??= new WorkerEvaluator(this.worker);
    return this.evaluator.failures({ root, workspace: await this.workspaces.open(root), since, by: null });
  }

  /** How production drifts. `since`: first day of the window; null: the last week. @throws {HumanError} when it was stopped, or goldset.yaml is broken. */
  async drift(root: string, since: string | null, against: string | null): Promise<DriftRead> {
    requireTrusted(this.isTrusted());
    this.evaluator ??= new WorkerEvaluator(this.worker);
    return this.evaluator.drift({ root, workspace: await this.workspaces.open(root), since, against, by: null });
  }

  /** Nobody looks at them any more: the thread ends, with what it is doing. */
  async stop(): Promise<void> {
    const last = this.evaluator;
    this.evaluator = null;
    await last?.dispose();
  }
}
