/** What a comparison found, in plain words; its statistics are the reason beside them. */
import { quantity } from '../figures.ts';
import type { Comparison } from './compare.ts';

/** `Better: 7 cases fixed, none broke`. Null: the reason says all there is to say. */
export function outcomeText({
  verdict,
  paired: { n, improved, regressed },
  method,
}: Pick<Comparison, 'verdict' | 'paired' | 'method'>): string | null {
  if (verdict === 'not-comparable' || method === 'identical' || n === 0) return null;
  const word = wordOf(verdict, improved, regressed);
  if (improved + regressed === 0) return `${word}: no case changed`;
  const fixed = improved === 0 ? 'none fixed' : `${quantity(improved, 'case')} fixed`;
  const broke = regressed === 0 ? 'none broke' : `${quantity(regressed, 'case')} broke`;
  return regressed > improved ? `${word}: ${broke}, ${fixed}` : `${word}: ${fixed}, ${broke}`;
}

/** A verdict that is open never says that one side is better. */
function wordOf(verdict: Comparison['verdict'], improved: number, regressed: number): string {
  if (verdict === 'fail') return 'Worse';
  if (verdict !== 'pass') return 'Not enough data';
  if (improved === regressed) return improved === 0 ? 'The same' : 'About the same';
  return improved > regressed ? 'Better' : 'Good enough';
}
