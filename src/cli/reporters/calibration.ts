/** A calibration in the terminal: what the judge gets right, and what its pass rate becomes. */
import type { CalibrationRecord, UnusedLabels } from '../../core/judge/calibration/calibration-record.ts';
import { quantity } from '../../core/display/figures.ts';
import type { RateEstimate } from '../../core/statistics/corrected-rate.ts';

export function calibrationLines(judge: string, calibrations: readonly CalibrationRecord[], unused: UnusedLabels): string {
  const parts = calibrations.map(linesOf);
  const left = unused.notBlind + unused.unknown;
  const note =
    left === 0
      ? ''
      : `${quantity(left, 'label')} left out: ${unused.notBlind} given after seeing the verdict, ${unused.unknown} unknown.\n`;
  return `${judge}\n${parts.join('')}${note}`;
}

function linesOf(record: CalibrationRecord): string {
  const { criterion, judge, status, items, leftOut, tpr, tnr, kappa, ac1, agreement, prevalence, corrected, betweenPeople } = record;
  const { repeatability, positionConsistency } = record;
  const lines = [
    `${criterion.type} ${criterion.hash.slice(0, 8)}, prompt ${judge.version.slice(0, 8)}, ${judge.model}: ${statusText(record)}`,
    `${quantity(items, 'output')} labelled, ${SAMPLING[record.sampling]}${leftOut === 0 ? '' : `; ${leftOut} more, drawn another way, not counted`}`,
    `passes ${rate(tpr)} of what people pass; fails ${rate(tnr)} of what people fail`,
    `agreement ${percent(agreement)}, beyond chance: kappa ${kappa === null ? 'not defined' : kappa.toFixed(2)}, AC1 ${ac1.toFixed(2)}; people pass ${percent(prevalence)}`,
    ...(corrected === null || status === 'refused'
      ? []
      : [`pass rate ${rate(corrected)}; the judge alone says ${percent(corrected.raw)} (${METHODS[corrected.method]})`]),
    ...(betweenPeople === null
      ? []
      : [`two people agree in ${percent(betweenPeople.agreement)} of ${quantity(betweenPeople.pairs, 'pair')}`]),
    ...(repeatability === null ? [] : [`graded alike ${percent(repeatability)} of the time, when it was sent an output twice`]),
    ...(positionConsistency === null ? [] : [`the same winner in both orders in ${percent(positionConsistency)} of its comparisons`]),
  ];
  return lines.map((line, i) => `${i === 0 ? '  ' : '    '}${line}\n`).join('');
}

const SAMPLING = { 'by-verdict': 'drawn by the judge’s verdict', random: 'a random sample', chosen: 'chosen by people' } as const;
const METHODS = { 'by-verdict': 'weighted by verdict', direct: 'counted directly', 'ppi++': 'PPI++' } as const;

function statusText({ status, missing, refusal }: CalibrationRecord): string {
  if (refusal !== null) return `refused. ${refusal}`;
  if (status === 'calibrated') return 'calibrated';
  const wanted = [missing.pass > 0 ? `${missing.pass} more that pass` : '', missing.fail > 0 ? `${missing.fail} more that fail` : ''];
  return `provisional: label ${wanted.filter((text) => text !== '').join(' and ')}`;
}

const percent = (value: number): string => `${Math.round(100 * value)} %`;
const rate = (estimate: RateEstimate | null): string =>
  estimate === null
    ? 'an unknown share'
    : `${percent(estimate.value)} (likely ${Math.round(100 * estimate.low)}–${percent(estimate.high)})`;
