/** Insights in words, for the terminal and the page. */
import { count, percent, quantity, usd } from '../../display/figures.ts';
import type { PrefixCaching } from './caches/cache-insight.ts';
import type { Insights } from './insights.ts';
import type { Risk } from './caches/response-replay.ts';
import type { ChangedScore } from './signals/score-tests.ts';
import type { WorseSignal } from './signals/signal-tests.ts';
import type { UnitAlert } from './units/unit-alerts.ts';

/** A factor that is smaller is not worth a word. */
const NOTEWORTHY = 0.05;

/** The most important thing, in one sentence. It claims what was tested, and no more. */
export function headline({ interactions, units, worse, changed, tested }: Insights): string {
  const alerted = (units ?? []).flatMap(({ action, alerts }) => alerts.map((alert) => ({ action, alert })));
  const [first, ...others] = alerted.sort((a, b) => b.alert.usdAtStake - a.alert.usdAtStake);
  if (first !== undefined) {
    const rest = others.length === 0 ? '' : ` ${count(others.length)} more got more expensive.`;
    return `${riseOf(first.action, first.alert)} before ${first.alert.at.slice(0, 10)}: about ${usd(first.alert.usdAtStake)} more in 30 days.${rest}`;
  }
  const over = (units ?? []).find(({ budget }) => budget?.isExceeded === true);
  if (over?.budget) return `One ${over.action} costs ${usd(over.budget.recentUsd)}, above its budget of ${usd(over.budget.costUsd)}.`;
  const [change] = worse ?? [];
  if (change !== undefined) return `${worseSentence(change)}.`;
  const [moved] = changed ?? [];
  if (moved !== undefined) return `${movedSentence(moved)}.`;
  return `${quietSentence(tested)} (${quantity(interactions, 'interaction')}).`;
}

/** Which of the two rose. */
const riseOf = (action: string, { rose, ratio }: UnitAlert): string =>
  rose === 'both'
    ? `One ${action} costs ${times(ratio)} what it did`
    : rose === 'mean'
      ? `The mean cost of one ${action} is ${times(ratio)} what it was`
      : `A typical ${action} costs ${times(ratio)} what it did`;

/** What no alarm means: nothing large enough to be told from what days and users differ anyway, where that could be tested. */
function quietSentence({ actions, signals, scores }: Insights['tested']): string {
  const all = [
    ...((actions ?? 0) > 0 ? [`the mean and typical cost of ${quantity(actions ?? 0, 'type of action', 'types of action')}`] : []),
    ...((signals ?? 0) > 0 ? [quantity(signals ?? 0, 'signal')] : []),
    ...((scores ?? 0) > 0 ? [quantity(scores ?? 0, 'score')] : []),
  ];
  return all.length === 0
    ? 'There are too few days or calls to test for changes'
    : `No change for the worse was found in ${all.join(' and ')}, compared with the weeks before`;
}

export const times = (ratio: number): string => `${ratio.toFixed(1)}×`;

/** What changed, when, and how sure that is: which of mean and typical action rose, and what the other one did. */
export function alertSentence({ at, from, to, rose, mean, typical, p, usdAtStake }: UnitAlert): string {
  const versions = from === to || from === null || to === null ? '' : `, ${from} → ${to}`;
  const range = ({ ratio, low, high }: UnitAlert['mean']): string => `${times(ratio)}, 95 %: ${low.toFixed(1)} to ${high.toFixed(1)}`;
  const [first, other] = rose === 'typical' ? [typical, `mean ${range(mean)}`] : [mean, `typical action ${range(typical)}`];
  const what = { both: 'the cost', mean: 'the mean cost', typical: 'the cost of a typical action' }[rose];
  const sure = `95 %: ${first.low.toFixed(1)} to ${first.high.toFixed(1)}; ${other}; ${chance(p)}`;
  return `${times(first.ratio)} ${what} since ${at.slice(0, 10)}${versions} (${sure}), about ${usd(usdAtStake)} more in 30 days`;
}

/** `by cache share × 2.97, calls per action × 0.94`; empty: no factor stands out. */
export function causesSentence({ causes }: Pick<UnitAlert, 'causes'>): string {
  const why = causes
    .filter(({ ratio }) => Math.abs(Math.log(ratio)) > NOTEWORTHY)
    .map(({ factor, ratio }) => `${factor} × ${ratio.toFixed(2)}`);
  return why.length === 0 ? '' : `by ${why.join(', ')}`;
}

/** `tenant acme: 21 % of the actions since then, 97 % of the rise`; empty: no value of an attribute stands out. */
export const shareSentence = ({ share }: Pick<UnitAlert, 'share'>, of: 'actions' | 'calls' = 'actions'): string =>
  share === undefined
    ? ''
    : `${share.attribute} ${share.value}: ${percent(share.ofActions)} of the ${of} since then (${count(share.actions)}), ${percent(share.ofRise)} of the rise`;

export const worseSentence = ({ signal, prompt, from, to, at, before, after, p, share }: WorseSignal): string =>
  `${prompt}: ${signal} ${percent(before.rate)} → ${percent(after.rate)} since ${at.slice(0, 10)}, ${
    from === to ? `within version ${to ?? '?'}` : `version ${from ?? '?'} → ${to ?? '?'}`
  } (${chance(p)})${share === undefined ? '' : `; ${shareSentence({ share }, 'calls')}`}`;

/** A score has no good side that Goldset knows: it moved. */
export const movedSentence = ({ score, prompt, from, to, at, before, after, moved, p }: ChangedScore): string =>
  `${prompt}: ${score} is ${moved}, median ${before.median} → ${after.median} since ${at.slice(0, 10)}, ${
    from === to ? `within version ${to ?? '?'}` : `version ${from ?? '?'} → ${to ?? '?'}`
  } (${count(after.n)} calls against ${count(before.n)}, ${chance(p)})`;

export const chance = (p: number): string => (p < 1e-300 ? 'p < 1e-300' : `p = ${p.toPrecision(1)}`);

export const lifetimeText = (seconds: number): string => (seconds < 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} d`);

/** Of hits of a response cache: what could be wrong with the answer that is given again. */
export const RISK_TEXTS: Readonly<Record<Risk, string>> = {
  differentChunks: 'had different retrieved chunks',
  differentUser: 'came from another user',
  differentAnswer: 'had a different answer',
  rejectedAnswer: 'had an answer that a user rejected',
};

/** `first call 1, prefix changed 114`. */
export const missesText = ({ misses }: PrefixCaching): string => misses.map(({ cause, calls }) => `${cause} ${count(calls)}`).join(', ');
