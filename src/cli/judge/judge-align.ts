/** `goldset judge align JUDGE`: where judge and people disagree, and a better prompt for the judge, proved on labels that it was not made from. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { alignJudge, type AlignmentOutcome } from '../../adapters/judging/align-judge.ts';
import { alignmentJson, alignmentLines, confusionLines } from '../../adapters/judging/alignment-text.ts';
import { looksAt } from '../../adapters/judging/alignment-file.ts';
import { goldenGroups } from '../../adapters/judging/golden-groups.ts';
import { modelFolder } from '../../adapters/models/model-folder.ts';
import { replaceFile } from '../../adapters/storage/data-folder/no-follow.ts';
import { realPathToWrite } from '../../adapters/storage/file-in-root.ts';
import type { FoundLabels } from '../../adapters/storage/label-files.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import { criteriaOfLabels, labelledOutputs, type FoundOutputs } from '../../core/judge/alignment/labelled-outputs.ts';
import { promptDiff } from '../../core/judge/alignment/prompt-diff.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Arguments } from '../arguments.ts';
import { casesToGrade, JudgeTrials, promptTargets, textOfFile } from './judge-trials.ts';
import { stderr, stdout } from '../output.ts';
import { EXIT_INTERRUPTED } from '../run/run-modes.ts';
import { withSession, type Session } from '../session.ts';

export function alignCommand(
  judge: string,
  found: FoundLabels,
  args: Arguments,
  evaluator: WorkerEvaluator,
  root: string,
): Promise<number> {
  const file = path.join(root, judge);
  if (!existsSync(file))
    throw new ConfigurationError(
      'judge/not-a-file',
      `${judge} is not a judge prompt of this workspace, so its words cannot be changed.`,
      'Copy a built-in judge first: “Goldset: Customize a Judge…”, or by hand as docs/judges.md says.',
    );
  const criterion = criterionFor(judge, found, args.text('criterion'));
  const outputs = labelledOutputs(found.labels, judge, criterion, goldenGroups(root));
  if (!args.flag('json')) stdout.write(confusionLines(judge, criterion, outputs, looksAt(root, judge, criterion)));
  if (args.flag('dry-run')) {
    if (args.flag('json')) stdout.write(`${alignmentJson(judge, criterion, outputs, null, null)}\n`);
    return Promise.resolve(0);
  }
  return withSession({ ...args, paths: [] }, evaluator, (session) =>
    align({ judge, criterion, outputs, draws: found.draws }, args, session),
  );
}

interface ToAlign {
  readonly judge: string;
  readonly criterion: JudgedCriterion;
  readonly outputs: FoundOutputs;
  readonly draws: FoundLabels['draws'];
}

async function align({ judge, criterion, outputs, draws }: ToAlign, args: Arguments, session: Session): Promise<number> {
  const { workspace, judges } = session;
  const { root } = workspace;
  const file = path.join(root, judge);
  const client = await proposer(args, session, file);
  if (client === null) {
    stderr.write('No model is set to propose changes. Edit the prompt by hand, or name one: --model, or judge.model in goldset.yaml.\n');
    if (args.flag('json')) stdout.write(`${alignmentJson(judge, criterion, outputs, null, null)}\n`);
    return 0;
  }
  const found = casesToGrade(outputs, criterion, await promptTargets(session), draws);
  if (found === null)
    throw new ConfigurationError(
      'judge/no-rubric',
      `No golden set and no draw here has the rubric ${criterion.type} ${criterion.hash.slice(0, 8)} that the labels are of.`,
      'Check out the version that has it, or choose another with --criterion.',
    );
  const prompt = textOfFile(file);
  const trials = new JudgeTrials(args, session);
  const ports = { trial: (...step: Parameters<JudgeTrials['trial']>) => trials.trial(...step), now: () => new Date().toISOString() };
  const outcome = await alignJudge({ root, judge, prompt, criterion, cases: found.cases, judges, client }, ports);
  const text = outcome.kind === 'measured' ? (outcome.chosen?.proposal.text ?? null) : null;
  const diff = text === null ? null : promptDiff(judge, prompt, text);
  if (args.flag('json')) stdout.write(`${alignmentJson(judge, criterion, outputs, outcome, diff)}\n`);
  else stdout.write(`${alignmentLines(outcome, trials.spentUsd)}${diff === null ? '' : `\n${diff}`}`);
  if (outcome.kind === 'stopped') return EXIT_INTERRUPTED;
  if (args.flag('write') && text !== null) writeIfProved(outcome, file, root, prompt, text);
  return 0;
}

function writeIfProved(outcome: AlignmentOutcome, file: string, root: string, before: string, text: string): void {
  if (outcome.kind !== 'measured' || outcome.proof?.isProved !== true) {
    stderr.write('Not written: the new prompt is not proved on the test part.\n');
    return;
  }
  if (textOfFile(file) !== before)
    throw new ConfigurationError('judge/changed', 'The judge’s file changed in the meantime, so it was not written.', 'Try again.');
  replaceFile(realPathToWrite(root, file), text);
  stderr.write('Written. Its calibration is of the version before: label and calibrate it again.\n');
}

/** @throws {ConfigurationError} when no label is of this judge, or of the criterion. */
function criterionFor(judge: string, { labels }: FoundLabels, given: string | null): JudgedCriterion {
  const all = criteriaOfLabels(labels, judge);
  const chosen = given === null ? all[0] : all.find(({ criterion }) => criterion.hash.startsWith(given));
  if (chosen !== undefined) return chosen.criterion;
  throw new ConfigurationError(
    'judge/no-labels',
    given === null ? `No blind label says how ${judge} graded.` : `No blind label of ${judge} has the criterion ${given}.`,
    given === null ? 'Label outputs of a run that this judge graded; docs/judges.md says how.' : 'See: goldset judge calibrate',
  );
}

/** The model that was named, else the one for judges, else that of the workspace. */
async function proposer(args: Arguments, { workspace, models, cwd }: Session, file: string): Promise<ModelClient | null> {
  const { root, config } = workspace;
  const document = { path: file, model: null };
  const model = findModel({ given: args.text('model'), document, config: { model: config.judge.model ?? config.model } });
  return model === null ? null : models.open(model.id, modelFolder(model, { file, root, given: cwd }), model.source === 'given');
}
