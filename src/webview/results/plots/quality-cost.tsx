/** Pass rate against cost per call: who is both cheaper and better, with the intervals that say how sure that is. */
import { count, percent, usd } from '../../../core/display/figures.ts';
import type { PlotColumn } from '../../../protocol/detail.ts';
import { BottomLabels, colourOf, Figure, HEIGHT, INNER, LeftAxis, MARGIN, Mark, ticksOf, WIDTH } from '../../controls/figure.tsx';

export function QualityCost({ columns, onColumn }: { readonly columns: readonly PlotColumn[]; readonly onColumn: (id: string) => void }) {
  const points = columns.flatMap((column, i) => {
    const { passRate, costPerCallUsd } = column;
    return passRate === null || costPerCallUsd === null ? [] : [{ column, colour: colourOf(i), rate: passRate, cost: costPerCallUsd }];
  });
  const most = Math.max(0, ...points.map(({ cost }) => cost));
  const x = (cost: number): number => MARGIN.left + (most === 0 ? 0.5 : cost / (most * 1.1)) * INNER.width;
  const y = (rate: number): number => MARGIN.top + (1 - rate) * INNER.height;
  const front = points.filter(({ column }) => column.onFront).sort((a, b) => a.cost - b.cost);
  const path = front.map(({ cost, rate }, i) => `${i === 0 ? 'M' : 'L'}${x(cost)},${y(rate)}`).join(' ');
  const interval = ({ interval: range }: PlotColumn): string => (range === null ? '' : `${percent(range[0])} to ${percent(range[1])}`);
  const thinkingOf = ({ reasoningTokens: tokens }: PlotColumn): string =>
    tokens === null || tokens.p95 === 0 ? '' : `, thinking ${count(tokens.p50)} tokens at p50 and ${count(tokens.p95)} at p95`;
  return (
    <Figure
      title="Quality against cost"
      summary={
        points.length === 0
          ? 'needs a pass rate and a price'
          : points.length === 1
            ? 'only one candidate; run another model to compare'
            : `best trade-offs: ${front.map(({ column }) => column.name).join(', ')}`
      }
      head={['Candidate', 'Pass rate', '95 % interval', 'USD per call', 'Thinking p50', 'Thinking p95', 'Best trade-off']}
      rows={points.map(({ column, rate, cost }) => [
        column.name,
        percent(rate),
        interval(column),
        usd(cost),
        count(column.reasoningTokens?.p50 ?? null),
        count(column.reasoningTokens?.p95 ?? null),
        column.onFront ? 'yes' : 'no',
      ])}
      legend={points.map(({ column, colour }) => ({ name: column.name, colour }))}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label="Pass rate against cost per call">
        <LeftAxis ticks={[0, 0.25, 0.5, 0.75, 1]} y={y} format={percent} />
        <BottomLabels labels={(most === 0 ? [0] : ticksOf(most, 3)).map((tick) => [x(tick), usd(tick)] as const)} />
        {front.length > 1 && <path class="front" d={path} />}
        {points.map(({ column, rate, cost, colour }) => (
          <Mark
            key={column.id}
            label={`${column.name}: ${percent(rate)} passed (${interval(column)}), ${usd(cost)} per call${thinkingOf(column)}${column.onFront ? ', a best trade-off' : ''}`}
            onChoose={() => onColumn(column.id)}
          >
            {column.interval !== null && (
              <line class="whisker" stroke={colour} x1={x(cost)} x2={x(cost)} y1={y(column.interval[0])} y2={y(column.interval[1])} />
            )}
            <circle cx={x(cost)} cy={y(rate)} r={column.onFront ? 6 : 4} fill={colour} />
          </Mark>
        ))}
      </svg>
    </Figure>
  );
}
