/** What `goldset judge run` says when its verdicts are stored, at once or by batch. */
import { quantity } from '../../core/display/figures.ts';
import type { Judging } from '../../adapters/batch/stored-plan.ts';
import type { JudgedVerdicts } from '../../core/feedback/signals/judged-verdicts.ts';
import type { Arguments } from '../arguments.ts';
import { stdout } from '../output.ts';
import { EXIT_INTERRUPTED } from '../run/run-modes.ts';

/** `code`: that of the run. Gives that of the command: a fail is what was looked for. */
export function tellJudged(
  { judge, criterion }: Pick<Judging, 'judge' | 'criterion'>,
  verdicts: JudgedVerdicts,
  code: number,
  args: Arguments,
): number {
  const { followUps, failed, without, reason } = verdicts;
  if (args.flag('json'))
    stdout.json({ schema: 'goldset.judged/1', judge, criterion, judged: followUps.length, failed, withoutVerdict: without });
  else
    stdout.write(
      `${quantity(followUps.length, 'verdict')} stored: ${followUps.length - failed} pass, ${failed} fail${without === 0 ? '' : `; ${without} without a verdict: ${reason}`}.\nLook at a sample of them: goldset review --week\n`,
    );
  return code === EXIT_INTERRUPTED || code === 4 ? code : followUps.length === 0 ? 4 : 0;
}
