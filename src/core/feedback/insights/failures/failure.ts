/** An answer that a person or its own record rejects, with what is needed to say why and what it is about. */
import type { LabelCause } from '../../../judge/labels/label-record.ts';
import type { Attributes } from '../../interactions/interaction.ts';

/** Causes of a label, and of an answer that was cut off: its finish reason says so. `none`: no fault was found. */
export type FailureCause = LabelCause | 'truncated';

/** What a record says by itself of why its answer failed. */
export interface FailureSignature {
  /** Equal for failures that are alike; without numbers and names. */
  readonly key: string;
  readonly cause: FailureCause;
}

export interface FailedAnswer {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly prompt: string | null;
  readonly version: string | null;
  readonly model: string | null;
  readonly attributes: Attributes;
  /** USD; null: not known. */
  readonly costUsd: number | null;
  /** Null: its cause is not certain without a review. */
  readonly signature: FailureSignature | null;
  /** What a judge that is a model says; null: none did. */
  readonly judged: LabelCause | null;
  /** What was asked, on one line. */
  readonly asked: string;
  readonly texts: FailureTexts;
}

/** Cut to what is needed to tell topics apart, as `normalisedText` gives it. */
export interface FailureTexts {
  readonly input: string;
  /** Notes of signals, reasons of assertions. */
  readonly reason: string;
  readonly critique: string;
  readonly output: string;
}

/** Characters of each text. */
export const TEXT_LIMITS = { input: 600, reason: 300, critique: 400, output: 300 } as const;

/** How much each text says of what a failure is about. */
export const TEXT_WEIGHTS: Readonly<Record<keyof FailureTexts, number>> = { input: 1, reason: 1, critique: 1, output: 0.5 };

/** Calls of a window, failed or not: what shares of failures are compared with. */
export interface FailureExposure {
  readonly calls: number;
  /** By day, such as 2026-11-02. */
  readonly byDay: ReadonlyMap<string, number>;
  /** By dimension (`version`, `model`, the name of an attribute) and value. Attributes with very many values are left out. */
  readonly by: ReadonlyMap<string, ReadonlyMap<string, number>>;
}
