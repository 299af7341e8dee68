/**
 * Looks at a comparison after every case and stops when it is decided: an e-process for a drop, and one for "surely no more
 * than the margin lost". Both may be looked at as often as one likes; together with what the end may still decide, the
 * chance of a false alarm stays below alpha.
 *
 * Cases go in an order that no outcome has chosen: critical ones first, since one of them decides alone, then by a hash of
 * their ids, group by group. Any order by how a side did before (failed ones last, say) would bias the test.
 */
import { groupBy } from '../group-by.ts';
import type { ResultOutline } from '../results/result-list.ts';
import { pairCases, type CasePair, passShare } from './case-pairs.ts';
import { logEvidenceOfDrop, MeanAbove } from '../statistics/sequential.ts';
import type { Gate } from '../config/gate.ts';

/**
 * Of alpha, what looking early may use up; the rest is for the test over all cases. A drop shows early; that nothing was lost
 * takes nearly all cases in most suites, so little is spent on looking for that.
 */
const EARLY = { fail: 0.8, pass: 0.2 };

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
  private readonly a = new Map<string, ResultOutline[]>();
  private readonly b = new Map<string, ResultOutline[]>();
  private next = 0;
  private improved = 0;
  private regressed = 0;
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
  ) {
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
    const { pairs, criticalFailures } = pairCases(outlines('a'), outlines('b'));
    if (criticalFailures.length > 0) this.decision = 'fail';
    if (pairs.length === 0 || this.decision !== null) return;
    const difference = pairs.reduce((sum, pair) => sum + differenceOf(pair), 0);
    if (difference > 0) this.improved++;
    if (difference < 0) this.regressed++;
    this.notWorse.take(difference / this.largest);
    this.worse.take(-difference / this.largest);
    const drop = this.isSingle ? logEvidenceOfDrop(this.improved, this.regressed) : this.worse.logEvidence;
    if (drop >= Math.log(1 / (this.alpha * EARLY.fail))) this.decision = 'fail';
    else if (this.notWorse.logEvidence >= Math.log(1 / (this.alpha * EARLY.pass)) && Object.keys(this.gate.metrics).length === 0)
      this.decision = 'pass';
  }
}

const differenceOf = ({ a, b }: CasePair): number => passShare(b) - passShare(a);
