/**
 * Looks at a comparison after every case and stops when it is decided: an e-process for a drop, and one for "surely no more
 * than the margin lost". Both may be looked at as often as one likes; together with what the end may still decide, the
 * chance of a false alarm stays below alpha.
 *
 * Cases go in an order that no outcome has chosen: critical ones first, since one of them decides alone, then by a hash of
 * their ids, group by group. Any order by how a side did before (failed ones last, say) would bias the test.
 */
import { groupBy } from '../collections/group-by.ts';
import type { ResultOutline } from '../results/result-list.ts';
import { pairCases, type CasePair, passShare } from './case-pairs.ts';
import { normalQuantile } from '../statistics/distributions.ts';
import { logEvidenceOfDrop, MeanAbove } from '../statistics/sequential.ts';
import type { Gate } from '../config/gate.ts';

/**
 * Of alpha, what looking early may use up; the rest is for the test over all cases. A drop shows early; that nothing was lost
 * takes nearly all cases in most suites, so little is spent on looking for that.
 */
const EARLY = { fail: 0.4, pass: 0.2 };

/** Standard errors by which the bound at the end must be below the margin. */
const FORESIGHT = 2.5;

export interface OrderedCase {
  readonly id: string;
  readonly group: string | null;
  readonly critical: boolean;
}

/** The order in which cases tell most about all of them. `hash`: SHA-256 in hex. */
export function informativeOrder<T>(cases: readonly T[], of: (item: T) => OrderedCase, hash: (text: string) => string): T[] {
  const clusters = [...groupBy(cases, (item) => of(item).group ?? `\u0000${of(item).id}`).values()];
  const keyed = clusters.map((cluster) => {
    const first = cluster[0] as T;
    const isCritical = cluster.some((item) => of(item).critical);
    return { cluster, key: `${isCritical ? 0 : 1}${hash(of(first).group ?? of(first).id)}` };
  });
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).flatMap(({ cluster }) => cluster);
}

export type EarlyDecision = 'pass' | 'fail';

export class EarlyStop {
  private readonly units: readonly (readonly OrderedCase[])[];
  private readonly largest: number;
  private readonly total: number;
  private readonly a = new Map<string, ResultOutline[]>();
  private readonly b = new Map<string, ResultOutline[]>();
  private next = 0;
  private improved = 0;
  private regressed = 0;
  /** Of the units so far: how many, and the sum and the squares of their differences, in cases. */
  private seen = 0;
  private sum = 0;
  private squares = 0;
  private answered = 0;
  private errors = 0;
  private readonly notWorse: MeanAbove;
  private readonly worse = new MeanAbove(0);
  private readonly isSingle: boolean;
  private decision: EarlyDecision | null = null;

  /** `cases`: in the order in which they are asked. `samples`: per case and side. */
  constructor(
    cases: readonly OrderedCase[],
    private readonly samples: { readonly a: number; readonly b: number },
    private readonly gate: Gate,
    private readonly alpha: number,
    /** Comparisons of the run: they share what looking early may use up for a fail. */
    private readonly comparisons = 1,
  ) {
    this.total = cases.length;
    this.units = [...groupBy(cases, (item) => item.group ?? `\u0000${item.id}`).values()];
    this.largest = Math.max(1, ...this.units.map((unit) => unit.length));
    // A unit's value is its summed difference over the largest unit, so the margin shrinks as much.
    const meanSize = cases.length / Math.max(1, this.units.length);
    this.notWorse = new MeanAbove(-(gate.margin * meanSize) / this.largest);
    this.isSingle = samples.a === 1 && samples.b === 1 && this.largest === 1;
  }

  get decided(): EarlyDecision | null {
    return this.decision;
  }

  /** What is left of alpha for the test over all cases. */
  get alphaLeft(): { readonly fail: number; readonly pass: number } {
    return { fail: this.alpha * (1 - EARLY.fail), pass: this.alpha * (1 - EARLY.pass) };
  }

  /** Takes one more result; outcomes count in the order of the cases, whenever they come. */
  take(side: 'a' | 'b', outline: ResultOutline): void {
    const known = this[side].get(outline.case);
    if (known) known.push(outline);
    else this[side].set(outline.case, [outline]);
    for (let unit = this.units[this.next]; unit !== undefined && this.isWhole(unit); unit = this.units[this.next]) {
      this.next++;
      if (this.decision === null) this.look(unit);
    }
  }

  private isWhole(unit: readonly OrderedCase[]): boolean {
    return unit.every(({ id }) => (this.a.get(id)?.length ?? 0) >= this.samples.a && (this.b.get(id)?.length ?? 0) >= this.samples.b);
  }

  private look(unit: readonly OrderedCase[]): void {
    const outlines = (side: 'a' | 'b'): ResultOutline[] => unit.flatMap(({ id }) => this[side].get(id) ?? []);
    const { pairs, worstPairs, criticalFailures, errors } = pairCases(outlines('a'), outlines('b'));
    if (criticalFailures.length > 0) this.decision = 'fail';
    this.answered += pairs.length;
    this.errors += errors;
    if (worstPairs.length === 0 || this.decision !== null) return;
    const difference = differenceOf(pairs);
    if (difference > 0) this.improved++;
    if (difference < 0) this.regressed++;
    this.seen++;
    this.sum += difference;
    this.squares += difference ** 2;
    this.notWorse.take(differenceOf(worstPairs) / this.largest);
    this.worse.take(-difference / this.largest);
    const drop = this.isSingle ? logEvidenceOfDrop(this.improved, this.regressed) : this.worse.logEvidence;
    // As at the end: with too many errors there is no verdict.
    if (this.errors / (this.answered + this.errors) > this.gate.maxErrors) return;
    if (drop >= Math.log(this.comparisons / (this.alpha * EARLY.fail)) && this.endsBelowMargin()) this.decision = 'fail';
    else if (this.notWorse.logEvidence >= Math.log(1 / (this.alpha * EARLY.pass)) && Object.keys(this.gate.metrics).length === 0)
      this.decision = 'pass';
  }

  /**
   * Whether the comparison of all cases would not find the drop within the margin: where its bound will be, given what was seen, and how far
   * off that may be. A drop that is sure but may turn out to be within the margin is no early fail, as it is no fail at the end.
   */
  private endsBelowMargin(): boolean {
    const units = this.units.length;
    const mean = this.sum / this.seen;
    // One more unit that differs: with few units their spread is not known yet.
    const variance = Math.max(0, (this.squares + 1) / (this.seen + 1) - mean ** 2);
    const scale = units / this.total;
    const bound = mean * scale - normalQuantile(1 - this.alphaLeft.pass) * Math.sqrt(variance / units) * scale;
    const spread = Math.sqrt(variance * Math.max(0, 1 / this.seen - 1 / units)) * scale;
    return bound + FORESIGHT * spread <= -this.gate.margin;
  }
}

/** Of a unit, in cases: what side b gained. */
const differenceOf = (pairs: readonly CasePair[]): number => pairs.reduce((sum, { a, b }) => sum + passShare(b) - passShare(a), 0);
