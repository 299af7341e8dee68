/** A kind of assertion that a model grades: what its judge is told, and what its verdict means. */
import type { JsonObject, JsonValue } from '../json/json.ts';
import { CannotGrade, type AssertionSpec, type Grade } from '../grade/assertion.ts';
import { filledValue } from '../grade/fill.ts';
import { fillPlaceholders } from '../text/fill-text.ts';
import type { Hash } from '../text/hash.ts';
import { fenced } from './fence.ts';

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

export interface JudgeVerdict extends Grade {
  readonly quotes: readonly string[];
}

export interface JudgeKind {
  /** Name of the built-in judge prompt. */
  readonly prompt: string;
  /**
   * Variables of the judge prompt; those of `trusted` are the author's words, everything else is fenced. `instruction`: the author's value
   * of the assertion, in which the variables of the case are fenced. @throws {CannotGrade}
   */
  vars(
    spec: AssertionSpec,
    subject: Subject,
    instruction: string,
  ): { readonly trusted: JsonObject; readonly judged: Readonly<Record<string, string>> };
  /** How a verdict that fits the judge's schema contradicts itself; null: it does not. Absent: it cannot. `most`: the highest score; null: not said. */
  contradiction?(verdict: JsonObject, most: number | null): string | null;
  /** What a verdict that fits the judge's schema means. @throws {CannotGrade} when the judge could not tell. */
  read(verdict: JsonObject, spec: AssertionSpec): JudgeVerdict;
}

export const readableJson = (value: JsonValue | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** What a rubric or criterion tells the judge: the author's words, with the variables of the case set apart, for anyone may have written those. */
export function instructionOf(spec: Pick<AssertionSpec, 'value' | 'verbatim'>, vars: JsonObject, hash: Hash): string {
  const apart = (text: string): string => (text === '' ? '' : `\n${fenced(text, hash)}\n`);
  return spec.verbatim === undefined
    ? fillPlaceholders(readableJson(spec.value), vars, apart)
    : readableJson(filledValue(spec, vars, apart));
}

export const verdictText = (verdict: JsonObject, key: string): string => {
  const value = verdict[key];
  return typeof value === 'string' ? value : '';
};

export const verdictTexts = (verdict: JsonObject, key: string): string[] => {
  const value = verdict[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

export function neededContext({ context }: Subject, type: string): string {
  if (context === null)
    throw new CannotGrade(
      `\`${type}\` needs the context: a variable \`context\` in the case, or a pipeline that returns what it retrieved.`,
    );
  return context;
}

/** The judge's schema let it answer with a word that has no meaning here: an error of the case, never a pass. */
export const unknownWord = (key: string, given: JsonValue | undefined, known: readonly string[]): CannotGrade =>
  new CannotGrade(
    `The judge answered ${key} ${JSON.stringify(given ?? null).slice(0, 60)}, which is not ${known.join(', ')}. List these words as the enum of \`${key}\` in the output schema of its prompt.`,
  );

/** The judge saw that it cannot decide: an error of the case, never a fail. */
export const undecided = (reason: string): CannotGrade => new CannotGrade(`The judge was undecided: ${reason}`);
