/** `goldset interactions [FILTER…]`: stored interactions in the terminal, as the inbox lists them. */
import path from 'node:path';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import type { ListedInteraction } from '../../adapters/interactions/interaction-reader.ts';
import { findRoot, openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { count, quantity } from '../../core/figures.ts';
import { readFilter } from '../../core/feedback/interactions/filter-text.ts';
import { stateOf } from '../../core/feedback/interactions/interaction-query.ts';
import { settleDataFolder } from '../data-folder-question.ts';
import type { Arguments } from '../arguments.ts';
import { interactionLines } from '../reporters/interactions.ts';
import { stderr, stdout } from '../output.ts';
import { withStoredName } from './golden.ts';

/** Interactions that are listed without --limit. */
const SHOWN = 50;

export async function interactionsCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const since = args.text('since');
  const typed = readFilter([...args.paths, ...(since === null ? [] : [`from=${since}`])]);
  if ('problem' in typed) throw new ConfigurationError('usage', typed.problem, 'See: goldset help interactions');
  const golden = findRoot(process.cwd());
  const root = path.resolve(args.text('store') ?? golden);
  await settleDataFolder(root, 'needed');
  const most = args.count('limit', SHOWN);
  const job = { root, golden, isKept: true, declared: (await openWorkspace(root)).config.signals };
  const filter = await withStoredName(typed.filter, job, evaluator);
  const found = await evaluator.interactions({ ...job, query: { kind: 'find', filter, from: 0, to: most } });
  if (found?.kind !== 'found') return 0;
  const rows = typed.id === null ? found.rows : found.rows.filter(({ id }) => id === typed.id);
  const total = typed.id === null ? found.total : rows.length;
  const { refused } = found;
  if (refused.count > 0) stderr.write(`${quantity(refused.count, 'line was', 'lines were')} not read. The first: ${refused.first ?? ''}\n`);
  if (args.flag('json'))
    stdout.json({ schema: 'goldset.interactions/1', total, isWhole: found.isDone, refused, interactions: rows.map(shownAsJson) });
  else if (rows.length === 0) stdout.write('No stored interaction matches this filter. `goldset interactions all` lists every one.\n');
  else {
    stdout.write(interactionLines(rows, stdout.isTTY ? (stdout.columns ?? null) : null));
    const more = found.isDone ? '' : ' or more';
    if (rows.length < total || !found.isDone) stdout.write(`The newest ${count(rows.length)} of ${count(total)}${more} (--limit).\n`);
  }
  return 0;
}

/** Unknown is null. */
const shownAsJson = (row: ListedInteraction): object => ({
  id: row.id,
  time: row.time,
  title: row.asked,
  output: row.answered,
  state: stateOf(row),
  reason: row.reason,
  decisions: row.decisions ?? [],
  signals: row.signals,
  prompt: row.prompt,
  version: row.version,
  model: row.model,
  action: row.action,
  costUsd: row.costUsd,
});
