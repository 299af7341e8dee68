/** `goldset interactions [FILTER…]`: stored interactions in the terminal, as the inbox lists them. */
import path from 'node:path';
import { listSourced } from '../../adapters/clickhouse/source-calls.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { findRoot, openWorkspace } from '../../adapters/workspace/root.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { readFilter, type TypedFilter } from '../../core/feedback/interactions/filter-text.ts';
import { stateOf, type InteractionBrief } from '../../core/feedback/interactions/interaction-query.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import type { Arguments } from '../arguments.ts';
import { recordsOf } from '../interactions/copied-records.ts';
import { idFilter, interactionNamed } from '../interactions/interaction-by-id.ts';
import { namedSource } from '../interactions/open-named-source.ts';
import { requireOwner } from '../trust/owner.ts';
import { wholeInteractionText } from '../reporters/whole-interaction.ts';
import { interactionLines } from '../reporters/interactions.ts';
import { stderr, stdout } from '../output.ts';
import { withStoredName } from './golden.ts';

/** Interactions that are listed without --limit. */
const SHOWN = 50;

export async function interactionsCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const since = args.text('since');
  const [only, ...others] = args.paths;
  if (only !== undefined && others.length === 0 && isId(only)) return showOne(only, args, evaluator);
  const typed = readFilter([...args.paths, ...(since === null ? [] : [`from=${since}`])]);
  if ('problem' in typed) throw new ConfigurationError('usage', typed.problem, 'See: goldset help interactions');
  const golden = findRoot(process.cwd());
  if (args.text('source') !== null) return listSource(typed, args, golden);
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

/** A name with a digit, and nothing of a filter. */
const isId = (text: string): boolean => /^[\w.:-]*\d[\w.:-]*$/.test(text);

/** Nothing of what is listed is copied. */
async function listSource(typed: TypedFilter, args: Arguments, root: string): Promise<number> {
  await requireOwner(root, args, false);
  await settleDataFolder(root, 'needed');
  const workspace = await openWorkspace(root);
  const source = await namedSource(args, workspace);
  if (source === null) return 0;
  const { calls, isDone } = await listSourced(source, workspace, typed.filter, args.count('limit', SHOWN));
  const refused = { count: 0, first: null };
  if (args.flag('json'))
    stdout.json({ schema: 'goldset.interactions/1', total: calls.length, isWhole: isDone, refused, interactions: calls.map(shownAsJson) });
  else if (calls.length === 0) stdout.write('No interaction of this source matches this filter in these days (from=DAY).\n');
  else {
    stdout.write(interactionLines(calls, stdout.isTTY ? (stdout.columns ?? null) : null));
    if (!isDone) stdout.write(`The newest ${count(calls.length)} (--limit).\n`);
  }
  return 0;
}

/** One in full; of a source, it is copied. */
async function showOne(id: string, args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const cwd = process.cwd();
  const workspace = await openWorkspace(findRoot(cwd));
  if (args.text('source') !== null) await requireOwner(workspace.root, args, false);
  const records = await recordsOf(args, { workspace, cwd }, idFilter(id, args.text('since')), 1);
  const { interaction } = await interactionNamed(id, records, { evaluator, workspace });
  if (args.flag('json')) stdout.json(interaction);
  else stdout.write(wholeInteractionText(interaction));
  return 0;
}

/** Unknown is null. */
const shownAsJson = (row: InteractionBrief): object => ({
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
