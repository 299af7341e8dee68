/** Grades one output by the assertions of its case. Pure; whatever can hang in here runs in a worker that can be killed. */
import { messageOf } from '../problems/errors.ts';
import { isCannotGrade, type AssertionResult, type AssertionSpec, type GradedOutput, type ExternalGrade } from './assertion.ts';
import { isNegated, kindOf, problemOf, stemOf } from './assertion-types.ts';
import { filled } from './fill.ts';
import { kinds } from './kinds.ts';

/** `unjudged`: nothing was checked, so it is neither a pass nor a fail. */
export type CaseVerdict = 'pass' | 'fail' | 'error' | 'unjudged';

export interface GradedResult {
  readonly verdict: CaseVerdict;
  /** Weighted mean of the assertions, 0..1; null: no assertion has a weight. */
  readonly score: number | null;
  readonly assertions: readonly AssertionResult[];
}

/** `threshold`: the score that is enough (promptfoo); null: every assertion with a weight must pass. */
export function gradeOutput(specs: readonly AssertionSpec[], threshold: number | null, output: GradedOutput): GradedResult {
  const assertions = specs.map((spec) => gradeAssertion(spec, output));
  const combined = combine(assertions, threshold);
  return combined.verdict !== 'error' && !checksSomething(specs)
    ? { assertions, verdict: 'unjudged', score: null }
    : { assertions, ...combined };
}

/** Whether any of the assertions can fail: one with a weight, which in a set has members that can. */
export const checksSomething = (specs: readonly AssertionSpec[]): boolean =>
  specs.some(
    ({ type, weight = 1, assert }) => weight !== 0 && (stemOf(type) !== 'assert-set' || assert === undefined || checksSomething(assert)),
  );

function combine(results: readonly AssertionResult[], threshold: number | null): { verdict: 'pass' | 'fail' | 'error'; score: number } {
  const weights = results.reduce((sum, result) => sum + result.weight, 0);
  const score = weights === 0 ? 1 : results.reduce((sum, result) => sum + result.score * result.weight, 0) / weights;
  if (results.some((result) => result.error === true)) return { verdict: 'error', score };
  const pass = threshold === null ? results.every((result) => result.pass || result.weight === 0) : score >= threshold;
  return { verdict: pass ? 'pass' : 'fail', score };
}

function gradeAssertion(spec: AssertionSpec, whole: GradedOutput): AssertionResult {
  const output = spec.transformed === undefined ? whole : { ...whole, output: spec.transformed };
  const named = { type: spec.type, weight: spec.weight ?? 1, ...(spec.metric === undefined ? {} : { metric: spec.metric }) };
  const problem = problemOf(spec);
  if (problem !== null) return { ...named, pass: false, score: 0, reason: problem.message, error: true };
  if (spec.type === 'assert-set') return { ...named, ...gradeSet(spec, output) };
  if (spec.type === 'not-assert-set') {
    const set = gradeSet(spec, output);
    return { ...named, ...set, ...(set.error === true ? {} : negate(set, spec.type)) };
  }
  if (spec.outside !== undefined) return { ...named, ...fromOutside(spec, spec.outside) };
  const kind = kindOf(spec.type);
  if (kind === null) return { ...named, pass: false, score: 0, reason: `There is no assertion type \`${spec.type}\`.`, error: true };
  try {
    const grade = kinds[kind].grade(filled(spec, output.vars), output);
    return { ...named, ...(isNegated(spec.type) ? negate(grade, spec.type) : grade) };
  } catch (error) {
    const reason = isCannotGrade(error) ? error.message : `This could not be graded: ${messageOf(error)}`;
    return { ...named, pass: false, score: 0, reason, error: true };
  }
}

function fromOutside(spec: AssertionSpec, outside: ExternalGrade): Omit<AssertionResult, 'type' | 'weight' | 'metric'> {
  const note = outside.judge === undefined ? {} : { judge: outside.judge };
  if ('error' in outside) return { pass: false, score: 0, reason: outside.error, error: true, ...note };
  const { pass, score, reason } = outside.grade;
  return { ...(isNegated(spec.type) ? negate({ pass, score, reason }, spec.type) : { pass, score, reason }), ...note };
}

function gradeSet(spec: AssertionSpec, output: GradedOutput): Omit<AssertionResult, 'type' | 'weight' | 'metric'> {
  const members = (spec.assert ?? []).map((member) => gradeAssertion(member, output));
  const { verdict, score } = combine(members, spec.threshold ?? null);
  const failures = members.filter((member) => !member.pass && member.weight > 0);
  const reason =
    verdict === 'pass'
      ? `${members.length - failures.length} of ${members.length} passed.`
      : failures.map((member) => member.reason).join(' ');
  return { pass: verdict === 'pass', score, reason, members, ...(verdict === 'error' ? { error: true } : {}) };
}

const negate = (
  grade: { pass: boolean; score: number; reason: string },
  type: string,
): { pass: boolean; score: number; reason: string } => ({
  pass: !grade.pass,
  score: 1 - grade.score,
  reason: grade.pass ? `Expected \`${type}\`, but: ${grade.reason}` : `As expected by \`${type}\`: ${grade.reason}`,
});
