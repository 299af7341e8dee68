/** What was expected against what was found, by class, behind precision, recall and F1, which fit beside the editor too; a cell filters the rows below. */
import { scoreInterval } from '../../../core/report/class-text.ts';
import type { ClassMetrics } from '../../../core/results/classes/class-metrics.ts';
import type { ClassCell } from '../../../protocol/query.ts';

interface ClassMatrixProps {
  readonly column: string;
  readonly name: string;
  readonly metrics: ClassMetrics;
  readonly chosen: ClassCell | null;
  readonly onCell: (cell: ClassCell | null) => void;
}

/** More columns than this are not read; the most frequent classes are shown. */
const SHOWN = 12;

export function ClassMatrix({ column, name, metrics, chosen, onCell }: ClassMatrixProps) {
  const { field, labels, matrix, other, perClass, macroF1, weightedF1 } = metrics;
  const shown = labels.slice(0, SHOWN);
  const title = `Classes of ${field === '' ? 'the output' : field}, ${name}`;
  const cell = (expected: string, found: string | null, count: number) => {
    const at: ClassCell = { column, field, expected, found };
    const isChosen = chosen !== null && isSameCell(chosen, at);
    const what = `${count} expect ${expected} and found ${found ?? 'none of the classes'}`;
    return (
      <td key={found ?? ''} class={expected === found ? 'right' : count > 0 ? 'mistaken' : 'quiet'}>
        {count === 0 ? (
          '0'
        ) : (
          <button
            type="button"
            class="link"
            aria-pressed={isChosen}
            aria-label={`${what}; show these cases`}
            onClick={() => onCell(isChosen ? null : at)}
          >
            {count}
          </button>
        )}
      </td>
    );
  };
  return (
    <figure class="classes">
      <figcaption>
        <strong>{title}</strong>
        <div class="quiet">
          macro F1 {scoreInterval(macroF1)}, weighted {scoreInterval(weightedF1)}
          {labels.length > SHOWN ? `; the ${SHOWN} most frequent of ${labels.length} classes` : ''}
        </div>
      </figcaption>
      <div class="class-scroll" tabIndex={0} role="region" aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">expected ↓ found →</th>
              <th scope="col">precision</th>
              <th scope="col">recall</th>
              <th scope="col">F1</th>
              {shown.map((label) => (
                <th key={label} scope="col" class="class-name" title={label}>
                  {label}
                </th>
              ))}
              <th scope="col">none of them</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((expected, i) => {
              const row = perClass[i];
              return (
                <tr key={expected}>
                  <th scope="row" class="class-name" title={expected}>
                    {expected}
                  </th>
                  <td>{row?.precision == null ? '–' : scoreInterval(row.precision)}</td>
                  <td>{row?.recall == null ? '–' : scoreInterval(row.recall)}</td>
                  <td>{row?.f1 == null ? '–' : scoreInterval(row.f1)}</td>
                  {shown.map((found, j) => cell(expected, found, matrix[i]?.[j] ?? 0))}
                  {cell(expected, null, other[i] ?? 0)}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

const isSameCell = (a: ClassCell, b: ClassCell): boolean =>
  a.column === b.column && a.field === b.field && a.expected === b.expected && a.found === b.found;
