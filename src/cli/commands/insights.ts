/** `goldset insights [units|cache|signals|failures|drift]`: what production costs and why that rose, what caches could save, what got worse, where to work, how inputs drift. */
import path from 'node:path';
import { readDrift } from '../../adapters/interactions/read-drift.ts';
import { readFailures } from '../../adapters/interactions/read-failures.ts';
import { readInsights } from '../../adapters/interactions/read-insights.ts';
import { hasAlarm, INSIGHT_KINDS } from '../../core/feedback/insights/insights.ts';
import type { ClickHouseSource } from '../../adapters/clickhouse/clickhouse-source.ts';
import { ALL_BUCKETS } from '../../adapters/clickhouse/row-queries.ts';
import { newestFirst, sampleFor } from '../../adapters/clickhouse/source-calls.ts';
import { SourceDays, windowSince } from '../../adapters/clickhouse/source-days.ts';
import { sourceSums } from '../../adapters/clickhouse/open-source.ts';
import type { RollupFiles } from '../../adapters/interactions/rollup-files.ts';
import { findRoot, openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { percent } from '../../core/figures.ts';
import type { StoredLine } from '../../core/feedback/interactions/interaction.ts';
import { ALERT_RULES } from '../../core/feedback/insights/units/unit-alerts.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { GROUPINGS, type Grouping } from '../../core/feedback/insights/units/unit-insight.ts';
import { settleDataFolder } from '../data-folder-question.ts';
import type { Arguments } from '../arguments.ts';
import { namedSource } from '../open-named-source.ts';
import { requireOwner } from '../owner.ts';
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
  const source = await sourceOf(args, root);
  const { insights, notes } = await readInsights({
    root,
    ...(source === null ? {} : { source }),
    kinds: kind === undefined ? INSIGHT_KINDS : [kind],
    by,
    since: sinceOf(args),
    rules: { ...ALERT_RULES, minUsd: args.number('min-usd') ?? ALERT_RULES.minUsd },
    lowScore: args.number('low-score'),
  });
  for (const note of [...notes, ...(source?.notes() ?? [])]) stderr.write(`${note}\n`);
  if (args.flag('json')) stdout.json(insights);
  else stdout.write(`${insightsText(insights)}\n`);
  return args.flag('check') && hasAlarm(insights) ? 1 : 0;
}

const [FAILURES, DRIFT] = ['failures', 'drift'] as const;

interface SummedSource {
  readonly days: SourceDays;
  readonly stored: RollupFiles;
  readonly notes: () => readonly string[];
}

async function sourceNamed(args: Arguments, root: string): Promise<ClickHouseSource | null> {
  if (args.text('source') === null) return null;
  await requireOwner(root, args, false);
  return namedSource(args, await openWorkspace(root));
}

/** Null: none is named. */
async function sourceOf(args: Arguments, root: string): Promise<SummedSource | null> {
  const source = await sourceNamed(args, root);
  if (source === null) return null;
  const days = await SourceDays.of(root, source, windowSince(sinceOf(args), Date.now()));
  const stored = sourceSums(root, source);
  const renewed = days.renew(stored);
  return { days, stored, notes: () => [...renewed, ...source.refusedNote(days.reader)] };
}

async function failuresCommand(args: Arguments): Promise<number> {
  const by = args.text('by');
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const sampled = await sampledLines(args, root);
  const { failures, notes } = await readFailures({ root, since: sinceOf(args), by, ...(sampled === null ? {} : { lines: sampled.lines }) });
  for (const note of [...notes, ...(sampled?.notes() ?? [])]) stderr.write(`${note}\n`);
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
  const { drift, notes } = await readDrift({ root, since: sinceOf(args), against: args.text('against'), by });
  const { insights, ...daily } = await readInsights({
    ...{ root, kinds: ['signals'], by: 'type', since: null, rules: ALERT_RULES, lowScore: args.number('low-score') },
  });
  for (const note of [...notes, ...daily.notes]) stderr.write(`${note}\n`);
  const { worse, changed } = insights;
  if (args.flag('json')) stdout.json({ ...drift, daily: { worse, changed } });
  else stdout.write(`${driftText(drift, insights, by, store === null ? '' : ` --store ${JSON.stringify(store)}`)}\n`);
  return args.flag('check') && (drift.changes.length > 0 || hasAlarm(insights)) ? 1 : 0;
}

/** Rows of a store that a look at failures reads: of more, those of a part of the traces. */
const MOST_SAMPLED = 50_000;

/** Null: no source is named. */
async function sampledLines(
  args: Arguments,
  root: string,
): Promise<{ readonly lines: AsyncIterable<StoredLine>; readonly notes: () => readonly string[] } | null> {
  const source = await sourceNamed(args, root);
  if (source === null) return null;
  const since = sinceOf(args);
  const range = { ...windowSince(since, Date.now()), ...(since === null ? {} : { from: Date.parse(since) }) };
  const hours = await source.rowsByHour(range);
  const sample = sampleFor(source, hours, MOST_SAMPLED);
  const reader = source.reader(sample);
  const share =
    sample === null ? [] : [`Read from a sample of ${percent(sample.buckets / ALL_BUCKETS)} of the traces, drawn by a hash of their ids.`];
  return { lines: newestFirst(source, reader, hours, range), notes: () => [...share, ...source.refusedNote(reader)] };
}

/** A day; null: all that is stored. */
function sinceOf(args: Arguments): string | null {
  const text = args.text('since');
  if (text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new ConfigurationError('usage', `--since must be a day such as 2026-11-01, not "${text}".`);
}
