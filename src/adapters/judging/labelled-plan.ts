/** Labelled outputs, graded once more, as a run whose answers are there already: only the judge is sent something. Limits, costs and cancel are a run's. */
import { caseWithoutFile } from '../../core/golden/case-without-file.ts';
import { judgedVerdict } from '../../core/judge/criterion.ts';
import type { LabelledOutput } from '../../core/judge/alignment/labelled-outputs.ts';
import type { JudgedOutputs } from '../../core/judge/alignment/judge-measure.ts';
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ModelClient } from '../../core/model/model-client.ts';
import { messageListDocument } from '../../core/prompt/message-list.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { Result } from '../../core/results/result.ts';
import type { Plan } from '../../core/run/plan.ts';
import { sha256 } from '../hash.ts';
import { givenAnswer } from '../interactions/given-answer.ts';

/** What an output is graded by. */
export interface LabelledCase {
  readonly output: LabelledOutput;
  /** Without `not-`. */
  readonly spec: AssertionSpec;
  /** Of its golden case, for the rubric. */
  readonly vars: JsonObject;
}

/** `versions`: the judge's prompts, as `rubricPrompt` names them; undefined: the one that the workspace has for the type. */
export function labelledPlan(cases: readonly LabelledCase[], versions: readonly (string | undefined)[], repeats: number): Plan {
  const golden = sha256(cases.map(({ output }) => output.key).join('\n'));
  const goldenCases = cases.map(caseOf);
  const target: RunTarget = {
    document: messageListDocument({
      path: PATH,
      name: 'labelled outputs',
      model: null,
      messages: [{ role: 'system', content: 'Outputs that people labelled.' }],
      hasPlaceholders: false,
    }),
    partials: [],
    listVariables: [],
    cases: goldenCases,
    version: sha256('labelled-outputs'),
    ref: null,
    golden,
  };
  const client = labelledAnswers();
  return {
    candidates: versions.map((rubricPrompt) => ({
      candidate: { id: idOfVersion(golden, rubricPrompt), target, client, parameters: {} },
      cases: goldenCases.map((goldenCase, i) => {
        const { rubricPrompt: _own, ...spec } = cases[i]?.spec ?? { type: 'llm-rubric' };
        return { goldenCase, assertions: [rubricPrompt === undefined ? spec : { ...spec, rubricPrompt }] };
      }),
    })),
    repeats,
    comparisons: [],
    shard: null,
  };
}

/** What one version of the judge said of each output in one of the repeats. */
export function judgedIn(
  results: readonly Result[],
  cases: readonly LabelledCase[],
  rubricPrompt: string | undefined,
  repeat = 0,
): JudgedOutputs {
  const golden = sha256(cases.map(({ output }) => output.key).join('\n'));
  const candidate = idOfVersion(golden, rubricPrompt);
  const keys = new Map(cases.map(({ output }) => [idOfOutput(output), output.key]));
  const judged = new Map<string, 'pass' | 'fail' | null>();
  for (const result of results) {
    const key = keys.get(result.case);
    if (key === undefined || result.candidate !== candidate || result.repeat !== repeat) continue;
    const [assertion] = result.assertions;
    judged.set(key, assertion === undefined ? null : judgedVerdict(assertion));
  }
  return judged;
}

const idOfVersion = (golden: string, rubricPrompt: string | undefined): string =>
  sha256(JSON.stringify([golden, rubricPrompt ?? null])).slice(0, 12);
const idOfOutput = ({ key }: LabelledOutput): string => sha256(key).slice(0, 16);

const PATH = 'labelled-outputs.prompt';
/** The variable that holds the output; no prompt has one of this name. */
const OUTPUT = 'goldset: labelled output';

/** Says the output of the case that asks. */
function labelledAnswers(): ModelClient {
  const client = givenAnswer('labelled outputs', '', 'given:labelled-outputs');
  return {
    ...client,
    complete: async (request, options) => {
      const text = request.variables?.[OUTPUT];
      return { ...(await client.complete(request, options)), output: typeof text === 'string' ? text : '' };
    },
  };
}

function caseOf({ output, vars }: LabelledCase): GoldenCase {
  const { input, output: text, context } = output.item;
  return caseWithoutFile(PATH, {
    id: idOfOutput(output),
    vars: { ...vars, ...(context === null ? {} : { context }), [OUTPUT]: text },
    ...(input === null ? {} : { messages: [{ role: 'user', content: [{ text: input }] }] }),
    group: output.group,
    // What an application received and said stands for itself.
    literals: [['vars']],
  });
}
