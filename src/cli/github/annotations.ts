/** Workflow commands that GitHub shows beside the changed files. */
import { quantity } from '../../core/display/figures.ts';
import type { RunReport } from '../../core/run/report.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';

/** Of each kind GitHub shows so many per step. */
const MOST = 10;

export function annotations({ candidates, comparisons, verdict, stopped }: RunReport): string[] {
  const lines = comparisons.flatMap((comparison) => {
    if (comparison.verdict === 'pass') return [];
    const level = comparison.verdict === 'fail' ? 'error' : 'warning';
    return [command(level, comparison.prompt, `Goldset: ${comparison.verdict}`, comparison.reason)];
  });
  for (const { prompt, unjudged, cases } of candidates.filter((candidate) => candidate.unjudged > 0))
    lines.push(
      command(
        'warning',
        prompt.path,
        'Goldset: unjudged',
        `${unjudged} of ${quantity(cases, 'case')} check nothing and do not count as passed.`,
      ),
    );
  if (stopped !== null) lines.push(command('warning', null, 'Goldset: incomplete', stopped.message));
  if (lines.length === 0 && verdict !== 'pass') lines.push(command('error', null, 'Goldset', `The run's verdict is ${verdict}.`));
  return lines.slice(0, MOST);
}

/** A warning that belongs to no file. */
export const warningCommand = (message: string): string => command('warning', null, 'Goldset', message);

function command(level: 'error' | 'warning', file: string | null, title: string, message: string): string {
  const place = file === null ? '' : `file=${property(file)},line=1,`;
  return `::${level} ${place}title=${property(title)}::${data(message)}`;
}

/** Line breaks and colons would begin another command. */
const data = (text: string): string =>
  visibleControls(text)
    .replace(/%/g, '%25')
    .replace(/\r/g, '%0D')
    .replace(/\n/g, '%0A')
    .replace(/##(?=\[)/g, '#\u200b#');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
