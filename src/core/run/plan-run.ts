/** Makes the plan of a run from prompts with their models: which cases, which candidates, and what is compared. */
import { assertionsOf } from '../golden/case-assertions.ts';
import { tagsOf, type GoldenCase } from '../golden/case.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { SideInput } from '../compare/side.ts';
import type { Parameters } from '../prompt/document.ts';
import type { RunTarget } from '../prompt/run-target.ts';
import type { Shard } from '../results/shard.ts';
import { ConfigurationError } from '../problems/errors.ts';
import { sameIds } from '../prompt/same-ids.ts';
import { expandLists } from '../prompt/expand-lists.ts';
import { isStored, pairedCandidates } from './pair-candidates.ts';
import { overParameters } from './over-parameters.ts';
import { candidateId, type Plan, type PlannedCase, type PlannedTarget } from './plan.ts';

export interface CaseSelection {
  /** Tests an id or description; null: all. */
  readonly matches: ((text: string) => boolean) | null;
  readonly tags: readonly string[];
  readonly shard: Shard | null;
}

const ALL_CASES: CaseSelection = { matches: null, tags: [], shard: null };

export interface ComparedTarget extends PlannedTarget {
  /** The older side: prompts to run over the same cases, or a side of an earlier run. Null or absent: nothing is compared. */
  readonly comparedWith?: PlannedTarget | SideInput | null;
}

export interface PlanInput {
  readonly targets: readonly ComparedTarget[];
  /** Overrides of sampling parameters; one candidate per combination. Absent or empty: the prompts' own. */
  readonly parameters?: readonly Parameters[];
  readonly repeats: number;
  /** Absent: all cases. */
  readonly selection?: CaseSelection;
  /** SHA-256 in hex. */
  readonly hash: (text: string) => string;
}

/**
 * How often each case is sent when the user does not say: `gate`, the number of goldset.yaml, if it is more than 1; else what the formats of
 * all prompts of the run agree on.
 */
export function repeatsOf(targets: readonly ComparedTarget[], gate: number): number {
  if (gate > 1) return gate;
  const [first = gate, ...others] = new Set(targets.map(({ target }) => target.document.repeats ?? gate));
  return others.length === 0 ? first : gate;
}

/** How many requests are sent at once when the user does not say: the smallest number that a format of the run's prompts has; null: none has one. */
export function concurrencyOf({ candidates }: Pick<Plan, 'candidates'>): number | null {
  const given = candidates.flatMap(({ candidate }) => candidate.target.document.concurrency ?? []);
  return given.length === 0 ? null : Math.min(...given);
}

/**
 * The plan; it has no candidates or cases when nothing is selected. An older side stands before what is compared with it.
 * @throws {ConfigurationError} when two cases of a prompt have the same id.
 */
export function planRun({ targets, parameters = [], repeats, selection = ALL_CASES, hash }: PlanInput): Plan {
  const overrides = parameters.length > 0 ? parameters : [{}];
  const candidates = targets.flatMap(withOlderSide).flatMap(({ target, clients, only = null }) => {
    const cases = selectCases(target, selection, hash).filter(
      ({ goldenCase: { id } }) => only === null || only.has(id) || only.has(id.replace(/\/\d+$/, '')),
    );
    return clients.flatMap((client) =>
      overrides.map((override) => {
        const merged = overParameters(target.document.parameters, override);
        const candidate = { id: candidateId(target, client, override, hash), target, client, parameters: merged };
        return { candidate, cases: cases.filter(({ goldenCase }) => runsWith(goldenCase, client)) };
      }),
    );
  });
  // The same model twice, or an override that changes nothing, is one candidate.
  const distinct = new Map(candidates.map((item) => [item.candidate.id, item]));
  const all = [...distinct.values()];
  const ids = new Set(all.map(({ candidate }) => candidate.id));
  const comparisons = targets.flatMap((own) => (own.comparedWith ? pairedCandidates(own.comparedWith, own, overrides, hash) : []));
  return {
    candidates: all,
    repeats,
    comparisons: comparisons.filter(({ a, b }) => ids.has(b) && (a.kind === 'stored' || ids.has(a.id))),
    shard: selection.shard,
  };
}

/** Retrieval is a pipeline's: a model that gets the question alone has nothing to find it with. */
export const runsWith = ({ kind }: Pick<GoldenCase, 'kind'>, { takesVariables }: Pick<ModelClient, 'takesVariables'>): boolean =>
  kind !== 'retrieval' || takesVariables === true;

/** The sides to run: of two, both over the same cases; an earlier run is not run again. */
function withOlderSide(own: ComparedTarget): PlannedTarget[] {
  const { comparedWith = null, only = null } = own;
  return comparedWith === null || isStored(comparedWith) ? [own] : [{ ...comparedWith, only }, own];
}

function selectCases(target: RunTarget, { matches, tags, shard }: CaseSelection, hash: PlanInput['hash']): PlannedCase[] {
  const all = target.cases.flatMap((goldenCase) => expandLists(goldenCase, target));
  const [doubled] = sameIds(all);
  if (doubled !== undefined) throw new ConfigurationError(doubled.code, doubled.message, doubled.hint);
  return all
    .filter(
      (goldenCase) => matches === null || matches(goldenCase.id) || (goldenCase.description !== null && matches(goldenCase.description)),
    )
    .filter((goldenCase) => tags.length === 0 || tagsOf(goldenCase).some((tag) => tags.includes(tag)))
    .filter((goldenCase) => shard === null || shardOf(goldenCase.id, shard.count, hash) === shard.index)
    .map((goldenCase) => ({ goldenCase, assertions: assertionsOf(goldenCase, target.document.embedded.assertions) }));
}

/** The shard of a case, from 1 to `count`: by a hash of its id, so that new cases move no other. */
const shardOf = (caseId: string, count: number, hash: (text: string) => string): number =>
  (Number.parseInt(hash(caseId).slice(0, 8), 16) % count) + 1;
