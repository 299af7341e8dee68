/** `goldset insights units`: what user actions cost in production, over time, and when one became dearer and why. */
import path from 'node:path';
import { InteractionFiles } from '../../adapters/storage/interactions/interaction-files.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { ALERT_RULES, type UnitAlert } from '../../core/feedback/unit-alerts.ts';
import { callFacts } from '../../core/feedback/unit-cost.ts';
import { GROUPINGS, UnitInsights, type UnitInsight } from '../../core/feedback/unit-insight.ts';
import { count, usd } from '../../core/figures.ts';
import { plainText } from '../../core/plain-text.ts';
import type { Arguments } from '../arguments.ts';

/** Days of the series that are printed. */
const DAYS = 14;

export function insightsCommand(args: Arguments): Promise<number> {
  const [kind, ...more] = args.paths;
  if (kind !== 'units' || more.length > 0) throw new ConfigurationError('usage', 'Say which insight: units.', 'See: goldset help insights');
  const by = GROUPINGS.find((item) => item === (args.text('by') ?? 'type'));
  if (by === undefined)
    throw new ConfigurationError('usage', `--by must be one of ${GROUPINGS.join(', ')}, not "${args.text('by') ?? ''}".`);
  const since = sinceOf(args);
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  const insights = new UnitInsights();
  const { interactions, refused } = new InteractionFiles(root).read(since, (interaction) => insights.add(callFacts(interaction)));
  if (refused.count > 0) process.stderr.write(plainText(`${count(refused.count)} lines are no interactions: ${refused.first ?? ''}\n`));
  const units = insights.list(by, { ...ALERT_RULES, minUsd: args.number('min-usd') ?? ALERT_RULES.minUsd });
  if (args.flag('json')) {
    process.stdout.write(`${JSON.stringify({ schema: 'goldset.insights/1', window: insights.window, interactions, units }, null, 2)}\n`);
  } else process.stdout.write(plainText(`${textOf(units, interactions)}\n`));
  return Promise.resolve(0);
}

/** A day; null: all that is stored. */
function sinceOf(args: Arguments): string | null {
  const text = args.text('since');
  if (text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new ConfigurationError('usage', `--since must be a day such as 2026-11-01, not "${text}".`);
}

function textOf(units: readonly UnitInsight[], interactions: number): string {
  if (interactions === 0) return 'No interaction is stored here. They are lines of .goldset/interactions/DAY.jsonl; see docs/feedback.md.';
  return units.map(unitText).join('\n\n');
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
