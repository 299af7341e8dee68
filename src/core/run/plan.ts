/** What a run asks: candidates × cases × repeats, in an order that depends on nothing but the input. */
import type { GoldenCase } from '../golden/case.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import type { JsonValue } from '../json/json.ts';
import type { Parameters } from '../prompt/document.ts';
import type { SideInput } from '../compare/side.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { RunTarget } from '../prompt/run-target.ts';
import type { CallCost } from './call-cost.ts';
import { overParameters } from './over-parameters.ts';
import type { Shard } from '../results/shard.ts';

export interface Candidate {
  readonly id: string;
  /** As people are told of it, where its prompt and model do not say what it is; absent: they do. */
  readonly name?: string;
  readonly target: RunTarget;
  readonly client: ModelClient;
  readonly parameters: Parameters;
  /** What one call is likely to cost, where no prompt's file tells it; absent: the analysis of its prompt does. */
  readonly callCost?: CallCost;
}

export interface PlannedCase {
  readonly goldenCase: GoldenCase;
  readonly assertions: readonly AssertionSpec[];
}

export interface PlanItem {
  readonly candidate: Candidate;
  readonly planned: PlannedCase;
  readonly repeat: number;
}

export interface Plan {
  readonly candidates: readonly { readonly candidate: Candidate; readonly cases: readonly PlannedCase[] }[];
  readonly repeats: number;
  /** Candidates that are compared; those that stand only on side a are baselines and gate nothing. */
  readonly comparisons: readonly PlannedComparison[];
  /** Which part of the cases this is; null: all. */
  readonly shard: Shard | null;
}

export interface PlannedComparison {
  readonly a: ComparedWith;
  /** Id of a candidate of the plan. */
  readonly b: string;
}

export type ComparedWith =
  | { readonly kind: 'candidate'; readonly id: string }
  /** A side of an earlier run. */
  | { readonly kind: 'stored'; readonly side: SideInput };

export interface PlannedTarget {
  readonly target: RunTarget;
  readonly clients: readonly ModelClient[];
  /** Ids of the cases to run, those of list members or of the case that has the list; absent: all. */
  readonly only?: ReadonlySet<string> | null;
}

/** A prompt's version with a model and its parameters, `override` over the prompt's own, and the golden cases of another ref. */
export function candidateId(
  { document, version, casesFrom }: RunTarget,
  client: Pick<ModelClient, 'id'>,
  override: Parameters,
  hash: (text: string) => string,
): string {
  const merged = overParameters(document.parameters, override) as Record<string, JsonValue>;
  return hash(JSON.stringify([document.path, version, client.id, merged, ...(casesFrom === undefined ? [] : [casesFrom])])).slice(0, 12);
}

/** Every sample of the plan, candidates side by side case by case, so that a comparison fills row by row. */
export function* planItems(plan: Plan): Generator<PlanItem> {
  const longest = Math.max(0, ...plan.candidates.map(({ cases }) => cases.length));
  for (let i = 0; i < longest; i++) {
    for (const { candidate, cases } of plan.candidates) {
      const planned = cases[i];
      if (!planned) continue;
      for (let repeat = 0; repeat < plan.repeats; repeat++) yield { candidate, planned, repeat };
    }
  }
}

/** Identity of a plan: the same prompts, models, parameters, golden cases and repeats. */
export const planIdentity = ({ candidates, repeats }: Plan, hash: (text: string) => string): string =>
  hash(
    JSON.stringify([
      repeats,
      candidates.map(({ candidate, cases }) => [candidate.id, candidate.target.golden, cases.map((item) => item.goldenCase.id)]),
    ]),
  ).slice(0, 16);

/** Identity of a plan whatever its shard: shards of one suite share it. */
export const suiteIdentity = ({ candidates, repeats, comparisons }: Plan, hash: (text: string) => string): string =>
  hash(
    JSON.stringify([
      repeats,
      candidates.map(({ candidate }) => [candidate.id, candidate.target.golden]),
      comparisons.map(({ a, b }) => [a.kind === 'candidate' ? a.id : a.side.head.id, b]),
    ]),
  ).slice(0, 16);

export const countSamples = (plan: Plan): number => plan.candidates.reduce((sum, { cases }) => sum + cases.length * plan.repeats, 0);
