/** Pass rates of the runs of this prompt, oldest first, with their intervals: did it get better or worse. */
import { percent, quantity } from '../../../core/display/figures.ts';
import { MOST_PLOTTED, type PlotRun } from '../../../protocol/detail.ts';
import { dateTimeText } from '../../controls/date-time.ts';
import { BottomLabels, colourOf, Figure, HEIGHT, INNER, LeftAxis, MARGIN, Mark, WIDTH } from '../../controls/figure.tsx';

export function PassHistory({ history, onOpenRun }: { readonly history: readonly PlotRun[]; readonly onOpenRun: (id: string) => void }) {
  const series = [...new Set(history.map(({ prompt, model }) => `${prompt} · ${model}`))];
  const seriesOf = ({ prompt, model }: PlotRun): number => series.indexOf(`${prompt} · ${model}`);
  const step = INNER.width / Math.max(1, history.length);
  const x = (i: number): number => MARGIN.left + (i + 0.5) * step;
  const y = (rate: number): number => MARGIN.top + (1 - rate) * INNER.height;
  const every = Math.max(1, Math.ceil(history.length / 5));
  const changes = history.flatMap((run, i): (readonly [number, string])[] => (i % every === 0 ? [[x(i), run.version] as const] : []));
  return (
    <Figure
      title="Pass rate over versions"
      summary={
        history.length === 0
          ? 'no complete run on this machine yet'
          : `${quantity(history.length, 'run')} of most cases, of the ${MOST_PLOTTED} newest, oldest first; press Enter to open one`
      }
      head={['Time', 'Version', 'Model', 'Pass rate', '95 % interval', 'Cases']}
      rows={history.map(({ at, version, model, passRate, interval, cases }) => [
        dateTimeText(at),
        version,
        model,
        percent(passRate),
        `${percent(interval[0])} to ${percent(interval[1])}`,
        String(cases),
      ])}
      legend={series.map((name, i) => ({ name, colour: colourOf(i) }))}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label="Pass rate of earlier runs">
        <LeftAxis ticks={[0, 0.5, 1]} y={y} format={percent} />
        <BottomLabels labels={changes} />
        {series.map((name, s) => {
          const points = history.flatMap((run, i) => (seriesOf(run) === s ? [`${x(i)},${y(run.passRate)}`] : []));
          return <polyline key={name} class="series" points={points.join(' ')} stroke={colourOf(s)} />;
        })}
        {history.map((run, i) => (
          <Mark
            key={`${run.run} ${run.model} ${run.version}`}
            label={`${dateTimeText(run.at)}, version ${run.version}, ${run.model}: ${percent(run.passRate)} (${percent(run.interval[0])} to ${percent(run.interval[1])}) of ${quantity(run.cases, 'case')}`}
            onChoose={() => onOpenRun(run.run)}
          >
            <line class="whisker" stroke={colourOf(seriesOf(run))} x1={x(i)} x2={x(i)} y1={y(run.interval[0])} y2={y(run.interval[1])} />
            <circle cx={x(i)} cy={y(run.passRate)} r={4} fill={colourOf(seriesOf(run))} />
          </Mark>
        ))}
      </svg>
    </Figure>
  );
}
