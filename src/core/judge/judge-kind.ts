/** A kind of assertion that a model grades: what its judge is told, and what its verdict means. */
import type { GoldenCase } from '../golden/case.ts';
import { ownValue, type JsonObject, type JsonValue } from '../json.ts';
import { textOf, type RenderedRequest } from '../prompt/request.ts';
import type { ModelResponse } from '../model/model-request.ts';
import { CannotGrade, type AssertionSpec, type Grade } from '../grade/assertion.ts';

/** What is judged. */
export interface Subject {
  readonly output: string;
  readonly vars: JsonObject;
  readonly expected: JsonValue | null;
  /** What the prompt was asked: the last user message, as text. */
  readonly input: string;
  /** What was retrieved; null: neither the pipeline nor the case says. */
  readonly context: string | null;
}

/** What of a case and its answer a judge may see. */
export function subjectOf(
  { vars, expected }: Pick<GoldenCase, 'vars' | 'expected'>,
  { output, context }: Pick<ModelResponse, 'output' | 'context'>,
  { messages }: Pick<RenderedRequest, 'messages'>,
): Subject {
  const asked = messages.findLast(({ role }) => role === 'user');
  const given = ownValue(vars, 'context');
  const own = given === undefined ? null : Array.isArray(given) ? given.map(textOfValue).join('\n\n') : textOfValue(given);
  return {
    output,
    vars,
    expected: expected ?? null,
    input: asked === undefined ? '' : textOf(asked),
    // What was really retrieved counts more than what the case says.
    context: context === undefined || context.length === 0 ? own : context.join('\n\n'),
  };
}

export interface JudgeVerdict extends Grade {
  readonly quotes: readonly string[];
}

export interface JudgeKind {
  /** Name of the built-in judge prompt. */
  readonly prompt: string;
  /** What is wrong with the assertion as written, or null. */
  check(spec: AssertionSpec): string | null;
  /** Variables of the judge prompt; those of `trusted` are the author's words, everything else is fenced. @throws {CannotGrade} */
  vars(spec: AssertionSpec, subject: Subject): { readonly trusted: JsonObject; readonly judged: Readonly<Record<string, string>> };
  /** What a verdict that fits the judge's schema means. @throws {CannotGrade} when the judge could not tell. */
  read(verdict: JsonObject, spec: AssertionSpec): JudgeVerdict;
}

export const textOfValue = (value: JsonValue | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);

export const textIn = (verdict: JsonObject, key: string): string => {
  const value = verdict[key];
  return typeof value === 'string' ? value : '';
};

export const textsIn = (verdict: JsonObject, key: string): string[] => {
  const value = verdict[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

export function neededContext({ context }: Subject, type: string): string {
  if (context === null)
    throw new CannotGrade(
      `\`${type}\` needs the context: a variable \`context\` in the case, or a pipeline that gives back what it retrieved.`,
    );
  return context;
}

/** The judge saw that it cannot decide: an error of the case, never a fail. */
export const undecided = (reason: string): CannotGrade => new CannotGrade(`The judge could not tell: ${reason}`);

export function thresholdProblem({ type, threshold }: AssertionSpec): string | null {
  return threshold !== undefined && threshold > 1 ? `The \`threshold\` of \`${type}\` is a score from 0 to 1.` : null;
}
