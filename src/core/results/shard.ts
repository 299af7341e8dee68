/** A part of a suite's cases. */

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}
