/** What a comparison found, in plain words; its statistics are the reason beside them. */
import { quantity } from '../display/figures.ts';
import type { Comparison } from './compare.ts';

/** `Better: 7 cases fixed, none broke`. Null: the reason says all there is to say. */
export function outcomeText({
  verdict,
  paired: { n, improved, regressed },
  method,
}: Pick<Comparison, 'verdict' | 'paired' | 'method'>): string | null {
  if (verdict === 'not-comparable' || method === 'identical' || n === 0) return null;
  const fixed = improved === 0 ? 'none fixed' : `${quantity(improved, 'case')} fixed`;
  const broke = regressed === 0 ? 'none broke' : `${quantity(regressed, 'case')} broke`;
  const changed = improved + regressed === 0 ? 'no case changed' : regressed > improved ? `${broke}, ${fixed}` : `${fixed}, ${broke}`;
  const word = wordOf(verdict, improved, regressed);
  return word === null ? `${changed.charAt(0).toUpperCase()}${changed.slice(1)}` : `${word}: ${changed}`;
}

/**
 * A verdict that is open never says that one side is better. Null: it failed and no case broke, so that it is not worse: the reason says
 * what failed, such as a critical case that failed before too.
 */
function wordOf(verdict: Comparison['verdict'], improved: number, regressed: number): string | null {
  if (verdict === 'fail') return regressed === 0 ? null : 'Worse';
  if (verdict !== 'pass') return 'Not enough data';
  if (improved === regressed) return improved === 0 ? 'The same' : 'About the same';
  return improved > regressed ? 'Better' : 'Good enough';
}
