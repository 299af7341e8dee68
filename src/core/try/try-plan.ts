/** One request of the playground as a plan, so that it is rendered, limited, priced and sent exactly as in a run. */
import { caseWithoutFile } from '../golden/case-without-file.ts';
import type { GoldenCase } from '../golden/case.ts';
import type { CaseMessage } from '../golden/case-messages.ts';
import type { ToolMock } from '../golden/tool-mocks.ts';
import type { JsonObject } from '../json/json.ts';
import type { ModelClient } from '../model/model-client.ts';
import type { Parameters } from '../prompt/document.ts';
import type { RunTarget } from '../prompt/run-target.ts';
import { overParameters } from '../run/over-parameters.ts';
import { candidateId, type Plan } from '../run/plan.ts';
import type { Path } from '../yaml/yaml.ts';

/** The id of the one case of a try. */
export const TRIED_CASE = 'try';

export interface TriedInput {
  readonly vars: JsonObject;
  readonly literals: readonly Path[];
  /** As in a golden case; absent: what the prompt renders. */
  readonly messages?: readonly CaseMessage[];
  /** What tools answer; absent: a person does. */
  readonly tools?: readonly ToolMock[];
}

/** A case that is in no golden set, and that nothing judges. `shown`: the path of its prompt. */
export function triedCase({ vars, literals, messages, tools = [] }: TriedInput, shown: string): GoldenCase {
  return caseWithoutFile(shown, {
    id: TRIED_CASE,
    vars,
    ...(messages === undefined ? {} : { messages }),
    ...(tools.length === 0 ? {} : { tools }),
    status: 'unverified',
    ...(literals.length === 0 ? {} : { literals }),
  });
}

/** One model with the parameters that are set over the prompt's own. */
export interface PlannedLane {
  readonly client: ModelClient;
  readonly parameters: Parameters;
}

/**
 * A candidate for each lane, in their order. The prompt keeps its golden cases, which decide where the provider's cache is marked: the
 * request is byte for byte that of a run.
 */
export function planTry(target: RunTarget, goldenCase: GoldenCase, lanes: readonly PlannedLane[], hash: (text: string) => string): Plan {
  return {
    candidates: lanes.map(({ client, parameters }) => ({
      candidate: {
        id: candidateId(target, client, parameters, hash),
        target,
        client,
        parameters: overParameters(target.document.parameters, parameters),
      },
      cases: [{ goldenCase, assertions: [] }],
    })),
    repeats: 1,
    comparisons: [],
    shard: null,
  };
}
