/** Grades what cannot be graded where text is only compared: by a judge, or by code of the user's. The rest is left to the worker. */
import { HumanError } from '../errors.ts';
import type { Subject } from './judge-kind.ts';
import { judgeAssertion, STOPPED, type JudgingContext } from './judge.ts';
import { CannotGrade, type AssertionSpec, type OutsideGrade } from '../grade/assertion.ts';
import { stemOf } from '../grade/assertion-types.ts';
import { codeGrade, codeJob, isCode, type CodeRunner } from '../grade/code-assertion.ts';
import { filled } from '../grade/fill.ts';
import { COMPARING, isJudged } from '../grade/judged-types.ts';

export interface OutsideGraders {
  readonly judging: JudgingContext | null;
  readonly code: CodeRunner | null;
  /** Grades an assertion that looks at the answers of all candidates. */
  compare(spec: AssertionSpec): Promise<OutsideGrade | typeof STOPPED>;
}

/** Whether an assertion, or a member of it, needs more than the worker. */
export const needsOutside = (spec: AssertionSpec): boolean =>
  isJudged(stemOf(spec.type)) || isCode(stemOf(spec.type)) || (spec.assert ?? []).some(needsOutside);

/** The same assertions, those of these kinds with their grade. Null: the run was stopped. */
export async function gradeOutside(
  specs: readonly AssertionSpec[],
  subject: Subject,
  graders: OutsideGraders,
): Promise<AssertionSpec[] | null> {
  const graded = await Promise.all(specs.map(async (spec) => (needsOutside(spec) ? withGrade(spec, subject, graders) : spec)));
  const whole = graded.filter((spec) => spec !== null);
  return whole.length === graded.length ? whole : null;
}

async function withGrade(spec: AssertionSpec, subject: Subject, graders: OutsideGraders): Promise<AssertionSpec | null> {
  const type = stemOf(spec.type);
  if (spec.assert !== undefined) {
    const members = await gradeOutside(spec.assert, subject, graders);
    return members === null ? null : { ...spec, assert: members };
  }
  const outside = await outsideGrade({ ...spec, type }, subject, graders);
  return outside === STOPPED ? null : { ...spec, outside };
}

async function outsideGrade(spec: AssertionSpec, subject: Subject, graders: OutsideGraders): Promise<OutsideGrade | typeof STOPPED> {
  const { judging, code } = graders;
  if (isCode(spec.type)) return gradeByCode(spec, subject, code);
  if (judging === null) return { error: 'Judges are not available here.' };
  return COMPARING.includes(spec.type) ? graders.compare(spec) : judgeAssertion(spec, subject, judging);
}

async function gradeByCode(spec: AssertionSpec, { output, vars, input }: Subject, code: CodeRunner | null): Promise<OutsideGrade> {
  if (!isCode(spec.type)) return { error: `\`${spec.type}\` is not a code assertion.` };
  if (code === null) return { error: 'Code assertions run only in a trusted workspace.' };
  try {
    const value = await code.run(codeJob(spec.type, spec.type === 'python' ? spec : filledOnly(spec, vars), output, vars, input));
    return { grade: codeGrade(value, spec) };
  } catch (error) {
    if (!(error instanceof CannotGrade) && !(error instanceof HumanError)) throw error;
    return { error: error.message };
  }
}

/** Code is code: no variable of a case is put into it as text; it gets them as `context.vars`. A path may have one. */
const filledOnly = (spec: AssertionSpec, vars: Subject['vars']): AssertionSpec =>
  typeof spec.value === 'string' && spec.value.startsWith('file://') ? filled(spec, vars) : spec;
