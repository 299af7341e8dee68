/** What a run asked and paid, in one line. */
import { count, usd } from '../figures.ts';
import type { RunReport } from '../run/report.ts';

export function callsText({ calls, spend }: RunReport): string {
  const { asked, reused, resumed } = calls;
  const parts = [
    `${count(asked)} asked`,
    ...(reused > 0 ? [`${count(reused)} reused and graded anew`] : []),
    ...(resumed > 0 ? [`of all that ${count(resumed)} before the interruption`] : []),
    `spend ${usd(spend.usd)}${spend.cap === null ? '' : ` of ${usd(spend.cap)}`}`,
    ...(spend.unconfirmedUsd > 0 ? [`at most ${usd(spend.unconfirmedUsd)} more for calls that broke off`] : []),
  ];
  return parts.join(', ');
}
