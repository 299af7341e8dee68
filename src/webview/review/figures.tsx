/** What the labels of a review say: the rate with its interval, where the judge was wrong, why answers fail, and what to do next. */
import { useState } from 'preact/hooks';
import { count, likely, percent, quantity } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { RateEstimate } from '../../core/statistics/corrected-rate.ts';
import type { ReviewSummary } from '../../core/judge/review/review-summary.ts';
import type { ReviewedOutput, ReviewSnapshot } from '../../protocol/review.ts';
import { ReviewedOutputView } from './reviewed-output.tsx';
import { WeeksPlot } from './weeks-plot.tsx';

interface FiguresProps {
  readonly snapshot: ReviewSnapshot;
  readonly onLabel: () => void;
  readonly onOpen: (index: number) => Promise<ReviewedOutput | null>;
}

export function ReviewFigures({ snapshot: { summary, notes, excerpts }, onLabel, onOpen }: FiguresProps) {
  const { id, query, criterion, judge, left, rate, judged, agreement, weeks, errors, modes, causes, drift, next } = summary;
  const [opened, setOpened] = useState<ReviewedOutput | null>(null);
  return (
    <main
      class="insights review"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || opened === null) return;
        setOpened(null);
        document.querySelector<HTMLElement>(`[data-output="${opened.index}"]`)?.focus();
      }}
    >
      <h1>{visibleControls(next)}</h1>
      <p class="quiet">
        Review {visibleControls(id)}, {visibleControls(query)}: {labelledText(summary)}
        {criterion === null ? '' : `; ${criterion.type}: ${visibleControls(criterion.text)}`}
      </p>
      {notes.map((note) => (
        <p key={note} class="notice">
          {visibleControls(note)}
        </p>
      ))}
      {left > 0 && (
        <p>
          <button type="button" onClick={onLabel}>
            Label {quantity(left, 'output')}
          </button>
        </p>
      )}
      <dl class="review-rates">
        <dt>Pass rate, as people say it</dt>
        <dd>{rate === null ? 'not known until outputs of each verdict are labelled' : rateText(rate)}</dd>
        {judge !== null && (
          <>
            <dt>The judge alone</dt>
            <dd>
              {percent(judged)} <span class="quiet">{`${visibleControls(judge.path)}, ${visibleControls(judge.model)}`}</span>
            </dd>
            <dt>Judge and people agree on</dt>
            <dd>{agreement === null ? 'not known yet' : rateText(agreement)}</dd>
          </>
        )}
      </dl>
      {drift.map(({ rate: of, before, now }) => (
        <p key={of} class="notice">
          {FALLEN[of]}: {percent(before)} before, {percent(now)} in the last four reviews
        </p>
      ))}
      <WeeksPlot weeks={weeks} />
      {errors !== null && judge !== null && (
        <section aria-label="Errors of the judge">
          <h2>
            {errors.length === 0 ? 'The judge was right in every label' : `The judge was wrong in ${quantity(errors.length, 'label')}`}
          </h2>
          <ul class="review-errors">
            {errors.map(({ index, judged: said, grade, by, failureMode }, i) => (
              <li key={`${index} ${by}`}>
                <button
                  type="button"
                  class="link"
                  data-output={index}
                  aria-expanded={opened?.index === index}
                  onClick={() => void onOpen(index).then(setOpened)}
                >
                  {index + 1}. {visibleControls(excerpts[i] ?? '')}
                </button>{' '}
                <span class="quiet">
                  – the judge said {said}, {visibleControls(by)} says {grade}
                  {failureMode === null ? '' : ` (${visibleControls(failureMode)})`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {opened !== null && <ReviewedOutputView shown={opened} onClose={() => setOpened(null)} />}
      <Counts title="Failure modes" rows={modes.map(({ mode, count: n }) => [visibleControls(mode), n])} />
      <Counts title="Causes" rows={causes.map(({ cause, count: n }) => [cause, n])} />
    </main>
  );
}

const Counts = ({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [string, number])[] }) =>
  rows.length === 0 ? null : (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {rows.map(([name, n]) => (
          <li key={name}>
            {name} <span class="count">{count(n)}</span>
          </li>
        ))}
      </ul>
    </section>
  );

const FALLEN = {
  tpr: 'Passes of good outputs fell',
  tnr: 'Fails of bad outputs fell',
  agreement: 'Agreement with people fell',
} as const;

const labelledText = ({ graded, drawn, frame, left }: ReviewSummary): string =>
  `${count(graded)} of ${quantity(drawn, 'output')} labelled, drawn from ${count(frame)}${left > 0 ? `; ${count(left)} left for you` : ''}`;

const rateText = ({ value, low, high }: RateEstimate): string => `${percent(value)} (${likely([low, high])})`;
