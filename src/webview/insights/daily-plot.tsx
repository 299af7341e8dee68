/** Amounts of money day by day, a line for each series; days that changed something are marked. */
import { count, quantity, usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { BottomLabels, colourOf, Figure, HEIGHT, INNER, LeftAxis, MARGIN, ticksOf, WIDTH } from '../controls/figure.tsx';

interface DailyPlotProps {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly {
    readonly name: string;
    /** `value`: USD; null: not known. */
    readonly days: readonly { readonly day: string; readonly value: number | null; readonly n: number }[];
  }[];
  /** Days such as 2026-11-01. */
  readonly alerts: readonly string[];
  /** USD; null: there is none. */
  readonly limit: number | null;
}

const DAY = 86_400_000;
/** Days of which each has its dot. */
const DOTS = 62;
/** Rows of the table. */
const MOST_ROWS = 400;

export function DailyPlot({ title, unit, series, alerts, limit }: DailyPlotProps) {
  const days = [...new Set(series.flatMap((item) => item.days.map(({ day }) => day)))].sort();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const span = Math.max(1, (Date.parse(last) - Date.parse(first)) / DAY);
  const most = series.flatMap((item) => item.days).reduce((max, { value }) => Math.max(max, value ?? 0), limit ?? 0);
  const top = most === 0 ? 1 : most * 1.05;
  const x = (day: string): number => MARGIN.left + ((Date.parse(day) - Date.parse(first)) / DAY / span) * INNER.width;
  const y = (value: number): number => MARGIN.top + (1 - value / top) * INNER.height;
  const labels = [first, days[Math.floor(days.length / 2)] ?? '', last].filter((day, i, all) => day !== '' && all.indexOf(day) === i);
  return (
    <Figure
      title={visibleControls(title)}
      summary={`${unit}, by day of the first call (UTC)`}
      head={['Day', ...(series.length > 1 ? ['Of'] : []), unit, 'Actions']}
      rows={series
        .flatMap(({ name, days: of }) => of.map(({ day, value, n }) => ({ name, day, value, n })))
        .sort((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0))
        .slice(0, MOST_ROWS)
        .map(({ name, day, value, n }) => [day, ...(series.length > 1 ? [visibleControls(name)] : []), usd(value), count(n)])}
      legend={series.map(({ name }, i) => ({ name: visibleControls(name), colour: colourOf(i) }))}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}, ${unit}: ${trend(series)}`}>
        <LeftAxis ticks={ticksOf(top)} y={y} format={axisUsd} />
        <BottomLabels labels={labels.map((day) => [Math.max(x(day), MARGIN.left + 14), day.slice(5)] as const)} />
        {alerts.map((day) => (
          <line key={day} class="change-day" x1={x(day)} x2={x(day)} y1={MARGIN.top} y2={HEIGHT - MARGIN.bottom} />
        ))}
        {limit !== null && <line class="budget" x1={MARGIN.left} x2={WIDTH - MARGIN.right} y1={y(limit)} y2={y(limit)} />}
        {series.map(({ name, days: of }, i) => {
          const known = of.flatMap(({ day, value, n }) => (value === null ? [] : [{ day, value, n }]));
          return (
            <g key={name}>
              <polyline
                class="series"
                stroke={colourOf(i)}
                points={known.map(({ day, value }) => `${x(day).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
              />
              {days.length <= DOTS &&
                known.map(({ day, value, n }) => (
                  <circle key={day} cx={x(day)} cy={y(value)} r={2.2} fill={colourOf(i)}>
                    <title>{`${day}: ${usd(value)} (${unit}), ${quantity(n, 'action')}`}</title>
                  </circle>
                ))}
            </g>
          );
        })}
      </svg>
      <p class="quiet plot-key">
        {alerts.length > 0 && <span>┊ cost increase</span>}
        {limit !== null && <span>╌ budget of {usd(limit)}</span>}
      </p>
    </Figure>
  );
}

const LARGE = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', notation: 'compact' });

/** As short as an axis needs it: `$0.0025`, `$20K`. */
const axisUsd = (value: number): string => (value >= 10_000 ? LARGE.format(value) : usd(value));

function trend(series: DailyPlotProps['series']): string {
  return series
    .map(({ name, days }) => {
      const known = days.flatMap(({ day, value }) => (value === null ? [] : [{ day, value }]));
      const [first, last] = [known[0], known.at(-1)];
      if (first === undefined || last === undefined) return `${name}: unknown`;
      return `${name}: ${usd(first.value)} on ${first.day}, ${usd(last.value)} on ${last.day}`;
    })
    .join('; ');
}
