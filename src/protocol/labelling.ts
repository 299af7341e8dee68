/**
 * What a page and the extension say to each other while a person labels: one output at a time, without what a judge said of it and without
 * the candidate that it is of. The extension keeps both; they never reach the page.
 */
import type { LabelCause, LabelRecord } from '../core/judge/labels/label-record.ts';
import type { OutputFormat } from './detail.ts';

export interface LabelTask {
  /** Of the queue: from 0. */
  readonly at: number;
  readonly total: number;
  /** Outputs that this person has labelled. */
  readonly labelled: number;
  readonly input: string;
  readonly output: string;
  readonly format: OutputFormat;
  /** Characters of the output that are not shown. */
  readonly cut: number;
  readonly context: string;
  /** What is graded by, one after the other; one without words: the person's own judgement. */
  readonly criteria: readonly LabelCriterion[];
  /** The verdict was on the screen before: the label is not blind, and no evidence. */
  readonly isSeen: boolean;
  /** Failure modes that were named before, the most frequent first. */
  readonly modes: readonly { readonly mode: string; readonly count: number }[];
}

export interface LabelCriterion {
  /** Null: no judge graded by anything that a person can read. */
  readonly text: string | null;
  /** What this person said of it before; null: nothing. */
  readonly grade: LabelRecord['grade'] | null;
}

export interface LabelGiven {
  readonly at: number;
  /** Place among the criteria of the task. */
  readonly criterion: number;
  readonly grade: LabelRecord['grade'];
  readonly cause: LabelCause | null;
  readonly failureMode: string | null;
  readonly critique: string | null;
}

/** What a page may ask while a person labels. */
export interface LabellingMethods {
  /** Makes the queue of what is shown now, in an order that says nothing; how many outputs it has. */
  startLabelling(args: Record<string, never>): number;
  /** Null: the queue has no output at this place. */
  labelTask(args: { readonly at: number }): LabelTask | null;
  /** False: the person was told why it was not kept. */
  giveLabel(args: LabelGiven): boolean;
}
