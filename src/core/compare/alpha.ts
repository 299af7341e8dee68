/** How much error a verdict may have. */

/** The chance of a false alarm of a run, and one minus the level of the intervals. */
export const ALPHA = 0.05;

/** Chances of a false fail of any comparison of the run, and of a false pass of this one. */
export interface Alphas {
  readonly fail: number;
  readonly pass: number;
}
