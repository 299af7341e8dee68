/** What a review says, in the terminal. */
import { likely, percent, quantity } from '../../core/display/figures.ts';
import type { ReviewSummary } from '../../core/judge/review/review-summary.ts';
import type { RateEstimate } from '../../core/statistics/corrected-rate.ts';

/** `texts`: the first words of an output, by its place in the draw. */
export function reviewLines(summary: ReviewSummary, textOf: (index: number) => string): string {
  const { id, drawn, graded, frame, left, rate, judged, agreement, weeks, errors, modes, causes, judge } = summary;
  const lines = [
    `Review ${id}: ${graded} of ${quantity(drawn, 'output')} labelled, drawn from ${frame}${left > 0 ? `; ${left} left for you` : ''}`,
    rate === null
      ? 'pass rate: not known until outputs of each verdict are labelled'
      : `pass rate ${rateText(rate)}${judged === null ? '' : `; the judge alone says ${percent(judged)}`}`,
  ];
  if (agreement !== null) lines.push(`judge and people agree on ${rateText(agreement)}`);
  const before = weeks.slice(0, -1).filter((week) => week.rate !== null);
  if (before.length > 0)
    lines.push(
      `before: ${before
        .slice(-6)
        .map((week) => `${week.id} ${percent(week.rate?.value ?? null)}`)
        .join(', ')}`,
    );
  if (errors !== null && judge !== null) {
    lines.push(`the judge was wrong in ${quantity(errors.length, 'label')}:`);
    for (const { index, judged: said, grade, failureMode } of errors)
      lines.push(
        `  ${index + 1}. said ${said}, a person says ${grade}${failureMode === null ? '' : ` (${failureMode})`}: ${textOf(index)}`,
      );
  }
  if (modes.length > 0) lines.push(`failure modes: ${modes.map(({ mode, count }) => `${mode} ${count}`).join(', ')}`);
  if (causes.length > 0) lines.push(`causes: ${causes.map(({ cause, count }) => `${cause} ${count}`).join(', ')}`);
  for (const { rate: of, before: then, now } of summary.drift)
    lines.push(`${FALLEN[of]}: ${percent(then)} before, ${percent(now)} in the last four reviews`);
  lines.push(`Next: ${summary.next}`);
  return `${lines.join('\n')}\n`;
}

const FALLEN = { tpr: 'passes of good outputs', tnr: 'fails of bad outputs', agreement: 'agreement with people' } as const;

const rateText = ({ value, low, high }: RateEstimate): string => `${percent(value)} (${likely([low, high])})`;
