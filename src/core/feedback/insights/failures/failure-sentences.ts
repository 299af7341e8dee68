/** Failures in words, for the terminal, the page and reports. */
import { count, percent, quantity } from '../../../display/figures.ts';
import type { CauseShare } from './failure-causes.ts';
import type { FailureCause } from './failure.ts';
import type { FailureCluster, Failures } from './failures.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export const CAUSE_WORDS: Readonly<Record<FailureCause, string>> = {
  retrieval: 'retrieval',
  content: 'wrong despite good passages',
  refusal: 'refused',
  tool: 'tool',
  format: 'format',
  truncated: 'cut off',
  other: 'other',
  none: 'no fault found',
};

/** `Where to work, 2–22 Nov: 302 rejected answers, 50 reviewed: retrieval 62 % (48–74), refused 8 %, …`. */
export function whereToWork({ window, flagged, reviewed, causes }: Failures): string {
  if (window === null || flagged === 0) return 'No rejected answers.';
  const rest = 1 - causes.reduce((sum, { share }) => sum + share, 0);
  const parts = [
    ...[...causes].sort((a, b) => Number(a.cause === 'none') - Number(b.cause === 'none')).map((cause, i) => causeText(cause, i === 0)),
    ...(rest > 0.005 && reviewed === 0 ? [`not reviewed ${whole(rest)} %`] : []),
  ];
  return `Where to work, ${daysText(window)}: ${quantity(flagged, 'rejected answer')}, ${count(reviewed)} reviewed${parts.length === 0 ? '' : `: ${parts.join(', ')}`}.`;
}

const whole = (share: number): number => Math.round(100 * share);

function causeText({ cause, share, interval: [low, high] }: CauseShare, withInterval: boolean): string {
  const range = withInterval && high > low ? ` (${whole(low)}–${whole(high)})` : '';
  return `${CAUSE_WORDS[cause]} ${whole(share)} %${range}`;
}

/** `2–22 Nov`, `28 Oct–3 Nov`, in UTC as all days of insights are. */
export function daysText({ from, to }: { readonly from: string; readonly to: string }): string {
  const day = (text: string): string => String(Number(text.slice(8, 10)));
  const month = (text: string): string => MONTHS[Number(text.slice(5, 7)) - 1] ?? '';
  if (from === to) return `${day(to)} ${month(to)}`;
  if (from.slice(0, 7) === to.slice(0, 7)) return `${day(from)}–${day(to)} ${month(to)}`;
  return `${day(from)} ${month(from)}–${day(to)} ${month(to)}`;
}

/** Where one topic is, in one line: `tenant acme 60 % (10 % of calls)`; empty: nothing stands out. */
export const standsOutText = ({ by }: Pick<FailureCluster, 'by'>): string =>
  by
    .filter(({ standsOut }) => standsOut)
    .map(({ name, value, share, ofCalls }) => `${name} ${value} ${percent(share)} (${percent(ofCalls)} of calls)`)
    .join(', ');

/** `growing: 4.8 times the failures per call`; empty: steady. */
export function trendText({ trend, growth }: Pick<FailureCluster, 'trend' | 'growth'>): string {
  if (trend === 'steady') return '';
  return growth === null || trend === 'gone' ? trend : `${trend}: ${growth.toFixed(1)} times the failures per call`;
}

export function clusterCauseText({ cause }: Pick<FailureCluster, 'cause'>): string {
  if (cause === null) return 'cause not reviewed';
  if (cause.basis === 'signature') return `${CAUSE_WORDS[cause.cause]} (by the record)`;
  const [low, high] = cause.interval;
  return `${CAUSE_WORDS[cause.cause]} ${whole(cause.share)} % (${whole(low)}–${whole(high)}, ${quantity(cause.n, `${cause.basis} one`)})`;
}
