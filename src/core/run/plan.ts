/** What a run asks: candidates × cases × repeats, in an order that depends on nothing but the input. */
import type { GoldenCase } from '../golden/case.ts';
import { tagsOf } from '../golden/case.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import { assertionsOf } from '../grade/case-assertions.ts';
import type { JsonValue } from '../json.ts';
import type { Parameters, PartialSource } from '../prompt/document.ts';
import { expandLists, type ListTaker } from './expand-lists.ts';
import type { ModelClient } from './model-client.ts';

/** A prompt with all that is needed to run it. */
export interface RunTarget extends ListTaker {
  readonly partials: readonly PartialSource[];
  readonly cases: readonly GoldenCase[];
  readonly version: string;
  /** Hash of the golden set. */
  readonly golden: string;
}

export interface Candidate {
  readonly id: string;
  readonly target: RunTarget;
  readonly client: ModelClient;
  readonly parameters: Parameters;
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
}

export interface CaseSelection {
  /** Tests an id or description; null: all. */
  readonly matches: ((text: string) => boolean) | null;
  readonly tags: readonly string[];
}

export interface PlanInput {
  readonly targets: readonly { readonly target: RunTarget; readonly clients: readonly ModelClient[] }[];
  /** Overrides of sampling parameters; one candidate per combination. */
  readonly parameters: readonly Parameters[];
  readonly repeats: number;
  readonly selection: CaseSelection;
  /** SHA-256 in hex. */
  readonly hash: (text: string) => string;
}

export function planRun({ targets, parameters, repeats, selection, hash }: PlanInput): Plan {
  const overrides = parameters.length > 0 ? parameters : [{}];
  const candidates = targets.flatMap(({ target, clients }) => {
    const cases = selectCases(target, selection);
    return clients.flatMap((client) =>
      overrides.map((override) => {
        const merged = { ...target.document.parameters, ...override };
        const identity = [target.document.path, target.version, client.id, merged as Record<string, JsonValue>];
        return { candidate: { id: hash(JSON.stringify(identity)).slice(0, 12), target, client, parameters: merged }, cases };
      }),
    );
  });
  // The same model twice, or an override that changes nothing, is one candidate.
  const distinct = new Map(candidates.map((item) => [item.candidate.id, item]));
  return { candidates: [...distinct.values()], repeats };
}

function selectCases(target: RunTarget, { matches, tags }: CaseSelection): PlannedCase[] {
  return target.cases
    .flatMap((goldenCase) => expandLists(goldenCase, target))
    .filter(
      (goldenCase) => matches === null || matches(goldenCase.id) || (goldenCase.description !== null && matches(goldenCase.description)),
    )
    .filter((goldenCase) => tags.length === 0 || tagsOf(goldenCase).some((tag) => tags.includes(tag)))
    .map((goldenCase) => ({ goldenCase, assertions: assertionsOf(goldenCase, target.document.embedded.assertions) }));
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

export const countSamples = (plan: Plan): number => plan.candidates.reduce((sum, { cases }) => sum + cases.length * plan.repeats, 0);
