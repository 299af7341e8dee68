/** What a call's cost goes to, by candidate. */
import { usd } from '../../../core/display/figures.ts';
import type { PlotColumn } from '../../../protocol/detail.ts';
import { Figure, Mark, WIDTH } from '../../controls/figure.tsx';

const PARTS = [
  ['fresh', 'fresh input', 'var(--vscode-charts-blue)'],
  ['cacheRead', 'read from cache', 'var(--vscode-charts-green)'],
  ['cacheWrite', 'written to cache', 'var(--vscode-charts-yellow)'],
  ['reasoning', 'thinking', 'var(--vscode-charts-purple)'],
  ['answer', 'answer', 'var(--vscode-charts-orange)'],
] as const;

/** Thinking and answer apart: both are output, and only one of them is read. */
const partsOf = ({ output, ...rest }: NonNullable<PlotColumn['split']>) => ({ ...rest, answer: output - rest.reasoning });

export function CostSplitPlot({ columns }: { readonly columns: readonly PlotColumn[] }) {
  const known = columns
    .flatMap(({ id, name, split }) => (split === null ? [] : [{ id, name, split: partsOf(split) }]))
    .map((item) => ({ ...item, sum: PARTS.reduce((sum, [part]) => sum + item.split[part], 0) }));
  const most = Math.max(0, ...known.map(({ sum }) => sum));
  const lane = 34;
  const height = known.length * lane + 10;
  const width = (cost: number): number => (most === 0 ? 0 : (cost / most) * WIDTH);
  return (
    <Figure
      title="Cost per call"
      summary={known.length === 0 ? 'price unknown' : 'mean per call, at the run’s prices'}
      head={['Candidate', ...PARTS.map(([, label]) => label), 'USD per call']}
      rows={known.map(({ name, split, sum }) => [name, ...PARTS.map(([part]) => usd(split[part])), usd(sum)])}
      legend={PARTS.map(([, label, colour]) => ({ name: label, colour }))}
    >
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="group" aria-label="Cost per call by token type">
        {known.map(({ id, name, split, sum }, i) => {
          let x = 0;
          return (
            <g key={id}>
              <text class="lane" x={0} y={i * lane + 12}>
                {usd(sum)} · {name.slice(0, 46)}
              </text>
              {PARTS.map(([part, label, colour]) => {
                const start = x;
                x += width(split[part]);
                return split[part] === 0 ? null : (
                  <Mark key={part} label={`${name}: ${usd(split[part])} of ${usd(sum)} per call for ${label}`}>
                    <rect x={start} y={i * lane + 16} width={Math.max(1, x - start)} height={12} fill={colour} />
                  </Mark>
                );
              })}
            </g>
          );
        })}
      </svg>
    </Figure>
  );
}
