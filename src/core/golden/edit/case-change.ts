/** What is to be changed in a golden set, and what that means for each of its cases. */
import type { JsonValue } from '../../json/json.ts';
import type { CaseStatus, GoldenCase } from '../case.ts';
import type { NewCase } from './new-case.ts';

export const CASE_STATUSES: readonly CaseStatus[] = ['active', 'known-failing', 'unverified'];

/** A cell of a case: a variable, or one of its own fields. */
export type CaseField = readonly ['vars', string] | readonly ['id' | 'description' | 'expected' | 'group' | 'status'];

export interface CellChange {
  readonly case: string;
  readonly field: CaseField;
  /** Null: the field is taken away. */
  readonly value: JsonValue | null;
  /** A person wrote a reference to a file: it stays one. Else the text stands for itself, whatever it looks like. */
  readonly isReference?: boolean;
}

export interface CaseChanges {
  readonly set: readonly CellChange[];
  readonly remove: readonly string[];
  /** Behind the case that is copied. */
  readonly copy: readonly { readonly of: string; readonly id: string }[];
  readonly add: readonly NewCase[];
}

/** A value as the text of the case has it; undefined: no value. */
export interface WrittenChange {
  readonly field: CaseField;
  readonly value: JsonValue | undefined;
}

/** What is to be done to one case of the text. */
export interface CaseEdit {
  readonly found: GoldenCase;
  readonly changes: readonly WrittenChange[];
  readonly isRemoved: boolean;
  readonly copies: readonly string[];
}
