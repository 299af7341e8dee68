/** How far judge and people, or two people, agree: plain, and beyond chance. */

/** Weighted counts; positive is pass. `tp`: both passed, `fp`: only the judge, `fn`: only the person. */
export interface AgreementTable {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

export interface Agreement {
  /** Share of outputs that both grade alike. */
  readonly agreement: number;
  /** Cohen (1960); null: one of them grades everything alike, so that chance alone agrees. */
  readonly kappa: number | null;
  /** Gwet (British Journal of Mathematical and Statistical Psychology 61, 2008): holds where nearly everything passes. */
  readonly ac1: number;
  /** Share that people pass. */
  readonly prevalence: number;
}

/** Null: nothing was counted. */
export function agreementOf({ tp, fp, tn, fn }: AgreementTable): Agreement | null {
  const n = tp + fp + tn + fn;
  if (n <= 0) return null;
  const agreement = (tp + tn) / n;
  const [judge, people] = [(tp + fp) / n, (tp + fn) / n];
  const chance = judge * people + (1 - judge) * (1 - people);
  const middle = (judge + people) / 2;
  const gwet = 2 * middle * (1 - middle);
  return {
    agreement,
    kappa: chance >= 1 ? null : (agreement - chance) / (1 - chance),
    ac1: (agreement - gwet) / (1 - gwet),
    prevalence: people,
  };
}
