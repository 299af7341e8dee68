/** Money is spent on purpose: what a run is going to cost is said before, and asked about where somebody can answer. */
import { createInterface } from 'node:readline/promises';
import { costPerCall } from '../adapters/evaluation/cost-per-call.ts';
import type { AnswerStore } from '../core/calls/answers.ts';
import { surveyPorts } from '../adapters/run/survey-ports.ts';
import { ConfigurationError } from '../core/errors.ts';
import { quantity, usd } from '../core/figures.ts';
import { outputLimit } from '../core/calls/call-bound.ts';
import {
  assumedCost,
  assumedJudgeCost,
  isFree,
  isFreeClient,
  isUnpriced,
  likelyCost,
  surveyPlan,
  unpriced,
  type Survey,
} from '../core/run/estimate.ts';
import type { JudgedPlan } from '../core/judge/judged-plan.ts';
import type { Plan } from '../core/run/plan.ts';
import type { Arguments } from './arguments.ts';
import { plainText } from '../core/plain-text.ts';
import type { Session } from './session.ts';

export interface BeforeRun {
  readonly plan: Plan;
  readonly judged: JudgedPlan;
  readonly args: Arguments;
  readonly session: Session;
  /** Those that are known already. */
  readonly answers: AnswerStore;
  /** USD; null: none. */
  readonly cap: number | null;
}

/** USD above which a person at a terminal is asked, where goldset.yaml does not say. */
export const ASK_ABOVE = 0.1;

/** False: the user declined. @throws {ConfigurationError} when a cap is set that cannot be kept. */
export async function mayRun({ plan, judged, args, session, answers, cap }: BeforeRun): Promise<boolean> {
  const { workspace, evaluator } = session;
  const canAsk = process.stdin.isTTY && process.stderr.isTTY && !args.flag('yes');
  const names = [...unpriced(plan), ...judged.clients.filter(isUnpriced).map(({ id }) => id)];
  if (cap !== null) refuseUnpriced(names, args);
  if (plan.candidates.every(({ candidate }) => isFree(candidate)) && judged.clients.every(isFreeClient)) return true;
  // Of a model without a price there is nothing to say that is worth rendering every case.
  if (cap === null && !canAsk && unpriced(plan).length > 0) return true;
  const fresh = args.text('cache') === 'off' || args.text('cache') === 'refresh';
  const isBatch = args.flag('batch');
  const survey = await surveyPlan(plan, surveyPorts(workspace.root, evaluator, fresh ? null : answers), isBatch);
  const likely = likelyCost(plan, survey, await costPerCall(plan, workspace, {}, evaluator, isBatch));
  process.stderr.write(plainText(`${estimateText(survey, likely)}${isBatch ? ', as a batch' : ''}${judgesText(judged)}\n`));
  if (cap !== null && unpriced(plan).length === 0 && !isBatch) warnUnlimited(plan);
  if (cap !== null && isBatch && survey.atMostUsd === null) throw unboundedBatch(cap);
  const askAbove = workspace.config.spend.askAbove ?? ASK_ABOVE;
  const assumed = (likely ?? assumedCost(plan, survey)) + assumedJudgeCost(judged);
  if (!canAsk || survey.calls + judged.judgements === 0 || assumed <= askAbove) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Run? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** `84 calls, about $0.41, at most $0.97 (12 more are known already)`. */
export function estimateText({ calls, known, atMostUsd }: Survey, likely: number | null): string {
  const parts = [
    quantity(calls, 'call'),
    likely === null ? 'cost not known yet' : `about ${usd(likely)}`,
    ...(atMostUsd === null ? [likely === null ? 'no upper bound' : 'no output limit, so no upper bound'] : [`at most ${usd(atMostUsd)}`]),
  ];
  return `${parts.join(', ')}${known > 0 ? ` (${quantity(known, 'answer')} reused)` : ''}`;
}

/** `, and 84 judgements by openai:gpt-6-sol`. */
function judgesText({ clients, judgements }: JudgedPlan): string {
  return judgements === 0 ? '' : `, and ${quantity(judgements, 'judgement')} by ${clients.map(({ id }) => id).join(', ')}`;
}

function refuseUnpriced(names: readonly string[], args: Arguments): void {
  if (names.length === 0 || args.flag('allow-unknown-price')) return;
  throw new ConfigurationError(
    'price/unknown',
    `No price known for ${names.join(', ')}, so the spending limit can’t be enforced.`,
    'Add the price to the `prices` file of goldset.yaml, or pass --allow-unknown-price.',
  );
}

const unboundedBatch = (cap: number): ConfigurationError =>
  new ConfigurationError(
    'spend/unbounded',
    `These requests have no upper cost bound, so the spending limit of ${usd(cap)} can’t be enforced.`,
    'A batch can’t be stopped halfway. Set maxOutputTokens in the prompt, or submit it without a spending limit.',
  );

function warnUnlimited(plan: Plan): void {
  const unlimited = plan.candidates.filter(({ candidate }) => outputLimit(candidate.parameters) === null && !isFree(candidate));
  const paths = [...new Set(unlimited.map(({ candidate }) => candidate.target.document.path))];
  if (paths.length === 0) return;
  process.stderr.write(
    plainText(
      `${paths.join(', ')}: no \`maxOutputTokens\`, so the cost of a call is unbounded. Near the spending limit, calls run one at a time, and the last one may exceed it.\n`,
    ),
  );
}
