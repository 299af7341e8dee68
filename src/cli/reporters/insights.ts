/** Insights as a person reads them in the terminal. */
import type { Insights } from '../../core/feedback/insights/insights.ts';
import { count, percent, quantity, usd } from '../../core/display/figures.ts';
import type { CacheInsight, PrefixCaching, ResponseCaching } from '../../core/feedback/insights/caches/cache-insight.ts';
import {
  alertSentence,
  causesSentence,
  lifetimeText,
  missesText,
  RISK_TEXTS,
  shareSentence,
  movedSentence,
  worseSentence,
} from '../../core/feedback/insights/insight-sentences.ts';
import { RISKS } from '../../core/feedback/insights/caches/response-replay.ts';
import type { SignalRate } from '../../core/feedback/insights/signals/signal-rate.ts';
import type { UnitAlert } from '../../core/feedback/insights/units/unit-alerts.ts';
import type { UnitInsight } from '../../core/feedback/insights/units/unit-insight.ts';

/** Days of the series that are printed. */
const DAYS = 14;

export function insightsText(insights: Insights): string {
  const { interactions, units, cache } = insights;
  if (interactions === 0) return 'No interactions stored in .goldset/interactions/. See docs/feedback.md for how to record them.';
  return [
    ...(units === null ? [] : [units.map(unitText).join('\n\n')]),
    ...(cache === null ? [] : [cacheText(cache)]),
    ...(insights.signals === null ? [] : [signalsText(insights)]),
  ].join('\n\n');
}

function unitText({ action, by, n, costPerActionUsd, interval, unknown, series, alerts, budget }: UnitInsight): string {
  const name = by === null ? action : `${action} · ${by}`;
  const range = interval === null ? '' : ` (95 %: ${usd(interval[0])} to ${usd(interval[1])})`;
  const lacking = unknown === 0 ? '' : `, ${count(unknown)} with unknown cost`;
  return [
    `${name}: ${usd(costPerActionUsd)} an action${range}, ${quantity(n, 'action')}${lacking}`,
    ...series
      .slice(-DAYS)
      .map(
        ({ day, n: actions, costPerActionUsd: cost, totalUsd }) =>
          `  ${day}  ${usd(cost).padStart(10)} an action  ${usd(totalUsd).padStart(10)} in all  ${count(actions).padStart(8)} actions`,
      ),
    ...(budget?.isExceeded === true
      ? [`  ! ${usd(budget.recentUsd)} an action in the last 7 days with data, above its budget of ${usd(budget.costUsd)} in goldset.yaml`]
      : []),
    ...alerts.map(alertText),
  ].join('\n');
}

function alertText(alert: UnitAlert): string {
  const why = causesSentence(alert);
  const whose = shareSentence(alert);
  return [`  ! ${alertSentence(alert)}`, ...[why, whose].filter((text) => text !== '').map((text) => `    ${text}`)].join('\n');
}

const cacheText = ({ responses, prefixes }: CacheInsight): string =>
  [...responses.map(responsesText), ...prefixes.map(prefixText)].join('\n\n');

function responsesText({ prompt, n, unusable, potential, risks }: ResponseCaching): string {
  const left = unusable === 0 ? '' : `; ${count(unusable)} of them have no cacheable request or answer`;
  if (n === unusable)
    return `${prompt}: ${quantity(n, 'call')} without a captured request and answer, so response caching can’t be evaluated.`;
  const found = RISKS.filter((risk) => risks[risk] > 0).map((risk) => `${count(risks[risk])} ${RISK_TEXTS[risk]}`);
  return [
    `${prompt}: what a response cache would save on ${quantity(n, 'call')}${left}`,
    ...potential.map(
      ({ key, lifetimeSeconds, hits, rate, savedUsd, savedSeconds }) =>
        `  ${key.padEnd(10)}  ${lifetimeText(lifetimeSeconds).padStart(7)}  ${percent(rate).padStart(7)} hits (${count(hits)})  ${usd(savedUsd).padStart(10)}  ${savedSeconds === null ? 'unknown time' : `${count(Math.round(savedSeconds))} s`}`,
    ),
    ...(found.length === 0 ? [] : [`  ! Of the exact hits, ${found.join(', ')}: a cached answer could be wrong there.`]),
  ].join('\n');
}

function prefixText(prefix: PrefixCaching): string {
  const { version, model, n, input, predicted, reported, lostUsd } = prefix;
  const share = (tokens: number): number | null => (input === 0 ? null : tokens / input);
  const lost = lostUsd === null || lostUsd === 0 ? '' : `, ${usd(lostUsd)} lost`;
  return [
    `${version} · ${model}: the provider's cache served ${percent(share(reported))} of the input of ${quantity(n, 'call')}; ${percent(share(predicted))} expected${lost}`,
    ...(prefix.misses.length === 0 ? [] : [`  misses: ${missesText(prefix)}`]),
  ].join('\n');
}

function signalsText({ interactions, signals, worse, changed }: Insights): string {
  const rates = signals ?? [];
  if (rates.length === 0 && (changed ?? []).length === 0) return `${quantity(interactions, 'interaction')}, no signals.`;
  const names = [...new Set(rates.map(({ signal }) => signal))];
  return [
    ...names.flatMap((name) => [name, ...rates.filter(({ signal }) => signal === name).map(rateText)]),
    ...(worse ?? []).map((change) => `! ${worseSentence(change)}`),
    ...(changed ?? []).map((change) => `! ${movedSentence(change)}`),
  ].join('\n');
}

function rateText({ prompt, version, model, by, n, count: seen, rate, interval: [low, high] }: SignalRate): string {
  const name = `${prompt}${version === null ? '' : `@${version}`}${model === null ? '' : ` · ${model}`}${by === undefined ? '' : ` · ${by.attribute} ${by.value}`}`;
  return `  ${percent(rate).padStart(7)}  ${count(seen)} of ${count(n)}  (95 %: ${percent(low)} to ${percent(high)})  ${name}`;
}
