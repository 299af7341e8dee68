/** Assertions as data, and what grading one output gives. */
import { brandErrorClass, hasErrorKind } from '../problems/errors.ts';
import type { JsonObject, JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import type { ToolCall, ToolDefinition } from '../tool.ts';
import type { Path } from '../yaml/yaml.ts';

/** One check of one output, as written in a golden set (promptfoo's fields). */
export interface AssertionSpec {
  /** As written, `not-` included. */
  readonly type: string;
  readonly value?: JsonValue;
  /** Where in `value` text stands for itself: no variable is put into it; absent: nowhere. */
  readonly verbatim?: readonly Path[];
  readonly threshold?: number;
  /** Default 1; 0 is reported and never fails. */
  readonly weight?: number;
  readonly metric?: string;
  /** Members of an `assert-set`. */
  readonly assert?: readonly AssertionSpec[];
  readonly range?: TextRange;
  /** Texts compare by this evaluator's own rule (`.prompt.yml`). */
  readonly ignoreCase?: boolean;
  /** Which model judges; absent: that of the judge's prompt, or goldset.yaml's. */
  readonly provider?: string;
  /** The parameters that it judges with, over those of the judge's prompt; absent: only these. */
  readonly judgeParameters?: JsonObject;
  /** The judge's prompt, a path relative to the golden set; absent: the built-in one, or goldset.yaml's. */
  readonly rubricPrompt?: string;
  /** What code of the assertion gets as `context.config`. */
  readonly config?: JsonObject;
  /** Code that makes of the output what is graded, the first one first: an expression, a function's body, or file://…; absent: none. */
  readonly transforms?: readonly string[];
  /** Code that takes the context, which a judge compares with, from the output as the model gave it; absent: `vars.context`. */
  readonly contextTransform?: string;
  /** What they made of it: not part of the assertion as written. */
  readonly transformed?: string;
  /** What a judge or code has found: not part of the assertion as written. */
  readonly outside?: ExternalGrade;
}

/** A grade that was not made by comparing text. */
export type ExternalGrade =
  | { readonly grade: Grade; readonly judge?: JudgeNote }
  /** It could not be graded; never a fail. */
  | { readonly error: string; readonly judge?: JudgeNote };

/** Who judged, and what it cost. */
export interface JudgeNote {
  readonly prompt: string;
  readonly version: string;
  readonly model: string;
  /** USD when it was asked; null: not known. */
  readonly costUsd: number | null;
  /** USD that this run paid of that. */
  readonly paidUsd: number | null;
  /** Parts of the output that decided, in the judge's words; `found`: they are in it. */
  readonly quotes: readonly { readonly text: string; readonly found: boolean }[];
  /** Whether people have checked how often this judge is right. */
  readonly calibrated: boolean;
  /** What it graded by; absent: an older journal. */
  readonly criterion?: { readonly type: string; readonly hash: string };
  /** Of a comparison of several answers: which, and whether the judge chose the same one in both orders. Absent: it compares nothing. */
  readonly orders?: { readonly id: string; readonly consistent: boolean };
}

/** What an assertion may look at. Unknown is null. */
export interface GradedOutput {
  readonly output: string;
  readonly finish: string | null;
  readonly toolCalls: readonly ToolCall[];
  readonly costUsd: number | null;
  readonly ttftMs: number | null;
  readonly latencyMs: number | null;
  readonly outputTokens: number | null;
  readonly vars: JsonObject;
  readonly tools: readonly ToolDefinition[];
}

/** Score 0..1; the reason says what was expected and what was found. */
export interface Grade {
  readonly pass: boolean;
  readonly score: number;
  readonly reason: string;
}

export interface AssertionResult extends Grade {
  readonly type: string;
  readonly weight: number;
  readonly metric?: string;
  /** It could not be judged; neither a pass nor a fail. */
  readonly error?: boolean;
  readonly members?: readonly AssertionResult[];
  readonly judge?: JudgeNote;
}

/** A kind of assertion: one file each in `kinds/`. */
export interface AssertionKind {
  /** What is wrong with the assertion as written, or null. */
  check(spec: AssertionSpec): string | null;
  /** @throws {CannotGrade} when what it needs is unknown. */
  grade(spec: AssertionSpec, output: GradedOutput): Grade;
}

/** What the assertion needs is unknown (no price, no usage): an error, never a fail. */
export class CannotGrade extends Error {
  static {
    brandErrorClass(this, 'cannot-grade');
  }

  override readonly name = 'CannotGrade';
}

/** Whether an error is a `CannotGrade`, of whichever bundle. */
export const isCannotGrade = (error: unknown): error is CannotGrade => hasErrorKind(error, 'cannot-grade');

export const passed = (reason: string): Grade => ({ pass: true, score: 1, reason });
export const failed = (reason: string): Grade => ({ pass: false, score: 0, reason });

/** What stands before an assertion is done first; the members of a set are transformed each. */
export function withTransforms(spec: AssertionSpec, transforms: readonly string[]): AssertionSpec {
  if (transforms.length === 0) return spec;
  if (spec.assert !== undefined) return { ...spec, assert: spec.assert.map((member) => withTransforms(member, transforms)) };
  return { ...spec, transforms: [...transforms, ...(spec.transforms ?? [])] };
}
