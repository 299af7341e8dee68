/** One side of a comparison, as letters. */
import type { SideInput } from '../../src/core/compare/side.ts';
import type { ResultOutline } from '../../src/core/results/result-list.ts';
import { headNamed, outline } from './simulated-suite.ts';

export type Given = Partial<ResultOutline>;

/** `P` passes, `F` fails, `E` is an error; a word is a case, its letters are repeats. */
export function side(id: string, cases: string, more: (index: number) => Given = () => ({}), golden = 'g'): SideInput {
  const outlines = cases
    .split(' ')
    .flatMap((letters, i) =>
      letters
        .split('')
        .map((letter, repeat) =>
          outline(id, { case: `c${i}`, repeat, verdict: letter === 'P' ? 'pass' : letter === 'F' ? 'fail' : 'error', ...more(i) }),
        ),
    );
  return { head: headNamed(id, golden), outlines, run: null };
}
export const all = (count: number, word: string): string => Array.from({ length: count }, () => word).join(' ');
