/** Money is spent on purpose: what a run is going to cost is said before, and asked about where somebody can answer. */
import { costPerCall } from '../adapters/evaluation/cost-per-call.ts';
import type { AnswerStore } from '../core/calls/answers.ts';
import { surveyPorts } from '../adapters/run/survey-ports.ts';
import { ConfigurationError } from '../core/errors.ts';
import { count, usd } from '../core/figures.ts';
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
import type { Session } from './session.ts';
import { confirm, isInteractive, stderr } from './output.ts';

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
  const canAsk = isInteractive() && !args.flag('yes');
  const names = [...unpriced(plan), ...judged.clients.filter(isUnpriced).map(({ id }) => id)];
  if (cap !== null) refuseUnpriced(names, args);
  if (plan.candidates.every(({ candidate }) => isFree(candidate)) && judged.clients.every(isFreeClient)) return true;
  // Of a model without a price there is nothing to say that is worth rendering every case.
  if (cap === null && !canAsk && unpriced(plan).length > 0) return true;
  const fresh = args.text('cache') === 'off' || args.text('cache') === 'refresh';
  const isBatch = args.flag('batch');
  const survey = await surveyPlan(plan, surveyPorts(workspace.root, evaluator, fresh ? null : answers), isBatch);
  const likely = likelyCost(plan, survey, await costPerCall(plan, workspace, {}, evaluator, isBatch));
  stderr.write(`${estimateText(survey, likely)}${isBatch ? ', by batch' : ''}${judgesText(judged)}\n`);
  if (cap !== null && unpriced(plan).length === 0 && !isBatch) warnUnlimited(plan);
  if (cap !== null && isBatch && survey.atMostUsd === null) throw unboundedBatch(cap);
  const askAbove = workspace.config.spend.askAbove ?? ASK_ABOVE;
  const assumed = (likely ?? assumedCost(plan, survey)) + assumedJudgeCost(judged);
  if (!canAsk || survey.calls + judged.judgements === 0 || assumed <= askAbove) return true;
  return confirm('Run? [y/N] ');
}

/** `84 calls, about $0.41, at most $0.97 (12 more are known already)`. */
export function estimateText({ calls, known, atMostUsd }: Survey, likely: number | null): string {
  const parts = [
    `${count(calls)} calls`,
    likely === null ? 'the cost is not known yet' : `about ${usd(likely)}`,
    ...(atMostUsd === null ? [likely === null ? 'no upper bound' : 'no output limit, so no upper bound'] : [`at most ${usd(atMostUsd)}`]),
  ];
  return `${parts.join(', ')}${known > 0 ? ` (${count(known)} more answers are known already)` : ''}`;
}

/** `, and 84 judgements by openai:gpt-6-sol`. */
function judgesText({ clients, judgements }: JudgedPlan): string {
  return judgements === 0 ? '' : `, and ${count(judgements)} judgements by ${clients.map(({ id }) => id).join(', ')}`;
}

function refuseUnpriced(names: readonly string[], args: Arguments): void {
  if (names.length === 0 || args.flag('allow-unknown-price')) return;
  throw new ConfigurationError(
    'price/unknown',
    `Nobody knows what ${names.join(', ')} costs, so the cap cannot be kept.`,
    'Add its price to the file that goldset.yaml names under `prices`, or pass --allow-unknown-price.',
  );
}

const unboundedBatch = (cap: number): ConfigurationError =>
  new ConfigurationError(
    'spend/unbounded',
    `Nobody knows what these requests can cost at most, so the cap of ${usd(cap)} cannot be kept.`,
    'A batch cannot be stopped half-way: set maxOutputTokens in the prompt, or submit it without a cap.',
  );

function warnUnlimited(plan: Plan): void {
  const unlimited = plan.candidates.filter(({ candidate }) => outputLimit(candidate.parameters) === null && !isFree(candidate));
  const paths = [...new Set(unlimited.map(({ candidate }) => candidate.target.document.path))];
  if (paths.length === 0) return;
  stderr.write(
    `${paths.join(', ')}: no \`maxOutputTokens\`, so a call can cost any amount. Near the cap one call goes at a time, and the last may pass it.\n`,
  );
}
