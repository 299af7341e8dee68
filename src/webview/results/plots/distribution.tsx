/** How long answers took, by candidate, against the budget. A bin that is chosen filters the rows. */
import { milliseconds, quantity } from '../../../core/display/figures.ts';
import type { PlotColumn } from '../../../protocol/detail.ts';
import type { MetricRange } from '../../../protocol/query.ts';
import { BottomLabels, colourOf, Figure, HEIGHT, INNER, MARGIN, Mark, WIDTH } from '../../controls/figure.tsx';

interface DistributionProps {
  readonly title: string;
  readonly metric: 'ttftMs' | 'latencyMs';
  readonly columns: readonly PlotColumn[];
  /** Upper edges, ms. */
  readonly edges: readonly number[];
  readonly range: MetricRange | null;
  readonly onRange: (range: MetricRange | null) => void;
}

export function Distribution({ title, metric, columns, edges, range, onRange }: DistributionProps) {
  const most = Math.max(1, ...columns.flatMap((column) => column[metric]));
  const lane = INNER.height / Math.max(1, columns.length);
  const step = INNER.width / Math.max(1, edges.length);
  const from = (bin: number): number => (bin === 0 ? 0 : (edges[bin - 1] ?? 0));
  const budgets = metric === 'ttftMs' ? [...new Set(columns.flatMap(({ ttftBudgetMs }) => ttftBudgetMs ?? []))] : [];
  const place = (ms: number): number => {
    const bin = edges.findIndex((edge) => ms <= edge);
    const at = bin === -1 ? edges.length - 1 : bin;
    const [low, high] = [Math.max(1, from(at)), edges[at] ?? 1];
    return MARGIN.left + (at + Math.min(1, Math.max(0, (ms - low) / Math.max(1e-9, high - low)))) * step;
  };
  const labelled = edges.flatMap((edge, i): (readonly [number, string])[] =>
    i % 6 === 5 || i === 0 ? [[MARGIN.left + (i + (i === 0 ? 0.5 : 1)) * step, milliseconds(edge)] as const] : [],
  );
  return (
    <Figure
      title={title}
      summary={
        edges.length === 0
          ? 'not measured'
          : budgets.length > 0
            ? `line: budget ${budgets.map(milliseconds).join(', ')}`
            : 'longer times on the right'
      }
      head={['Up to', ...columns.map(({ name }) => name)]}
      rows={edges.map((edge, bin) => [milliseconds(edge), ...columns.map((column) => String(column[metric][bin] ?? 0))])}
      legend={columns.map(({ name }, i) => ({ name, colour: colourOf(i) }))}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={`${title} of the answers`}>
        <BottomLabels labels={labelled} />
        {columns.map((column, c) => {
          const base = MARGIN.top + (c + 1) * lane;
          return (
            <g key={column.id}>
              <line class="base" x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={base} y2={base} />
              {column[metric].map((answers, bin) => {
                if (answers === 0) return null;
                const height = Math.max(2, (answers / most) * (lane - 6));
                const chosen = range?.metric === metric && range.column === column.id && range.to === edges[bin];
                return (
                  <Mark
                    key={bin}
                    label={`${column.name}: ${quantity(answers, 'answer')} in ${milliseconds(from(bin))} to ${milliseconds(edges[bin])}`}
                    pressed={chosen}
                    onChoose={() => onRange(chosen ? null : { metric, column: column.id, from: from(bin), to: edges[bin] ?? 0 })}
                  >
                    <rect
                      x={MARGIN.left + bin * step + 0.5}
                      y={base - height}
                      width={Math.max(1, step - 1)}
                      height={height}
                      fill={colourOf(c)}
                    />
                  </Mark>
                );
              })}
            </g>
          );
        })}
        {budgets.map((budget) => (
          <line key={budget} class="budget" x1={place(budget)} x2={place(budget)} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
        ))}
      </svg>
    </Figure>
  );
}
