/**
 * Suites of cases with one sample on each side, drawn by what decides them: how many cases got better and how many worse. Drawn as
 * `drawSuite` draws them, without the cases; suites with the same counts are compared once.
 */
import type { Comparison } from '../../../src/core/compare/compare.ts';
import type { SideInput } from '../../../src/core/compare/side.ts';
import type { Random } from '../../../src/core/statistics/random.ts';
import { headNamed, outline, type SuiteShape } from '../simulated-suite.ts';

export class CountedSuites {
  private readonly known = new Map<number, Comparison>();
  private readonly passes: SideInput['outlines'];
  private readonly fails: SideInput['outlines'];

  constructor(
    private readonly cases: number,
    private readonly compare: (a: SideInput, b: SideInput) => Comparison,
  ) {
    const all = (verdict: 'pass' | 'fail'): SideInput['outlines'] =>
      Array.from({ length: cases }, (_, i) => outline('a', { case: `c${i}`, verdict }));
    this.passes = all('pass');
    this.fails = all('fail');
  }

  /** One suite that is drawn anew; its groups, repeats and errors are not looked at. */
  compared(draw: Random, { flaky, drop }: SuiteShape): Comparison {
    const broken = drop / (flaky * 0.775 + (1 - flaky) * 0.85);
    let [improved, regressed] = [0, 0];
    for (let i = 0; i < this.cases; i++) {
      const chance = draw.next() < flaky ? 0.6 + 0.35 * draw.next() : draw.next() < 0.85 ? 1 : 0;
      const now = draw.next() < broken ? 0 : chance;
      const [was, is] = [draw.next() < chance, draw.next() < now];
      if (is && !was) improved++;
      if (was && !is) regressed++;
    }
    return this.of(improved, regressed);
  }

  private of(improved: number, regressed: number): Comparison {
    const key = improved * (this.cases + 1) + regressed;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const outlines = (from: number, to: number): SideInput['outlines'] =>
      this.passes.map((pass, i) => (i >= from && i < to ? (this.fails[i] ?? pass) : pass));
    const found = this.compare(
      { head: headNamed('a'), outlines: outlines(0, improved), run: null },
      { head: headNamed('b'), outlines: outlines(improved, improved + regressed), run: null },
    );
    this.known.set(key, found);
    return found;
  }
}
