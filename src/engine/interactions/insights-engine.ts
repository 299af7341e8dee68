/** What production says, summed up on a thread of its own: of many interactions the first time takes a while. Part of the engine's bundle. */
import { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import type { DriftRead } from '../../adapters/interactions/read-drift.ts';
import type { FailuresRead } from '../../adapters/interactions/read-failures.ts';
import { INSIGHT_KINDS, type InsightsRead } from '../../core/feedback/insights/insights.ts';
import { ALERT_RULES } from '../../core/feedback/insights/units/unit-alerts.ts';
import { KeptLooks, stampOfLooks } from './kept-looks.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import type { SourceEngine, SourceWatch } from './source-engine.ts';
import type { Grouping, UnitInsight } from '../../core/feedback/insights/units/unit-insight.ts';

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

/** A source to read instead of the files of a workspace. */
export interface ReadFrom {
  readonly name: string;
  readonly watch: SourceWatch;
}

export class InsightsEngine {
  private evaluator: WorkerEvaluator | null = null;
  private readonly kept = new KeptLooks();

  constructor(
    private readonly worker: string,
    private readonly workspaces: Workspaces,
    private readonly sources: Pick<SourceEngine, 'look'>,
    /** False in Restricted Mode, where `.goldset/` is neither read nor written. */
    private readonly isTrusted: () => boolean,
  ) {}

  /** @throws {HumanError} when it was stopped, or another process does not come to an end with the same sums; as a source answers. */
  async read({ root, by, since }: InsightsAsked, from: ReadFrom | null = null): Promise<InsightsFound> {
    requireTrusted(this.isTrusted());
    const read = await this.sums({ root, by: 'type', since }, from);
    if (by === 'type') return { ...read, parts: null };
    const { insights } = await this.sums({ root, by, since }, from);
    return { ...read, parts: insights.units };
  }

  /** Where to work. @throws {HumanError} when it was stopped, or goldset.yaml is broken; as a source answers. */
  async failures(root: string, since: string | null, from: ReadFrom | null = null): Promise<FailuresRead> {
    requireTrusted(this.isTrusted());
    return this.keep(['failures', root, since], root, from, async () => {
      if (from !== null) return this.sources.look({ root, source: from.name }, { kind: 'failures', since }, from.watch);
      return this.thread().failures({ root, workspace: await this.workspaces.open(root), since, by: null });
    });
  }

  /**
   * How production drifts. `since`: first day of the window; null: the last week.
   * @throws {HumanError} when it was stopped, or goldset.yaml is broken; as a source answers.
   */
  async drift(root: string, since: string | null, against: string | null, from: ReadFrom | null = null): Promise<DriftRead> {
    requireTrusted(this.isTrusted());
    return this.keep(['drift', root, since, against], root, from, async () => {
      if (from !== null) return this.sources.look({ root, source: from.name }, { kind: 'drift', since, against }, from.watch);
      return this.thread().drift({ root, workspace: await this.workspaces.open(root), since, against, by: null });
    });
  }

  /** What sources said is read anew the next time. */
  forget(): void {
    this.kept.clear();
  }

  /** Nobody looks at them any more: the thread ends, with what it is doing. */
  async stop(): Promise<void> {
    const last = this.evaluator;
    this.evaluator = null;
    this.forget();
    await last?.dispose();
  }

  private async sums({ root, by, since }: InsightsAsked, from: ReadFrom | null): Promise<InsightsRead> {
    if (from !== null)
      return this.keep(['insights', root, since, by], root, from, () =>
        this.sources.look({ root, source: from.name }, { kind: 'insights', since, by }, from.watch),
      );
    const kinds = by === 'type' ? INSIGHT_KINDS : (['units'] as const);
    const workspace = await this.workspaces.open(root);
    return this.thread().insights({ root, workspace, since, rules: ALERT_RULES, lowScore: null, kinds, by });
  }

  private thread(): WorkerEvaluator {
    this.evaluator ??= new WorkerEvaluator(this.worker);
    return this.evaluator;
  }

  /** What a source holds cannot be seen from here: it is kept until `forget`. */
  private async keep<T>(asked: readonly (string | null)[], root: string, from: ReadFrom | null, read: () => Promise<T>): Promise<T> {
    const workspace = await this.workspaces.open(root);
    const stamp = `${stampOfLooks(root)}\n${this.workspaces.settingsText(workspace.root)}`;
    return this.kept.of(JSON.stringify([...asked, from?.name ?? null]), stamp, read, from?.watch.stop ?? null);
  }
}
