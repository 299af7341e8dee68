/** The verdict of each comparison, above the table. */
import type { ResultsSnapshot } from '../../protocol/results.ts';
import { fullName } from './grid/column-head.tsx';

export function Comparisons({ snapshot }: { readonly snapshot: ResultsSnapshot }) {
  const { comparisons, columns } = snapshot;
  if (comparisons.length === 0) return null;
  const name = (id: string): string => {
    const column = columns.find((item) => item.id === id);
    return column === undefined ? 'the earlier run' : fullName(column, columns);
  };
  return (
    <ul class="comparisons" aria-label="Comparisons">
      {comparisons.map(({ a, b, verdict, outcome, reason }) => (
        <li key={`${a} ${b}`}>
          <span class={`verdict ${verdict}`}>{verdict}</span>{' '}
          {a === b ? `${columns.find(({ id }) => id === b)?.prompt ?? ''}: ` : `${name(a)} → ${name(b)}: `}
          {outcome === null ? (
            reason
          ) : (
            <>
              {outcome}. <span class="quiet">{reason}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
