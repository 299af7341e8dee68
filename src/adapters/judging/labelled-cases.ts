/** What labelled outputs were graded by, from the golden sets of the workspace: label files keep a hash of the rubric, not its words. */
import type { AssertionSpec } from '../../core/grade/assertion.ts';
import { stemOf } from '../../core/grade/assertion-types.ts';
import { assertionsOf } from '../../core/golden/case-assertions.ts';
import type { GoldenCase } from '../../core/golden/case.ts';
import { criterionOf, type JudgedCriterion } from '../../core/judge/criterion.ts';
import type { LabelledOutput } from '../../core/judge/alignment/labelled-outputs.ts';
import { judgeKindOf } from '../../core/judge/judge-kinds.ts';
import { parseJson, type JsonObject } from '../../core/json/json.ts';
import type { DrawFile } from '../../core/judge/labels/draw-file.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import { sha256 } from '../hash.ts';
import type { LabelledCase } from './labelled-plan.ts';

interface CriterionUse {
  readonly spec: AssertionSpec;
  readonly vars: JsonObject;
}

export interface FoundCases {
  readonly cases: readonly LabelledCase[];
  /** Outputs whose rubric needs variables of a golden case that is not here. */
  readonly withoutVariables: number;
}

/** `draws`: the words of their criteria count too, for outputs of production have no golden case. Null: neither an assertion nor a draw has it. */
export function labelledCases(
  outputs: readonly LabelledOutput[],
  criterion: JudgedCriterion,
  targets: readonly Pick<RunTarget, 'cases' | 'document'>[],
  draws: readonly Pick<DrawFile, 'frame'>[] = [],
): FoundCases | null {
  const uses = usesOf(criterion, targets);
  const [any] = [...uses.values()];
  const common = any?.spec ?? drawnRubric(criterion, draws) ?? withoutRubric(criterion);
  if (common === null) return null;
  const cases: LabelledCase[] = [];
  let withoutVariables = 0;
  for (const output of outputs) {
    const own = output.target.case === null ? undefined : uses.get(output.target.case);
    if (own !== undefined) cases.push({ output, spec: own.spec, vars: own.vars });
    else if (typeof common.value === 'string' && common.value.includes('{{')) withoutVariables++;
    else if (PER_CASE.includes(criterion.type)) withoutVariables++;
    else cases.push({ output, spec: common, vars: {} });
  }
  return { cases, withoutVariables };
}

/** Types whose value is the reference of one case. */
const PER_CASE = ['factuality', 'model-graded-factuality', 'context-recall'];

/** By the id of the case. */
function usesOf(criterion: JudgedCriterion, targets: readonly Pick<RunTarget, 'cases' | 'document'>[]): Map<string, CriterionUse> {
  const uses = new Map<string, CriterionUse>();
  for (const { cases, document } of targets)
    for (const goldenCase of cases) {
      const spec = judgedSpecs(assertionsOf(goldenCase, document.embedded.assertions)).find((one) => isOf(one, criterion));
      if (spec !== undefined && !uses.has(goldenCase.id)) uses.set(goldenCase.id, { spec, vars: varsOf(goldenCase) });
    }
  return uses;
}

const varsOf = ({ vars }: GoldenCase): JsonObject => vars;

function judgedSpecs(specs: readonly AssertionSpec[]): AssertionSpec[] {
  return specs.flatMap((spec) => {
    const type = stemOf(spec.type);
    return [...(judgeKindOf(type) === null ? [] : [{ ...spec, type }]), ...judgedSpecs(spec.assert ?? [])];
  });
}

const isOf = (spec: AssertionSpec, criterion: JudgedCriterion): boolean => {
  const own = criterionOf(spec, sha256);
  return own.type === criterion.type && own.hash === criterion.hash;
};

/** The rubric as a draw tells it, if it is the one that the criterion is a hash of. A threshold is in no draw. */
function drawnRubric(criterion: JudgedCriterion, draws: readonly Pick<DrawFile, 'frame'>[]): AssertionSpec | null {
  if (judgeKindOf(criterion.type) === null) return null;
  for (const { frame } of draws) {
    const text = frame.criterion?.text ?? '';
    if (text === '' || frame.criterion?.type !== criterion.type) continue;
    // A rubric that is no text is written as JSON.
    for (const value of [text, parseJson(text)]) {
      const spec = { type: criterion.type, ...(value === undefined ? {} : { value }) };
      if (isOf(spec, criterion)) return spec;
    }
  }
  return null;
}

/** A judge whose prompt is the whole criterion. */
function withoutRubric({ type, hash }: JudgedCriterion): AssertionSpec | null {
  if (judgeKindOf(type) === null) return null;
  const spec = { type };
  return isOf(spec, { type, hash }) ? spec : null;
}
