/** What is known of one class, and of one answer that counts for it. */
import type { ComparedLabel } from './compared-fields.ts';

export interface ClassValue {
  readonly value: number;
  /** Of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface ClassRow {
  readonly label: string;
  /** Null: it never answered so. */
  readonly precision: ClassValue | null;
  readonly recall: ClassValue | null;
  /** Null: neither expected nor found. */
  readonly f1: ClassValue | null;
  /** Answers to cases that expect it. */
  readonly n: number;
}

/** A sample of a class field, with what it hangs together with. */
export interface ClassSample extends Pick<ComparedLabel, 'expected' | 'found'> {
  readonly case: string;
  readonly unit: string;
}
