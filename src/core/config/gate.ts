/** What a run must reach, as goldset.yaml says. */

export interface Gate {
  /** A pass rate that is lower by this is still good enough, 0..1. */
  readonly margin: number;
  /** Replaces "every active case passes"; critical cases still must. */
  readonly minPassRate: number | null;
  /** The share of cases that may end in an error. */
  readonly maxErrors: number;
  /** In a comparison: by how much a metric may rise at most, as a share of what it was; by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** In a comparison: by how much the F1 of a class may drop at most, 0..1; by label, `macro` for the mean over the classes. */
  readonly classes: Readonly<Record<string, number>>;
}

export const DEFAULT_GATE: Gate = { margin: 0.05, minPassRate: null, maxErrors: 0.05, metrics: {}, classes: {} };

/** Metrics of which more is worse, so that a gate can limit their rise. */
export const GATED_METRICS = ['costPerCallUsd', 'ttftMs', 'latencyMs', 'inputTokens', 'outputTokens'] as const;
