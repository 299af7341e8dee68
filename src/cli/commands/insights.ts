/** `goldset insights units|signals`: what user actions cost in production and why one became dearer; what signals say, and what got worse. */
import path from 'node:path';
import { InteractionFiles } from '../../adapters/storage/interactions/interaction-files.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { ALERT_RULES, type UnitAlert } from '../../core/feedback/unit-alerts.ts';
import { callFacts } from '../../core/feedback/unit-cost.ts';
import { GROUPINGS, UnitInsights, type UnitInsight } from '../../core/feedback/unit-insight.ts';
import { SignalInsights, type SignalInsight, type SignalRate } from '../../core/feedback/signal-insight.ts';
import { count, percent, usd } from '../../core/figures.ts';
import { plainText } from '../../core/plain-text.ts';
import type { Arguments } from '../arguments.ts';

/** Days of the series that are printed. */
const DAYS = 14;

export function insightsCommand(args: Arguments): Promise<number> {
  const [kind, ...more] = args.paths;
  if ((kind !== 'units' && kind !== 'signals') || more.length > 0)
    throw new ConfigurationError('usage', 'Say which insight: units or signals.', 'See: goldset help insights');
  const by = GROUPINGS.find((item) => item === (args.text('by') ?? 'type'));
  if (by === undefined)
    throw new ConfigurationError('usage', `--by must be one of ${GROUPINGS.join(', ')}, not "${args.text('by') ?? ''}".`);
  const files = new InteractionFiles(path.resolve(args.text('store') ?? findRoot(process.cwd())));
  const since = sinceOf(args);
  const units = new UnitInsights();
  const signals = kind === 'signals' ? new SignalInsights({ lowScore: args.number('low-score') }) : null;
  const { interactions, refused } = files.read(since, (line) => {
    if (!('interaction' in line)) return;
    units.add(callFacts(line.interaction));
    signals?.add(line.interaction);
  });
  if (refused.count > 0) process.stderr.write(plainText(`${count(refused.count)} lines are no interactions: ${refused.first ?? ''}\n`));
  const { window } = units;
  const head = { schema: 'goldset.insights/1', window, interactions };
  if (signals !== null) {
    const insight = signals.insight();
    print(args.flag('json') ? { ...head, signals: insight.rates, worse: insight.worse } : signalsText(insight, interactions));
  } else {
    const found = units.list(by, { ...ALERT_RULES, minUsd: args.number('min-usd') ?? ALERT_RULES.minUsd });
    print(args.flag('json') ? { ...head, units: found } : unitsText(found, interactions));
  }
  return Promise.resolve(0);
}

function print(what: object | string): void {
  process.stdout.write(typeof what === 'string' ? plainText(`${what}\n`) : `${JSON.stringify(what, null, 2)}\n`);
}

/** A day; null: all that is stored. */
function sinceOf(args: Arguments): string | null {
  const text = args.text('since');
  if (text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new ConfigurationError('usage', `--since must be a day such as 2026-11-01, not "${text}".`);
}

const NOTHING = 'No interaction is stored here. They are lines of .goldset/interactions/DAY.jsonl; see docs/feedback.md.';

const unitsText = (units: readonly UnitInsight[], interactions: number): string =>
  interactions === 0 ? NOTHING : units.map(unitText).join('\n\n');

function signalsText({ rates, worse }: SignalInsight, interactions: number): string {
  if (interactions === 0) return NOTHING;
  if (rates.length === 0) return `${count(interactions)} interactions, and none has a signal.`;
  const names = [...new Set(rates.map(({ signal }) => signal))];
  return [
    ...names.flatMap((name) => [name, ...rates.filter(({ signal }) => signal === name).map(rateText)]),
    ...worse.map(
      ({ signal, prompt, from, to, at, before, after, p }) =>
        `! ${prompt}: ${signal} ${percent(before.rate)} → ${percent(after.rate)} since ${at.slice(0, 10)}, version ${from ?? '?'} → ${to ?? '?'} (p = ${p.toPrecision(1)})`,
    ),
  ].join('\n');
}

function rateText({ prompt, version, model, n, count: seen, rate, interval: [low, high] }: SignalRate): string {
  const name = `${prompt}${version === null ? '' : `@${version}`}${model === null ? '' : ` · ${model}`}`;
  return `  ${percent(rate).padStart(7)}  ${count(seen)} of ${count(n)}  (95 %: ${percent(low)} to ${percent(high)})  ${name}`;
}

function unitText({ action, by, n, costPerActionUsd, interval, unknown, series, alerts }: UnitInsight): string {
  const name = by === null ? action : `${action} · ${by}`;
  const range = interval === null ? '' : ` (95 %: ${usd(interval[0])} to ${usd(interval[1])})`;
  const lacking = unknown === 0 ? '' : `, ${count(unknown)} of unknown cost`;
  const days = series.slice(-DAYS);
  return [
    `${name}: ${usd(costPerActionUsd)} an action${range}, ${count(n)} actions${lacking}`,
    ...days.map(
      ({ day, n: actions, costPerActionUsd: cost, totalUsd }) =>
        `  ${day}  ${usd(cost).padStart(10)} an action  ${usd(totalUsd).padStart(10)} in all  ${count(actions).padStart(8)} actions`,
    ),
    ...alerts.map(alertText),
  ].join('\n');
}

function alertText({ at, from, to, ratio, low, high, p, usdAtStake, causes }: UnitAlert): string {
  const versions = from === to || from === null || to === null ? '' : `, ${from} → ${to}`;
  const why = causes
    .filter((cause) => Math.abs(Math.log(cause.ratio)) > 0.05)
    .map((cause) => `${cause.factor} × ${cause.ratio.toFixed(2)}`);
  return [
    `  ! ${ratio.toFixed(1)} times as dear since ${at.slice(0, 10)}${versions} (95 %: ${low.toFixed(1)} to ${high.toFixed(1)}, p = ${p.toPrecision(1)}), about ${usd(usdAtStake)} in 30 days`,
    ...(why.length === 0 ? [] : [`    by ${why.join(', ')}`]),
  ].join('\n');
}
