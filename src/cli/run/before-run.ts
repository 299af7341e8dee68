/** Money is spent on purpose: what a run is going to cost is said before, and asked about where somebody can answer. */
import { costPerCall } from '../../adapters/evaluation/cost-per-call.ts';
import type { AnswerStore } from '../../core/calls/answers.ts';
import { dryRunPorts } from '../../adapters/run/dry-run-ports.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { quantity, usd } from '../../core/display/figures.ts';
import { maxOutputTokens } from '../../core/calls/call-bound.ts';
import { keysOfFormat } from '../../core/prompt/format-keys.ts';
import { isFree, isFreeClient, dryRun, unpriced, type DryRun } from '../../core/run/estimate.ts';
import { asksBefore, callsOfAll, estimateSpend, judgesText, likelyText, unpricedIn } from '../../core/run/estimate-spend.ts';
import type { JudgedPlan } from '../../core/judge/judged-plan.ts';
import type { Plan } from '../../core/run/plan.ts';
import type { Arguments } from '../arguments.ts';
import type { Session } from '../session.ts';
import { confirm, isInteractive, stderr } from '../output.ts';

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

/** False: the user declined. @throws {ConfigurationError} when a cap is set that cannot be kept. */
export async function mayRun({ plan, judged, args, session, answers, cap }: BeforeRun): Promise<boolean> {
  const { workspace, evaluator } = session;
  const canAsk = isInteractive() && !args.flag('yes');
  if (cap !== null) refuseUnpriced(unpricedIn({ plan, judged, callsOf: callsOfAll(plan) }), args);
  if (plan.candidates.every(({ candidate }) => isFree(candidate)) && judged.clients.every(isFreeClient)) return true;
  // Of a model without a price there is nothing to say that is worth rendering every case.
  if (cap === null && !canAsk && unpriced(plan).length > 0) return true;
  const fresh = args.text('cache') === 'off' || args.text('cache') === 'refresh';
  const isBatch = args.flag('batch');
  const planned = await dryRun(plan, dryRunPorts(workspace.root, evaluator, fresh ? null : answers), isBatch);
  const perCallUsd = await costPerCall(plan, workspace, {}, evaluator, isBatch);
  const spend = estimateSpend({ plan, judged, callsOf: planned.callsOf, perCallUsd });
  stderr.write(`${estimateText(planned, spend)}${isBatch ? ', as a batch' : ''}${judgesText(judged)}\n`);
  if (cap !== null && unpriced(plan).length === 0 && !isBatch) warnUnlimited(plan);
  if (cap !== null && isBatch && planned.atMostUsd === null) throw unboundedBatch(cap);
  if (!canAsk || !asksBefore(spend, workspace.config.spend.askAbove)) return true;
  return confirm('Run? [y/N] ');
}

/** `84 calls, about $0.41, at most $0.97 (12 more are known already)`. */
export function estimateText({ calls, known, atMostUsd }: DryRun, spend: Parameters<typeof likelyText>[0]): string {
  const likely = spend.likelyUsd ?? spend.rangeUsd;
  const parts = [
    quantity(calls, 'call'),
    likelyText(spend),
    ...(atMostUsd === null && isBounded(spend)
      ? []
      : atMostUsd === null
        ? [likely === null ? 'no upper bound' : 'no output limit, so no upper bound']
        : // Of answers alone; of those that are there already it says nothing.
          atMostUsd === 0 && (spend.judgesUsd ?? 0) > 0
          ? []
          : [`at most ${usd(atMostUsd)}${(spend.judgesUsd ?? 0) > 0 ? ' for the answers' : ''}`]),
  ];
  return `${parts.join(', ')}${known > 0 ? ` (${quantity(known, 'answer')} reused)` : ''}`;
}

/** The range of a call whose thinking is not measured ends at the model's own limit, which is its upper bound too. */
const isBounded = ({ rangeUsd }: Parameters<typeof likelyText>[0]): boolean => rangeUsd !== null && rangeUsd.high !== null;

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
    'A batch can’t be stopped halfway. Set a limit of the output tokens in the prompt, or submit it without a spending limit.',
  );

function warnUnlimited(plan: Plan): void {
  const unlimited = plan.candidates.filter(({ candidate }) => maxOutputTokens(candidate.parameters) === null && !isFree(candidate));
  const documents = unlimited.map(({ candidate }) => candidate.target.document);
  if (documents.length === 0) return;
  const paths = [...new Set(documents.map(({ path }) => path))];
  const keys = [...new Set(documents.map(({ format }) => `\`${keysOfFormat(format).outputLimit}\``))];
  stderr.write(
    `${paths.join(', ')}: no ${keys.join(' or ')}, so the cost of a call is unbounded. Near the spending limit, calls run one at a time, and the last one may exceed it.\n`,
  );
}
