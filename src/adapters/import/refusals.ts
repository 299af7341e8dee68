/** Rows that are none: how many, and the first of them by name. */

export interface Refusal {
  readonly place: string;
  readonly problem: string;
}

const MOST_NAMED = 1_000;

export class Refusals {
  count = 0;
  readonly named: Refusal[] = [];

  /** `count`: of rows at the place with the same problem. */
  add(place: string, problem: string, count = 1): void {
    this.count += count;
    if (this.named.length < MOST_NAMED) this.named.push({ place, problem });
  }
}
