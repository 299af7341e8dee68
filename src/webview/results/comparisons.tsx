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
      {comparisons.map(({ a, b, verdict, reason, regressed, improved }) => (
        <li key={`${a} ${b}`}>
          <span class={`verdict ${verdict}`}>{verdict}</span>{' '}
          {a === b ? `${columns.find(({ id }) => id === b)?.prompt ?? ''}: ` : `${name(a)} → ${name(b)}: `}
          {reason}
          {verdict !== 'not-comparable' && (
            <span class="quiet">
              {' '}
              {regressed} worse, {improved} better
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
