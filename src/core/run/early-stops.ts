/** Comparisons of a run: which results belong to which side, and which of them are decided before everything was asked. */
import { ALPHA } from '../compare/alpha.ts';
import type { SidePair } from '../compare/compare.ts';
import { EarlyStop, informativeOrder, type OrderedCase } from '../compare/early-stop.ts';
import type { CandidateHead } from '../results/candidate-head.ts';
import type { Plan, PlannedCase, PlannedComparison } from './plan.ts';
import type { ResultOutline } from '../results/result-list.ts';
import type { Gate } from '../config/gate.ts';

/** The same plan with its cases in the order that tells most; every candidate has the same. */
export const inInformativeOrder = (plan: Plan, hash: (text: string) => string): Plan => ({
  ...plan,
  candidates: plan.candidates.map(({ candidate, cases }) => ({ candidate, cases: informativeOrder(cases, orderedCase, hash) })),
});

const orderedCase = ({ goldenCase: { id, group, critical } }: PlannedCase): OrderedCase => ({ id, group, critical });

interface Watched {
  readonly comparison: PlannedComparison;
  readonly stop: EarlyStop;
  skipped: number;
}

export class EarlyStops {
  private readonly watched: readonly Watched[];
  /** Candidates that are in no comparison are run to the end. */
  private readonly byCandidate = new Map<string, Watched[]>();

  constructor(plan: Plan, gate: Gate) {
    this.watched = plan.comparisons.flatMap((comparison): Watched[] => {
      const planned = plan.candidates.find(({ candidate }) => candidate.id === comparison.b);
      if (planned === undefined) return [];
      const { a } = comparison;
      const stored = a.kind === 'stored' ? a.side.outlines : [];
      const ofA = a.kind === 'stored' ? Math.max(1, ...stored.map((outline) => outline.repeat + 1)) : plan.repeats;
      const stop = new EarlyStop(planned.cases.map(orderedCase), { a: ofA, b: plan.repeats }, gate, ALPHA, plan.comparisons.length);
      for (const outline of stored) stop.take('a', outline);
      return [{ comparison, stop, skipped: 0 }];
    });
    for (const item of this.watched) {
      const { a, b } = item.comparison;
      for (const id of a.kind === 'candidate' ? [a.id, b] : [b]) {
        const known = this.byCandidate.get(id);
        if (known) known.push(item);
        else this.byCandidate.set(id, [item]);
      }
    }
  }

  take(outline: ResultOutline): void {
    for (const { comparison, stop } of this.byCandidate.get(outline.candidate) ?? []) {
      if (comparison.a.kind === 'candidate' && comparison.a.id === outline.candidate) stop.take('a', outline);
      if (comparison.b === outline.candidate) stop.take('b', outline);
    }
  }

  /** No more answers of this candidate are needed. */
  isDecided(candidate: string): boolean {
    const own = this.byCandidate.get(candidate) ?? [];
    return own.length > 0 && own.every(({ stop }) => stop.decided !== null);
  }

  skip(candidate: string): void {
    const [first] = this.byCandidate.get(candidate) ?? [];
    if (first) first.skipped++;
  }

  /** Samples that were not asked for. */
  get skipped(): number {
    return this.watched.reduce((sum, { skipped }) => sum + skipped, 0);
  }

  sequentialOf(comparison: PlannedComparison): SidePair['sequential'] {
    const found = this.watched.find((item) => item.comparison === comparison);
    if (found === undefined) return null;
    const { stop, skipped } = found;
    return { decided: stop.decided, alphaLeft: stop.alphaLeft, savedCalls: skipped };
  }
}

export function comparedPairs(
  plan: Plan,
  heads: readonly CandidateHead[],
  outlines: readonly ResultOutline[],
  stops: EarlyStops | null,
  outputOf: NonNullable<SidePair['b']['outputOf']>,
): SidePair[] {
  const side = (id: string): SidePair['b'] | null => {
    const head = heads.find((item) => item.id === id);
    return head === undefined ? null : { head, outlines: outlines.filter((outline) => outline.candidate === id), run: null, outputOf };
  };
  return plan.comparisons.flatMap((comparison): SidePair[] => {
    const a = comparison.a.kind === 'stored' ? comparison.a.side : side(comparison.a.id);
    const b = side(comparison.b);
    return a === null || b === null ? [] : [{ a, b, sequential: stops?.sequentialOf(comparison) ?? null }];
  });
}
