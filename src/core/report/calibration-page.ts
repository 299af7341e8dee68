/** A calibration as a page: one line for each criterion, and what each line means. */
import { quantity } from '../display/figures.ts';
import type { CalibrationRecord, UnusedLabels } from '../judge/calibration/calibration-record.ts';
import { labelDay, rateText } from '../results/judged-rate.ts';
import type { RateEstimate } from '../statistics/corrected-rate.ts';
import { markdownCell } from './markdown.ts';

export function calibrationPage(judge: string, calibrations: readonly CalibrationRecord[], unused: UnusedLabels): string {
  const left = [
    ...(unused.notBlind > 0 ? [`${unused.notBlind} given after seeing the verdict`] : []),
    ...(unused.unknown > 0 ? [`${unused.unknown} unknown`] : []),
    ...(unused.withoutVerdict > 0 ? [`${unused.withoutVerdict} without a judge’s verdict`] : []),
  ];
  return [
    `# Calibration of ${markdownCell(judge)}`,
    '',
    '| criterion | prompt, model | status | outputs labelled | passes what people pass | fails what people fail | pass rate of what was labelled | kappa, AC1 |',
    '|---|---|---|---|---|---|---|---|',
    ...calibrations.map(row),
    '',
    'Rates have their 95 % interval in parentheses. Runs, pages, reports and gates use them at once, as long as rubric, judge and model stay the same.',
    ...(left.length === 0 ? [] : ['', `Labels left out: ${left.join(', ')}.`]),
    '',
  ].join('\n');
}

function row(record: CalibrationRecord): string {
  const { criterion, judge, items, tpr, tnr, corrected, kappa, ac1, labelledAt } = record;
  const cells = [
    `${criterion.type} ${criterion.hash.slice(0, 8)}`,
    `${judge.version.slice(0, 8)}, ${judge.model}`,
    statusOf(record),
    `${items}, the last on ${labelDay(labelledAt)}`,
    shareOf(tpr),
    shareOf(tnr),
    corrected === null ? 'not known' : `${rateText(corrected)}; the judge alone says ${Math.round(100 * corrected.raw)} %`,
    `${kappa === null ? 'not defined' : kappa.toFixed(2)}, ${ac1.toFixed(2)}`,
  ];
  return `| ${cells.map(markdownCell).join(' | ')} |`;
}

const shareOf = (rate: RateEstimate | null): string => (rate === null ? 'not known' : rateText(rate));

function statusOf({ status, refusal, missing: { pass, fail } }: CalibrationRecord): string {
  if (refusal !== null) return `refused: ${refusal}`;
  if (status === 'calibrated') return status;
  const wanted = [
    ...(pass > 0 ? [`${quantity(pass, 'more label')} that pass`] : []),
    ...(fail > 0 ? [`${quantity(fail, 'more label')} that fail`] : []),
  ];
  return `provisional, for want of ${wanted.join(' and ')}`;
}
