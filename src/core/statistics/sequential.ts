/**
 * Tests that may be looked at after every case: e-processes. Each starts at 1, is at most 1 on average at any time when its
 * hypothesis is true, and so reaches 1/α with a chance of at most α (Ville's inequality).
 */
import { incompleteBeta, logBeta } from './beta.ts';

/**
 * ln E against "a change is as likely for the better as for the worse", after so many improved and regressed cases, each
 * of one sample: 2 ∫½¹ pᶜ(1−p)ᵇ dp / ½ᵇ⁺ᶜ, the mixture of bets over every chance above one half.
 */
export function logEvidenceOfDrop(improved: number, regressed: number): number {
  // The upper half of Beta(regressed + 1, improved + 1), as the lower half of its mirror: 1 − I would be 0 where it is small.
  const mass = incompleteBeta(0.5, improved + 1, regressed + 1);
  return Math.LN2 + logBeta(regressed + 1, improved + 1) + Math.log(mass) + (improved + regressed) * Math.LN2;
}

/** Shares of what may be bet at once; the mixture of all of them is a bet too. */
const STAKES = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * Bets that the mean of values in [−1, 1] is above a bound (Waudby-Smith, Ramdas: Estimating means of bounded random
 * variables by betting, JRSS B 86, 2024): the mixture over fixed stakes λ of Π (1 + λ (x − bound)).
 */
export class MeanAbove {
  private readonly logs = STAKES.map(() => 0);
  private readonly most: number;

  constructor(private readonly bound: number) {
    this.most = 1 / (1 + bound);
  }

  take(value: number): void {
    STAKES.forEach((stake, i) => {
      this.logs[i] = (this.logs[i] ?? 0) + Math.log1p(stake * this.most * (value - this.bound));
    });
  }

  /** ln E. */
  get logEvidence(): number {
    const largest = Math.max(...this.logs);
    return largest + Math.log(this.logs.reduce((total, log) => total + Math.exp(log - largest), 0) / STAKES.length);
  }
}
