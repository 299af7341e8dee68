/** The pass rate that people give, review by review, with its interval: did production get better or worse. */
import { percent, quantity } from '../../core/display/figures.ts';
import type { ReviewSummary } from '../../core/judge/review/review-summary.ts';
import type { RateEstimate } from '../../core/statistics/corrected-rate.ts';
import { BottomLabels, colourOf, Figure, HEIGHT, INNER, LeftAxis, MARGIN, Mark, WIDTH } from '../controls/figure.tsx';

/** Reviews that are plotted: a year and a bit. */
const MOST = 60;

export function WeeksPlot({ weeks }: { readonly weeks: ReviewSummary['weeks'] }) {
  const shown = weeks.slice(-MOST);
  const step = INNER.width / Math.max(1, shown.length);
  const x = (i: number): number => MARGIN.left + (i + 0.5) * step;
  const y = (rate: number): number => MARGIN.top + (1 - rate) * INNER.height;
  const every = Math.max(1, Math.ceil(shown.length / 5));
  const known = shown.flatMap((week, i): (readonly [number, (typeof shown)[number], RateEstimate])[] =>
    week.rate === null ? [] : [[i, week, week.rate] as const],
  );
  return (
    <Figure
      title="Pass rate by review"
      summary={`as people say it, of all outputs that were drawn from; ${quantity(shown.length, 'review')}, oldest first`}
      head={['Review', 'Pass rate', '95 % interval', 'Labelled']}
      rows={shown.map(({ id, rate, graded }) => [
        id,
        percent(rate?.value ?? null),
        rate === null ? '–' : `${percent(rate.low)} to ${percent(rate.high)}`,
        String(graded),
      ])}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label="Pass rate by review">
        <LeftAxis ticks={[0, 0.5, 1]} y={y} format={percent} />
        <BottomLabels labels={shown.flatMap(({ id }, i) => (i % every === 0 ? [[x(i), shortId(id)] as const] : []))} />
        <polyline class="series" points={known.map(([i, , rate]) => `${x(i)},${y(rate.value)}`).join(' ')} stroke={colourOf(0)} />
        {known.map(([i, { id, graded }, { value, low, high }]) => (
          <Mark key={id} label={`${id}: ${percent(value)} (${percent(low)} to ${percent(high)}), ${quantity(graded, 'output')} labelled`}>
            <line class="whisker" stroke={colourOf(0)} x1={x(i)} x2={x(i)} y1={y(low)} y2={y(high)} />
            <circle cx={x(i)} cy={y(value)} r={4} fill={colourOf(0)} />
          </Mark>
        ))}
      </svg>
    </Figure>
  );
}

/** `2026-W48`: the year is in the table. */
const shortId = (id: string): string => /W\d\d/.exec(id)?.[0] ?? id.slice(0, 8);
