/** `goldset insights [units|cache|signals|failures|drift]`: what production costs and why that rose, what caches could save, what got worse, where to work, how inputs drift. */
import path from 'node:path';
import { readDrift } from '../../adapters/interactions/read-drift.ts';
import { readFailures } from '../../adapters/interactions/read-failures.ts';
import { readInsights, type InsightsJob } from '../../adapters/interactions/read-insights.ts';
import { hasAlarm, INSIGHT_KINDS } from '../../core/feedback/insights/insights.ts';
import type { ClickHouseSource } from '../../adapters/clickhouse/clickhouse-source.ts';
import { sourceDrift, sourceFailures, sourceInsights } from '../../adapters/clickhouse/source-looks.ts';
import { findRoot, openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { ALERT_RULES } from '../../core/feedback/insights/units/unit-alerts.ts';
import { didYouMean } from '../../core/problems/did-you-mean.ts';
import { GROUPINGS, type Grouping } from '../../core/feedback/insights/units/unit-insight.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import type { Arguments } from '../arguments.ts';
import { namedSource } from '../interactions/open-named-source.ts';
import { requireOwner } from '../trust/owner.ts';
import { driftText } from '../reporters/drift.ts';
import { failuresText } from '../reporters/failures.ts';
import { insightsText } from '../reporters/insights.ts';
import { stderr, stdout } from '../output.ts';

export async function insightsCommand(args: Arguments): Promise<number> {
  const [named, ...more] = args.paths;
  if (named === FAILURES && more.length === 0) return failuresCommand(args);
  if (named === DRIFT && more.length === 0) return driftCommand(args);
  const kind = INSIGHT_KINDS.find((item) => item === named);
  if (more.length > 0 || (named !== undefined && kind === undefined))
    throw new ConfigurationError(
      'usage',
      `Name one insight: ${[...INSIGHT_KINDS, FAILURES, DRIFT].join(', ')}. Without a name, ${INSIGHT_KINDS.join(', ')} are reported.`,
      'See: goldset help insights',
    );
  const given = args.text('by') ?? 'type';
  const slip = GROUPINGS.includes(given as Grouping) ? '' : didYouMean(given, GROUPINGS);
  // An attribute has any name, but one that is nearly a grouping is a slip.
  if (slip !== '') throw new ConfigurationError('usage', `--by must be ${GROUPINGS.join(', ')}, or an attribute such as tenant. ${slip}`);
  const by = GROUPINGS.find((item) => item === given) ?? { attribute: given };
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const source = await sourceNamed(args, root);
  const job = {
    root,
    kinds: kind === undefined ? INSIGHT_KINDS : [kind],
    by,
    since: sinceOf(args),
    rules: { ...ALERT_RULES, minUsd: args.number('min-usd') ?? ALERT_RULES.minUsd },
    lowScore: args.number('low-score'),
  };
  const { insights, notes } = await (source === null ? readInsights(job) : sourceInsights(source, job));
  for (const note of notes) stderr.write(`${note}\n`);
  if (args.flag('json')) stdout.json(insights);
  else stdout.write(`${insightsText(insights)}\n`);
  return args.flag('check') && hasAlarm(insights) ? 1 : 0;
}

const [FAILURES, DRIFT] = ['failures', 'drift'] as const;

async function sourceNamed(args: Arguments, root: string): Promise<ClickHouseSource | null> {
  if (args.text('source') === null) return null;
  await requireOwner(root, args, false);
  return namedSource(args, await openWorkspace(root));
}

async function failuresCommand(args: Arguments): Promise<number> {
  const by = args.text('by');
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const source = await sourceNamed(args, root);
  const job = { root, since: sinceOf(args), by };
  const { failures, notes } = await (source === null ? readFailures(job) : sourceFailures(source, job));
  for (const note of notes) stderr.write(`${note}\n`);
  if (args.flag('json')) stdout.json(failures);
  else stdout.write(`${failuresText(failures, by)}\n`);
  return 0;
}

/** Signals and scores by day are tested too: with `--check` they and the window share one budget of false alarms. */
async function driftCommand(args: Arguments): Promise<number> {
  const by = args.text('by');
  const store = args.text('store');
  const root = path.resolve(store ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const source = await sourceNamed(args, root);
  const job = { root, since: sinceOf(args), against: args.text('against'), by };
  const { drift, notes } = await (source === null ? readDrift(job) : sourceDrift(source, job));
  const signals: InsightsJob = {
    ...{ root, kinds: ['signals'], by: 'type', since: null, rules: ALERT_RULES, lowScore: args.number('low-score') },
  };
  const { insights, ...daily } = await (source === null ? readInsights(signals) : sourceInsights(source, signals));
  for (const note of [...notes, ...daily.notes]) stderr.write(`${note}\n`);
  const { worse, changed } = insights;
  if (args.flag('json')) stdout.json({ ...drift, daily: { worse, changed } });
  else stdout.write(`${driftText(drift, insights, by, placeOf(store, source))}\n`);
  return args.flag('check') && (drift.changes.length > 0 || hasAlarm(insights)) ? 1 : 0;
}

/** Where the commands that drift offers find the calls. */
const placeOf = (store: string | null, source: ClickHouseSource | null): string =>
  source !== null ? ` --source ${source.job.name}` : store === null ? '' : ` --store ${JSON.stringify(store)}`;

/** A day; null: all that is stored. */
function sinceOf(args: Arguments): string | null {
  const text = args.text('since');
  if (text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new ConfigurationError('usage', `--since must be a day such as 2026-11-01, not "${text}".`);
}
