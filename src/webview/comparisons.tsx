/** The verdict of each comparison of the run, above the table. */
import type { ResultsSnapshot } from '../protocol/results.ts';

export function Comparisons({ snapshot }: { readonly snapshot: ResultsSnapshot }) {
  const { comparisons, columns } = snapshot;
  if (comparisons.length === 0) return null;
  const nameOf = (id: string): string => {
    const column = columns.find((item) => item.id === id);
    return column === undefined ? id : (column.ref?.slice(0, 12) ?? 'working tree');
  };
  return (
    <ul class="comparisons" aria-label="Comparisons">
      {comparisons.map(({ a, b, verdict, reason }) => {
        const prompt = columns.find((item) => item.id === b)?.prompt ?? '';
        return (
          <li key={`${a} ${b}`}>
            <span class={`verdict ${verdict}`}>{verdict}</span>{' '}
            <span>
              {a === b ? prompt : `${prompt}, ${nameOf(a)} → ${nameOf(b)}`}: {reason}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
