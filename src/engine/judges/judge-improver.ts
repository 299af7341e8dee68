/** Improving a judge's rubric from labels in the editor: what it needs, and its paid steps as runs. Part of the engine's bundle; knows no editor. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { MAX_TEXT, readTextSync } from '../../adapters/bounded-file.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { alignJudge, type AlignmentOutcome, type AlignmentPorts } from '../../adapters/judging/align-judge.ts';
import { looksAt } from '../../adapters/judging/alignment-file.ts';
import { alignmentLines } from '../../adapters/judging/alignment-text.ts';
import { goldenGroups } from '../../adapters/judging/golden-groups.ts';
import { labelledCases, type FoundCases } from '../../adapters/judging/labelled-cases.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { refuseBrokenSettings } from '../../adapters/models/price-file.ts';
import { prepareJudges } from '../../adapters/models/workspace-judges.ts';
import { readLabelFiles } from '../../adapters/storage/label-files.ts';
import { newRunId } from '../../adapters/storage/run-files.ts';
import { findPrompts } from '../../adapters/workspace/find-prompts.ts';
import type { Workspace } from '../../adapters/workspace/root.ts';
import type { Workspaces } from '../../adapters/workspace/workspaces.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { ConfigurationError, isHumanError } from '../../core/problems/errors.ts';
import { criteriaOfLabels, labelledOutputs, type FoundOutputs } from '../../core/judge/alignment/labelled-outputs.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { requireTrusted } from '../workspaces/restricted-mode.ts';
import type { PreparedRun, RunEngine } from '../runs/run-engine.ts';

export interface ImproverPorts {
  readonly evaluator: WorkerEvaluator;
  readonly runs: RunEngine;
  readonly workspaces: Workspaces;
  /** False in Restricted Mode: nothing is read or sent. */
  mayRun(): boolean;
}

export interface PreparedImprovement {
  readonly root: string;
  /** As labels name it. */
  readonly judge: string;
  readonly file: string;
  /** The file as it is. */
  readonly prompt: string;
  readonly criterion: JudgedCriterion;
  /** Labelled outputs, for where judge and people disagree, and how often the test part was used. */
  readonly outputs: FoundOutputs;
  readonly looks: number;
  /** Proposes; null: no model is set. */
  readonly client: ModelClient | null;
  readonly workspace: Workspace;
  readonly judges: Judges;
  readonly found: FoundCases | null;
}

/** Sends one paid step; null: it was declined, cancelled, or reached the budget. */
export type SendStep = (what: string, prepared: PreparedRun) => Promise<readonly Result[] | null>;

export class JudgeImprover {
  constructor(private readonly ports: ImproverPorts) {}

  /** Judges that can be improved: files of the workspace that labels name, and the criteria of their labels. */
  judges(root: string): { readonly judge: string; readonly criterion: JudgedCriterion; readonly labels: number }[] {
    requireTrusted(this.ports.mayRun());
    const { labels } = readLabelFiles([root], root);
    const names = [...new Set(labels.flatMap(({ judge }) => judge?.path ?? []))].filter((judge) => existsSync(path.join(root, judge)));
    return names.flatMap((judge) => criteriaOfLabels(labels, judge).map((of) => ({ judge, ...of })));
  }

  /** Sends nothing. @throws {HumanError} */
  async prepare(folder: string, judge: string, criterion: JudgedCriterion): Promise<PreparedImprovement> {
    requireTrusted(this.ports.mayRun());
    const workspace = await this.ports.workspaces.open(folder);
    refuseBrokenSettings(workspace);
    const { root, config } = workspace;
    const file = path.join(root, judge);
    const { labels, draws } = readLabelFiles([root], root);
    const outputs = labelledOutputs(labels, judge, criterion, goldenGroups(root));
    const { models, judges } = this.ports.runs.modelsAndJudges(workspace);
    const model = findModel({
      given: null,
      document: { path: file, model: null },
      config: { model: config.judge.model ?? config.model },
    });
    return {
      ...{ root, judge, file, criterion, workspace, judges },
      prompt: readTextSync(file, MAX_TEXT),
      ...{ outputs, looks: looksAt(root, judge, criterion) },
      client: model === null ? null : await models.open(model.id, modelFolder(model, { file, root })),
      found: labelledCases(outputs.outputs, criterion, await this.targets(workspace), draws),
    };
  }

  /** The outcome, and what it says in words. @throws {HumanError} */
  async align(
    { root, judge, prompt, criterion, client, found, judges, workspace }: PreparedImprovement,
    send: SendStep,
    spentUsd: () => number,
  ): Promise<{ readonly outcome: AlignmentOutcome; readonly text: string }> {
    if (client === null || found === null)
      throw new ConfigurationError(
        'judge/no-rubric',
        `No golden set and no draw here has the rubric ${criterion.type} ${criterion.hash.slice(0, 8)} that the labels are of.`,
        'Check out the version that has it.',
      );
    const trial: AlignmentPorts['trial'] = async (what, plan, own) => send(what, await this.step(plan, own, workspace));
    const ports = { trial, now: () => new Date().toISOString() };
    const outcome = await alignJudge({ root, judge, prompt, criterion, cases: found.cases, judges, client }, ports);
    return { outcome, text: alignmentLines(outcome, spentUsd()) };
  }

  /** What it sends is in no golden set, so it scores nothing. */
  private async step(plan: Plan, judges: Judges, workspace: Workspace): Promise<PreparedRun> {
    const judged = await prepareJudges(plan, judges);
    return { id: newRunId(new Date(), Math.random), plan, judges, judged, workspace, isResumed: false, isTrial: true };
  }

  /** The prompts of the workspace with their golden sets; one that cannot be read is left out. */
  private async targets(workspace: Workspace): Promise<RunTarget[]> {
    const targets: RunTarget[] = [];
    for (const file of await findPrompts([], workspace.root)) {
      try {
        targets.push((await this.ports.evaluator.load({ workspace, file, unsaved: {}, most: null })).target);
      } catch (error) {
        if (!isHumanError(error) && !(error instanceof Error && 'code' in error)) throw error;
      }
    }
    return targets;
  }
}
