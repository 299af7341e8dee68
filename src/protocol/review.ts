/** What the extension and the page of a review say to each other. While a person labels it is `LabellingMethods`; what a judge said comes after. */
import type { LabelRecord } from '../core/judge/labels/label-record.ts';
import type { ReviewSummary } from '../core/judge/review/review-summary.ts';
import type { OutputFormat } from './detail.ts';
import type { LabellingMethods } from './labelling.ts';

export interface ReviewSnapshot {
  readonly summary: ReviewSummary;
  /** What the person should know of it, in sentences. */
  readonly notes: readonly string[];
  /** Of `summary.errors`, in their order: the first words of the output. */
  readonly excerpts: readonly string[];
}

/** An output of a review whose labels are given, with everything that was hidden before. */
export interface ReviewedOutput {
  /** Place in the draw. */
  readonly index: number;
  readonly input: string;
  readonly output: string;
  readonly format: OutputFormat;
  /** Characters of the output that are not shown. */
  readonly cut: number;
  readonly context: string;
  readonly judged: 'pass' | 'fail' | null;
  /** 0 to 1; null: not known. */
  readonly score: number | null;
  readonly labels: readonly (Pick<LabelRecord, 'by' | 'grade' | 'cause' | 'failureMode' | 'critique'> & { readonly id: string })[];
}

/** What the page may ask of the extension. */
export interface ReviewHost extends LabellingMethods {
  /** Null: no review is open. */
  readReview(args: Record<string, never>): ReviewSnapshot | null;
  /** Null: the draw has no output at this place, or this person has outputs to label. */
  readReviewed(args: { readonly index: number }): ReviewedOutput | null;
  /** Opens a review by the command. */
  chooseReview(args: Record<string, never>): boolean;
}

/** What the extension tells the page. */
export interface ReviewPage {
  /** Another review is open: it is read anew. */
  opened(args: Record<string, never>): void;
}
