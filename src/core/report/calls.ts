/** What a run asked and paid, in one line. */
import { count, usd } from '../display/figures.ts';
import type { RunReport } from '../run/report.ts';

export function callsText({ calls, spend }: RunReport): string {
  const { asked, reused, resumed } = calls;
  const parts = [
    `${count(asked)} sent`,
    ...(reused > 0 ? [`${count(reused)} reused and regraded`] : []),
    ...(resumed > 0 ? [`${count(resumed)} of these before the interruption`] : []),
    `spend ${usd(spend.usd)}${spend.cap === null ? '' : ` of ${usd(spend.cap)}`}`,
    ...(spend.unconfirmedUsd > 0 ? [`at most ${usd(spend.unconfirmedUsd)} more for calls whose cost is not known`] : []),
  ];
  return parts.join(', ');
}
