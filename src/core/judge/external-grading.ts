/** Grades what cannot be graded where text is only compared: by a judge, or by code of the user's. The rest is left to the worker. */
import { isHumanError } from '../problems/errors.ts';
import type { Subject } from './judge-kind.ts';
import { judgeAssertion, STOPPED, type JudgingContext } from './judge.ts';
import { isCannotGrade, type AssertionSpec, type ExternalGrade } from '../grade/assertion.ts';
import { stemOf } from '../grade/assertion-types.ts';
import { codeGrade, codeJob, isCode, transformedText, transformJob, type CodeRunner } from '../grade/code-assertion.ts';
import { withFilledPath } from '../grade/fill.ts';
import { COMPARING, isJudged } from '../grade/judged-types.ts';

export interface ExternalGraders {
  readonly judging: JudgingContext | null;
  readonly code: CodeRunner | null;
  /** Grades an assertion that looks at the answers of all candidates. */
  compare(spec: AssertionSpec): Promise<ExternalGrade | typeof STOPPED>;
}

/** Whether an assertion, or a member of it, needs more than the worker. */
export const needsExternalGrade = (spec: AssertionSpec): boolean =>
  isJudged(stemOf(spec.type)) || isCode(stemOf(spec.type)) || spec.transforms !== undefined || (spec.assert ?? []).some(needsExternalGrade);

/** The same assertions, those of these kinds with their grade. Null: the run was stopped. */
export async function gradeExternally(
  specs: readonly AssertionSpec[],
  subject: Subject,
  graders: ExternalGraders,
): Promise<AssertionSpec[] | null> {
  const graded = await Promise.all(specs.map(async (spec) => (needsExternalGrade(spec) ? withGrade(spec, subject, graders) : spec)));
  const whole = graded.filter((spec) => spec !== null);
  return whole.length === graded.length ? whole : null;
}

/** `whole`: the output as the model gave it. */
async function withGrade(
  spec: AssertionSpec,
  subject: Subject,
  graders: ExternalGraders,
  whole = subject.output,
): Promise<AssertionSpec | null> {
  const type = stemOf(spec.type);
  if (spec.assert !== undefined) {
    const members = await gradeExternally(spec.assert, subject, graders);
    return members === null ? null : { ...spec, assert: members };
  }
  const { transforms } = spec;
  if (transforms !== undefined) {
    const made = await transformedOutput(transforms, subject, graders.code);
    if ('error' in made) return { ...spec, outside: made };
    const { transforms: _done, ...rest } = spec;
    const graded = needsExternalGrade(rest) ? await withGrade(rest, { ...subject, output: made.output }, graders, whole) : rest;
    return graded === null ? null : { ...graded, transforms, transformed: made.output };
  }
  const taken = await takenContext(spec, { ...subject, output: whole }, graders.code);
  if ('error' in taken) return { ...spec, outside: taken };
  const outside = await outsideGrade({ ...spec, type }, { ...subject, ...taken }, graders);
  return outside === STOPPED ? null : { ...spec, outside };
}

/** The context that the code of an assertion takes from an output; nothing where it has none. */
async function takenContext(
  { contextTransform }: AssertionSpec,
  { output, vars, input }: Subject,
  code: CodeRunner | null,
): Promise<{ readonly context?: string } | { readonly error: string }> {
  if (contextTransform === undefined) return {};
  if (code === null) return { error: 'A `contextTransform` is code, which runs only in a trusted workspace.' };
  try {
    const value = await code.run(transformJob(contextTransform, output, vars, input));
    const texts = (Array.isArray(value) ? value : [value]).flatMap((item) => (typeof item === 'string' && item !== '' ? [item] : []));
    if (texts.length === 0 || (Array.isArray(value) && texts.length < value.length))
      return { error: 'The `contextTransform` must return a text or a list of texts, and none of them empty.' };
    return { context: texts.join('\n\n') };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { error: error.message };
  }
}

/** What the code of the case makes of the output before it is graded. */
async function transformedOutput(
  transforms: readonly string[],
  { output: whole, vars, input }: Subject,
  code: CodeRunner | null,
): Promise<{ readonly output: string } | { readonly error: string }> {
  if (code === null) return { error: 'A `transform` is code, which runs only in a trusted workspace.' };
  try {
    let output = whole;
    for (const transform of transforms) output = transformedText(await code.run(transformJob(transform, output, vars, input)));
    return { output };
  } catch (error) {
    if (!isCannotGrade(error) && !isHumanError(error)) throw error;
    return { error: error.message };
  }
}

async function outsideGrade(spec: AssertionSpec, subject: Subject, graders: ExternalGraders): Promise<ExternalGrade | typeof STOPPED> {
  const { judging, code } = graders;
  if (isCode(spec.type)) return gradeByCode(spec, subject, code);
  if (judging === null) return { error: 'Judges are not available here.' };
  return COMPARING.includes(spec.type) ? graders.compare(spec) : judgeAssertion(spec, subject, judging);
}

async function gradeByCode(spec: AssertionSpec, { output, vars, input }: Subject, code: CodeRunner | null): Promise<ExternalGrade> {
  if (!isCode(spec.type)) return { error: `\`${spec.type}\` is not a code assertion.` };
  if (code === null) return { error: 'Code assertions run only in a trusted workspace.' };
  try {
    const value = await code.run(codeJob(spec.type, withFilledPath(spec, vars), output, vars, input));
    return { grade: codeGrade(value, spec) };
  } catch (error) {
    if (!isCannotGrade(error) && !isHumanError(error)) throw error;
    return { error: error.message };
  }
}
