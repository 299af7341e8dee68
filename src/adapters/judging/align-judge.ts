/**
 * Improves a judge's prompt from labels: proposals from the train part, chosen on dev, and the best proved once on test. Every paid step is a run
 * that the caller makes, with its estimate, limit, progress and cancel.
 */
import { HumanError } from '../../core/problems/errors.ts';
import { balanced, isBetter, isProved, judgeChange, measureJudge } from '../../core/judge/alignment/judge-measure.ts';
import type { JudgeVersionChange, JudgedOutputs, JudgeMeasure } from '../../core/judge/alignment/judge-measure.ts';
import type { LabelledOutput } from '../../core/judge/alignment/labelled-outputs.ts';
import type { LabelPart } from '../../core/judge/labels/label-part.ts';
import { readProposals, type JudgeProposal } from '../../core/judge/alignment/judge-proposals.ts';
import { ProposedJudges } from '../../core/judge/alignment/proposed-judges.ts';
import type { JudgedCriterion } from '../../core/judge/criterion.ts';
import { judgeKindOf } from '../../core/judge/judge-kinds.ts';
import { readableJson } from '../../core/judge/judge-kind.ts';
import type { Judges } from '../../core/judge/judges-port.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { sha256 } from '../hash.ts';
import { beginLook, endLook } from './alignment-file.ts';
import { judgedIn, labelledPlan, type LabelledCase } from './labelled-plan.ts';
import { proposalPlan } from './proposal-plan.ts';

export interface AlignmentPorts {
  /** Runs it as `what` says; null: it was declined, stopped, or reached the spending limit. */
  trial(what: string, plan: Plan, judges: Judges): Promise<readonly Result[] | null>;
  /** ISO 8601. */
  now(): string;
}

export interface AlignmentJob {
  readonly root: string;
  /** As labels name it, and as `rubricPrompt` does. */
  readonly judge: string;
  /** The file as it is. */
  readonly prompt: string;
  readonly criterion: JudgedCriterion;
  readonly cases: readonly LabelledCase[];
  readonly judges: Judges;
  /** Proposes. */
  readonly client: ModelClient;
}

export interface TriedProposal {
  readonly proposal: JudgeProposal;
  readonly measure: JudgeMeasure;
  readonly change: JudgeVersionChange;
}

export interface ProvedProposal extends TriedProposal {
  /** How often this test part was looked at by this criterion, this time included. */
  readonly look: number;
  readonly before: JudgeMeasure;
  readonly isProved: boolean;
}

export type AlignmentOutcome =
  | { readonly kind: 'stopped'; readonly step: 'train' | 'dev' | 'test' }
  /** There was nothing to propose or to measure with, and why. */
  | { readonly kind: 'nothing'; readonly reason: string }
  | {
      readonly kind: 'measured';
      /** Of the prompt as it is, on dev. */
      readonly before: JudgeMeasure;
      readonly tried: readonly TriedProposal[];
      readonly refused: readonly string[];
      /** The best on dev; null: none is better than the prompt as it is. */
      readonly chosen: TriedProposal | null;
      /** On test; null: none was chosen, or test has too few outputs. */
      readonly proof: ProvedProposal | null;
      readonly testOutputs: number;
    };

/** Outputs of dev and of test without which nothing is sent: fewer can neither choose nor prove. */
export const LEAST_OUTPUTS = 10;

/** @throws {HumanError} when a model gave nothing that can be used. */
export async function alignJudge(job: AlignmentJob, ports: AlignmentPorts): Promise<AlignmentOutcome> {
  const { cases, prompt, client, judge, judges } = job;
  const of = (part: LabelPart): readonly LabelledCase[] => cases.filter(({ output }) => output.part === part);
  const [train, dev, test] = [of('train'), of('dev'), of('test')];
  const reason = whyNothing(train, dev);
  if (reason !== null) return { kind: 'nothing', reason };
  const rubric = readableJson(train[0]?.spec.value);
  const planned = proposalPlan({ prompt, rubric, outputs: train.map(({ output }) => output), client });
  const [answer] = (await ports.trial('Proposing', planned.plan, judges)) ?? [];
  if (answer === undefined) return { kind: 'stopped', step: 'train' };
  if (answer.output === null) throw new HumanError('judge/no-proposals', `No proposals: ${answer.error?.message ?? 'there is no answer.'}`);
  const read = readProposals(answer.output, prompt, planned.errors);
  if ('problem' in read)
    throw new HumanError(
      'judge/no-proposals',
      `${client.id} returned no readable proposals: ${read.problem.replace(/\.$/, '')}.`,
      'Try another --model.',
    );
  const names = new Map(read.proposals.map((proposal) => [`proposal ${proposal.number}`, proposal.text]));
  const proposed = new ProposedJudges(judges, judge, names, sha256);
  const none = { kind: 'measured', tried: [], refused: read.refused, chosen: null, proof: null, testOutputs: test.length } as const;
  if (read.proposals.length === 0) return { ...none, before: measureJudge(outputsOf(dev), recorded(dev)) };
  const measured = await graded('Dev', dev, [judge, ...names.keys()], proposed, ports);
  if (measured === null) return { kind: 'stopped', step: 'dev' };
  const [own, ...others] = measured;
  const tried = read.proposals.map((proposal, i) => triedOn(dev, proposal, own, others[i] ?? new Map()));
  const [chosen = null] = tried.filter(({ change }) => isBetter(change)).sort((a, b) => balanced(b.measure) - balanced(a.measure));
  const before = measureJudge(outputsOf(dev), own ?? new Map());
  const found = { kind: 'measured', before, tried, refused: read.refused, chosen, testOutputs: test.length } as const;
  if (chosen === null || test.length < LEAST_OUTPUTS) return { ...found, proof: null };
  const proof = await provedOn(test, chosen.proposal, proposed, job, ports);
  return proof === null ? { kind: 'stopped', step: 'test' } : { ...found, proof };
}

function whyNothing(train: readonly LabelledCase[], dev: readonly LabelledCase[]): string | null {
  if (!train.some(({ output }) => output.judged !== output.grade))
    return `The judge agrees with people on all ${train.length} outputs of the train part, so there is no error to learn from. Label more outputs.`;
  if (dev.length < LEAST_OUTPUTS)
    return `The dev part has ${dev.length} labelled outputs with texts; ${LEAST_OUTPUTS} are needed to choose between proposals. Label more outputs.`;
  return null;
}

const outputsOf = (cases: readonly LabelledCase[]): LabelledOutput[] => cases.map(({ output }) => output);
const recorded = (cases: readonly LabelledCase[]): JudgedOutputs => new Map(cases.map(({ output }) => [output.key, output.judged]));

function triedOn(
  cases: readonly LabelledCase[],
  proposal: JudgeProposal,
  before: JudgedOutputs = new Map(),
  after: JudgedOutputs,
): TriedProposal {
  const outputs = outputsOf(cases);
  return { proposal, measure: measureJudge(outputs, after), change: judgeChange(outputs, before, after) };
}

/** What each version said of the outputs; null: stopped. @throws {HumanError} when one gave no verdict at all. */
async function graded(
  what: string,
  cases: readonly LabelledCase[],
  versions: readonly string[],
  judges: Judges,
  ports: AlignmentPorts,
): Promise<JudgedOutputs[] | null> {
  const results = await ports.trial(what, labelledPlan(cases, versions, 1), judges);
  if (results === null) return null;
  const judged = versions.map((version) => judgedIn(results, cases, version));
  if ([...(judged[0]?.values() ?? [])].every((verdict) => verdict === null))
    throw new HumanError('judge/no-verdicts', `The judge gave no verdict: ${results[0]?.error?.message ?? 'there is no result.'}`);
  return judged;
}

/** The look is written down before anything is sent: one that is stopped was a look too. */
async function provedOn(
  test: readonly LabelledCase[],
  proposal: JudgeProposal,
  judges: Judges,
  { root, judge, criterion }: AlignmentJob,
  ports: AlignmentPorts,
): Promise<ProvedProposal | null> {
  const version = `proposal ${proposal.number}`;
  const prompt = judgeKindOf(criterion.type)?.prompt ?? criterion.type;
  const [from, to] = await Promise.all(
    [judge, version].map((rubricPrompt) => judges.judge(prompt, { ...test[0]?.spec, type: criterion.type, rubricPrompt })),
  );
  const look = {
    at: ports.now(),
    criterion,
    model: from?.client.id ?? '',
    from: from?.version ?? '',
    to: to?.version ?? '',
    outputs: test.length,
    result: null,
  };
  const number = beginLook(root, judge, look);
  const judged = await graded('Test', test, [judge, version], judges, ports);
  if (judged === null) return null;
  const [before = new Map(), after = new Map()] = judged;
  const { measure, change } = triedOn(test, proposal, before, after);
  const proved = isProved(change, number);
  const { fixed, broken, p } = change;
  endLook(root, judge, { ...look, result: { fixed, broken, p, proved } });
  return { proposal, measure, change, look: number, before: measureJudge(outputsOf(test), before), isProved: proved };
}
