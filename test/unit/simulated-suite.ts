/** Simulated suites of golden cases: what two versions of a prompt would answer, drawn with a seed. */
import type { Random } from '../../src/core/statistics/random.ts';
import type { CandidateHead } from '../../src/core/results/candidate-head.ts';
import type { ResultOutline } from '../../src/core/results/result-list.ts';
import type { SideInput } from '../../src/core/compare/side.ts';

export interface SuiteShape {
  readonly cases: number;
  readonly repeats: number;
  /** Share of cases whose answer is sometimes right: 60 to 95 % of the time. */
  readonly flaky: number;
  /** Cases per group; 1: every case stands alone. */
  readonly groupSize: number;
  /** Share of samples that end in an error. */
  readonly errors: number;
  /** By how much the expected pass rate of b is lower. */
  readonly drop: number;
}

export const headNamed = (id: string, golden = 'g'): CandidateHead => ({
  id,
  prompt: { path: 'a.prompt', name: 'a', version: id, ref: null },
  golden,
  model: 'scripted:m',
  parameters: {},
  price: null,
});

export const outline = (candidate: string, given: Partial<ResultOutline> & Pick<ResultOutline, 'case' | 'verdict'>): ResultOutline => ({
  candidate,
  repeat: 0,
  status: 'active',
  critical: false,
  group: null,
  score: given.verdict === 'pass' ? 1 : 0,
  usage: null,
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  source: 'model',
  answered: given.verdict !== 'error',
  attempts: 1,
  position: 0,
  ...given,
});

/** Both sides of one suite. A group breaks as a whole, as cases of one source document do. */
export function drawSuite(random: Random, shape: SuiteShape): { a: SideInput; b: SideInput } {
  const { cases, repeats, flaky, groupSize, errors, drop } = shape;
  const sides = { a: [] as ResultOutline[], b: [] as ResultOutline[] };
  let broken = false;
  for (let i = 0; i < cases; i++) {
    const isFlaky = random.next() < flaky;
    const chance = isFlaky ? 0.6 + 0.35 * random.next() : random.next() < 0.85 ? 1 : 0;
    if (i % groupSize === 0) broken = random.next() < drop / (flaky * 0.775 + (1 - flaky) * 0.85);
    const group = groupSize === 1 ? null : `g${Math.floor(i / groupSize)}`;
    for (const side of ['a', 'b'] as const) {
      const passes = side === 'b' && broken ? 0 : chance;
      for (let repeat = 0; repeat < repeats; repeat++) {
        const verdict = random.next() < errors ? 'error' : random.next() < passes ? 'pass' : 'fail';
        sides[side].push(outline(side, { case: `c${i}`, repeat, group, verdict }));
      }
    }
  }
  return { a: { head: headNamed('a'), outlines: sides.a, run: null }, b: { head: headNamed('b'), outlines: sides.b, run: null } };
}
