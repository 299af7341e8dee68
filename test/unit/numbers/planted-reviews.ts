/** Weekly reviews of a judge with planted truth: outputs, the judge's verdicts, half of the labels where it says fail, and people who grade as the truth is. */
import type { GradedDraw } from '../../../src/core/judge/review/graded-draw.ts';
import type { Random } from '../../../src/core/statistics/random.ts';

export interface ReviewWorld {
  /** Share of outputs that are good. */
  readonly good: number;
  readonly tpr: number;
  readonly tnr: number;
}

const OUTPUTS = 300;

/** One week of `size` labels, with the share of its outputs that is good. */
export function plantedWeek(
  random: Random,
  { good, tpr, tnr }: ReviewWorld,
  size = 25,
): { readonly draw: GradedDraw; readonly good: number } {
  const truth: { pass: boolean[]; fail: boolean[] } = { pass: [], fail: [] };
  for (let i = 0; i < OUTPUTS; i++) {
    const isGood = random.next() < good;
    truth[random.next() < (isGood ? tpr : 1 - tnr) ? 'pass' : 'fail'].push(isGood);
  }
  const fails = Math.min(Math.ceil(size / 2), truth.fail.length);
  const part = (verdict: 'pass' | 'fail', n: number): GradedDraw['parts'][number] => {
    const all = truth[verdict];
    // Without putting back: what is drawn goes to the front.
    for (let i = 0; i < n; i++) {
      const j = i + Math.floor(random.next() * (all.length - i));
      [all[i], all[j]] = [all[j] ?? false, all[i] ?? false];
    }
    const items = all.slice(0, n).map((isGood) => ({ judged: verdict, passed: isGood ? 1 : 0, weight: all.length / n, draw: 'w' }));
    return { verdict, n: all.length, items };
  };
  const parts = [part('pass', Math.min(size - fails, truth.pass.length)), part('fail', fails)].filter(({ n }) => n > 0);
  const share = (truth.pass.filter(Boolean).length + truth.fail.filter(Boolean).length) / OUTPUTS;
  return { draw: { id: 'w', at: '2026-11-23T09:00:00.000Z', parts, drawn: size, graded: size }, good: share };
}
