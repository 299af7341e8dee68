/** Expressions of a source file, the same for every language: what the readers of the languages produce and all later stages read. */
import type { TextRange } from '../../text/text.ts';

export type CodeExpression =
  | StringExpression
  | ConcatExpression
  | NameExpression
  | MemberExpression
  | CallExpression
  | PercentExpression
  | ListExpression
  | ObjectExpression
  | ScalarExpression
  | TaggedExpression
  | FunctionExpression
  | SpreadExpression
  | OtherExpression;

/** One string literal. Text is as the program sees it; each piece maps to its source one to one or is a single escape. */
export interface StringExpression {
  readonly kind: 'string';
  readonly range: TextRange;
  readonly pieces: readonly StringPiece[];
}

export type StringPiece = TextPiece | ExpressionPiece;

export interface TextPiece {
  readonly text: string;
  readonly range: TextRange;
}

/** `${…}` of a template literal, `{…}` of an f-string. */
export interface ExpressionPiece {
  readonly hole: CodeExpression;
  /** With its braces. */
  readonly range: TextRange;
  /** Python: the text behind the colon, with `!r:` in front of it where there is a conversion; null: plain. */
  readonly format: string | null;
}

/** `a + b`, and Python's adjacent literals. */
export interface ConcatExpression {
  readonly kind: 'concat';
  readonly range: TextRange;
  readonly items: readonly CodeExpression[];
}

export interface NameExpression {
  readonly kind: 'name';
  readonly range: TextRange;
  readonly name: string;
}

export interface MemberExpression {
  readonly kind: 'member';
  readonly range: TextRange;
  readonly object: CodeExpression;
  /** Null: computed (`a[i]`). */
  readonly property: string | null;
}

export interface Argument {
  /** Of a keyword argument. */
  readonly name: string | null;
  readonly value: CodeExpression;
}

export interface CallExpression {
  readonly kind: 'call';
  readonly range: TextRange;
  readonly callee: CodeExpression;
  readonly arguments: readonly Argument[];
}

/** Python's `text % values`. */
export interface PercentExpression {
  readonly kind: 'percent';
  readonly range: TextRange;
  readonly left: CodeExpression;
  readonly right: CodeExpression;
}

export interface ListExpression {
  readonly kind: 'list';
  readonly range: TextRange;
  readonly items: readonly CodeExpression[];
}

export interface ObjectEntry {
  /** Null: computed, or spread. */
  readonly key: string | null;
  readonly value: CodeExpression;
  readonly range: TextRange;
}

export interface ObjectExpression {
  readonly kind: 'object';
  readonly range: TextRange;
  readonly entries: readonly ObjectEntry[];
}

export interface ScalarExpression {
  readonly kind: 'scalar';
  readonly range: TextRange;
  readonly value: number | boolean | null;
}

/** `` tag`text` ``. */
export interface TaggedExpression {
  readonly kind: 'tagged';
  readonly range: TextRange;
  readonly tag: CodeExpression;
  /** As written, without the processing of escapes; holes as in `cooked`. */
  readonly raw: StringExpression;
  readonly cooked: StringExpression;
}

/** A function that does nothing but return an expression; null: it does more. */
export interface FunctionExpression {
  readonly kind: 'function';
  readonly range: TextRange;
  readonly result: CodeExpression | null;
}

export interface SpreadExpression {
  readonly kind: 'spread';
  readonly range: TextRange;
  readonly value: CodeExpression;
}

/** What no rule reads. `about`: the first name in it. */
export interface OtherExpression {
  readonly kind: 'other';
  readonly range: TextRange;
  readonly about: string | null;
}

/** `a.b.c` as its names; null when anything else is in it. */
export function pathOf(expression: CodeExpression): string[] | null {
  const names: string[] = [];
  let current = expression;
  while (current.kind === 'member') {
    if (current.property === null) return null;
    names.push(current.property);
    current = current.object;
  }
  return current.kind === 'name' ? [current.name, ...names.reverse()] : null;
}

/** The argument of this keyword, else the field of this name in an object that is an argument. */
export function argumentOf(call: CallExpression, name: string): CodeExpression | null {
  return call.arguments.find((argument) => argument.name === name)?.value ?? null;
}

/** The last field of this name; null also when the object does not name it. */
export const fieldOf = (object: ObjectExpression, key: string): CodeExpression | null =>
  object.entries.findLast((entry) => entry.key === key)?.value ?? null;
