/** `goldset insights [units|cache|signals]`: what production costs and why that rose, what caches could save, what got worse. */
import path from 'node:path';
import { readInsights } from '../../adapters/interactions/read-insights.ts';
import { hasAlarm, INSIGHT_KINDS } from '../../core/feedback/insights/insights.ts';
import { findRoot } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { ALERT_RULES } from '../../core/feedback/insights/units/unit-alerts.ts';
import { GROUPINGS } from '../../core/feedback/insights/units/unit-insight.ts';
import { settleDataFolder } from '../data-folder-question.ts';
import { optionChoice, type Arguments } from '../arguments.ts';
import { insightsText } from '../reporters/insights.ts';
import { stderr, stdout } from '../output.ts';

export async function insightsCommand(args: Arguments): Promise<number> {
  const [given, ...more] = args.paths;
  const kind = INSIGHT_KINDS.find((item) => item === given);
  if (more.length > 0 || (given !== undefined && kind === undefined))
    throw new ConfigurationError(
      'usage',
      `Name one insight: ${INSIGHT_KINDS.join(', ')}. Without a name, all are reported.`,
      'See: goldset help insights',
    );
  const by = optionChoice(args, 'by', GROUPINGS) ?? 'type';
  const root = path.resolve(args.text('store') ?? findRoot(process.cwd()));
  await settleDataFolder(root, 'needed');
  const { insights, notes } = await readInsights({
    root,
    kinds: kind === undefined ? INSIGHT_KINDS : [kind],
    by,
    since: sinceOf(args),
    rules: { ...ALERT_RULES, minUsd: args.number('min-usd') ?? ALERT_RULES.minUsd },
    lowScore: args.number('low-score'),
  });
  for (const note of notes) stderr.write(`${note}\n`);
  if (args.flag('json')) stdout.json(insights);
  else stdout.write(`${insightsText(insights)}\n`);
  return args.flag('check') && hasAlarm(insights) ? 1 : 0;
}

/** A day; null: all that is stored. */
function sinceOf(args: Arguments): string | null {
  const text = args.text('since');
  if (text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new ConfigurationError('usage', `--since must be a day such as 2026-11-01, not "${text}".`);
}
